import {route, type Route, userOf} from '../../../kit/route.ts';
import * as schema from './requests.schema.ts';
import type {Requests} from './requests.service.ts';

/**
 * The officer watches over requests and their papers, and an administrator carries them out: who advises on the law and
 * checks that it is kept must not be the one who decides what is done with the data (Art. 38(6)).
 */
const readers = ['administrator', 'privacy_officer'] as const;
const administrators = ['administrator'] as const;
/** A ledger holds pseudonyms and hashes. */
const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;

export const requestRoutes = (requests: Requests): Route[] => {
  const path = '/api/admin/privacy-requests';
  const one = `${path}/{requestId}`;
  return [
    route({
      method: 'get',
      path,
      summary:
        'Requests of people about their data, the open ones oldest first, with how many are open and overdue.',
      access: readers,
      ...schema.listRequests,
      handle: async ({query}) => requests.list(query),
    }),
    route({
      method: 'post',
      path,
      summary: 'Enter a request that somebody made by letter, mail or telephone.',
      access: administrators,
      ...schema.openRequest,
      status: 201,
      handle: async ({body, caller}) => ({request: await requests.open(body, userOf(caller).userId)}),
    }),
    route({
      method: 'get',
      path: one,
      summary: 'One request: who asked, what is done, store by store. The look is written to the audit log.',
      access: readers,
      ...schema.getRequest,
      handle: async ({params, caller}) => {
        const request = await requests.detail(params.requestId);
        await requests.looked(userOf(caller).userId, params.requestId);
        return {request};
      },
    }),
    route({
      method: 'post',
      path: `${one}/extension`,
      summary: 'Two more months, once, with the reason that the person is told (Art. 12(3)).',
      access: administrators,
      ...schema.extendRequest,
      handle: async ({params, body, caller}) => ({
        request: await requests.extend(params.requestId, body.reason, userOf(caller).userId),
      }),
    }),
    route({
      method: 'post',
      path: `${one}/refusal`,
      summary: 'Refuse a request, with the reason that the person is told (Art. 12(4)).',
      access: administrators,
      ...schema.refuseRequest,
      handle: async ({params, body, caller}) => ({
        request: await requests.refuse(params.requestId, body.reason, userOf(caller).userId),
      }),
    }),
    route({
      method: 'post',
      path: `${one}/answer`,
      summary: 'Say how an access, portability or rectification was answered, and close it.',
      access: administrators,
      ...schema.closeRequest,
      handle: async ({params, body, caller}) => ({
        request: await requests.close(params.requestId, body.answer, userOf(caller).userId),
      }),
    }),
    route({
      method: 'post',
      path: `${one}/execution`,
      summary: 'Carry out an erasure or an objection. An erasure cannot be taken back.',
      access: administrators,
      ...schema.executeRequest,
      handle: async ({params, caller}) => ({
        request: await requests.execute(params.requestId, userOf(caller).userId),
      }),
    }),
    route({
      method: 'get',
      path: `${one}/facts`,
      summary: 'What is noted of the person, to be corrected. The look is written to the audit log.',
      access: administrators,
      ...schema.listFacts,
      handle: async ({params, caller}) => {
        await requests.looked(userOf(caller).userId, params.requestId);
        return {facts: await requests.facts(params.requestId)};
      },
    }),
    route({
      method: 'put',
      path: `${one}/facts`,
      summary: 'Correct one fact. What was noted before is kept as evidence; the CRM gets what is right.',
      access: administrators,
      ...schema.correctFact,
      handle: async ({params, body, caller}) => {
        await requests.correct(params.requestId, body, userOf(caller).userId);
        return {facts: await requests.facts(params.requestId)};
      },
    }),
    route({
      method: 'post',
      path: `${one}/decision`,
      summary: 'Decide by hand what a score had decided (Art. 22(3)).',
      access: administrators,
      ...schema.decideReview,
      handle: async ({params, body, caller}) => ({
        request: await requests.decide(params.requestId, body, userOf(caller).userId),
      }),
    }),
    route({
      method: 'post',
      path: `${one}/crm-confirmation`,
      summary: 'Say that what the CRM refused to delete was deleted by hand.',
      access: administrators,
      ...schema.confirmCrm,
      handle: async ({params, caller}) => ({
        request: await requests.confirmCrm(params.requestId, userOf(caller).userId),
      }),
    }),
    route({
      method: 'get',
      path: `${one}/export/{format}`,
      summary: 'The copy that was asked for. The download is written to the audit log.',
      access: readers,
      ...schema.downloadExport,
      handle: async ({params, caller}) => ({
        file: await requests.exportFile(params.requestId, params.format, userOf(caller).userId),
      }),
    }),
    route({
      method: 'get',
      path: `${one}/certificate/{format}`,
      summary: 'The signed certificate of an erasure.',
      access: readers,
      ...schema.downloadCertificate,
      handle: async ({params}) => ({file: await requests.certificateFile(params.requestId, params.format)}),
    }),
    route({
      method: 'get',
      path: '/api/admin/erasure-ledger.jsonl',
      summary: 'The erasure ledger, for backup targets: pseudonyms, chained and signed.',
      access: evidence,
      handle: async () => ({
        file: {
          name: 'erasure-ledger.jsonl',
          type: 'application/jsonl',
          content: await requests.ledger.export(),
        },
      }),
    }),
  ];
};
