import {type Caller, route, type Route} from '../../../kit/route.ts';
import * as schema from './requests.schema.ts';
import type {Requests} from './requests.service.ts';
import type {Visitor} from './verification.ts';

const visitorOf = (caller: Caller): Visitor => {
  if (caller.kind !== 'visitor') throw new TypeError('a route for visitors was called without one');
  return caller;
};

/** A person's own requests, from the chat's privacy panel. */
export const visitorRequestRoutes = ({forVisitor}: Requests): Route[] => {
  const path = '/api/visitor/privacy-requests';
  return [
    route({
      method: 'post',
      path,
      summary:
        'A request about this chat; the open chat proves whose it is. What needs nobody is done at once.',
      access: 'visitor',
      ...schema.startVisitorRequest,
      status: 201,
      perMinute: 20,
      handle: async ({body, caller}) => forVisitor.start(visitorOf(caller), body),
    }),
    route({
      method: 'post',
      path: '/api/visitor/privacy-codes',
      summary: 'A request about everything under an e-mail address: sends a code there, known or not.',
      access: 'visitor',
      ...schema.startVisitorCode,
      status: 202,
      perMinute: 10,
      handle: async ({body, caller}) => {
        const requestId = await forVisitor.sendCode(visitorOf(caller), body);
        return {mail: requestId !== null, requestId};
      },
    }),
    route({
      method: 'post',
      path: `${path}/{requestId}/proof`,
      summary:
        'The code from the letter: eight digits, a quarter of an hour, five tries, once, from the same chat.',
      access: 'visitor',
      ...schema.proveVisitorRequest,
      perMinute: 20,
      handle: async ({params, body, caller}) =>
        forVisitor.prove(visitorOf(caller), params.requestId, body.code),
    }),
    route({
      method: 'get',
      path: `${path}/{requestId}/export/{format}`,
      summary: 'The copy that was asked for, for a day. The download is written to the audit log.',
      access: 'visitor',
      ...schema.visitorExport,
      perMinute: 20,
      handle: async ({params, caller}) => ({
        file: await forVisitor.exportFile(visitorOf(caller), params.requestId, params.format),
      }),
    }),
    route({
      method: 'get',
      path: '/api/visitor/privacy-receipts/{receipt}',
      summary: 'How a request went, and its certificate: for whoever has its receipt, when the chat is gone.',
      access: 'public',
      ...schema.receiptState,
      perMinute: 60,
      handle: async ({params}) => forVisitor.byReceipt(params.receipt),
    }),
  ];
};
