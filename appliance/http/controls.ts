import {type IncomingHttpHeaders, request as plainRequest} from 'node:http';
import {request as tlsRequest} from 'node:https';
import {connect as tlsConnect} from 'node:tls';
import type {z} from 'zod';
import {broken, type Control, counted, kept, type Look, named, notApplicable} from '../kit/control.ts';
import {isOwnAddress} from '../kit/network.ts';
import type {Route} from '../kit/route.ts';

type Address = {host: string; port: number; tls: boolean};
type Page = {status: number; headers: IncomingHttpHeaders; body: string};

const mostBytes = 2 * 1024 * 1024;

/** As a browser would ask, of the very port that browsers reach. */
const ask = ({host, port, tls}: Address, path: string): Promise<Page> =>
  new Promise((resolve, reject) => {
    const options = {
      host,
      port,
      path,
      timeout: 5000,
      rejectUnauthorized: false,
      headers: {host: `localhost:${port}`},
    };
    const asked = (tls ? tlsRequest : plainRequest)(options, response => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (body.length < mostBytes) body += chunk;
      });
      response.on('end', () => resolve({status: response.statusCode ?? 0, headers: response.headers, body}));
    });
    asked.on('timeout', () => asked.destroy(new Error('timeout')));
    asked.on('error', reject);
    asked.end();
  });

/** Which version of TLS a client gets that speaks none newer than that; null where it gets none. */
const versionFor = ({host, port}: Address, maxVersion: 'TLSv1.1' | 'TLSv1.3'): Promise<string | null> =>
  new Promise(resolve => {
    const ciphers =
      maxVersion === 'TLSv1.1' ? {ciphers: 'ALL:@SECLEVEL=0', minVersion: 'TLSv1' as const} : {};
    const socket = tlsConnect({host, port, rejectUnauthorized: false, maxVersion, timeout: 5000, ...ciphers});
    const end = (version: string | null): void => {
      socket.destroy();
      resolve(version);
    };
    socket.once('secureConnect', () => end(socket.getProtocol()));
    socket.once('error', () => end(null));
    socket.once('timeout', () => end(null));
  });

/** Objects in a schema that let fields through which nobody declared. */
const loose = (schema: z.ZodType, seen = new Set<unknown>()): boolean => {
  if (seen.has(schema)) return false;
  seen.add(schema);
  const {def} = schema as unknown as {def: Record<string, unknown> & {type: string}};
  if (def.type === 'any') return true;
  const catchall = def['catchall'] as {def: {type: string}} | undefined;
  if (def.type === 'object' && catchall !== undefined && catchall.def.type !== 'never') return true;
  return Object.values(def)
    .flatMap(value =>
      typeof value === 'object' && value !== null && !('def' in value) ? Object.values(value) : [value],
    )
    .some(
      value =>
        typeof value === 'object' && value !== null && 'def' in value && loose(value as z.ZodType, seen),
    );
};

const changesNothing = (route: Route): boolean => route.method === 'get';

export const httpControls = (deps: {
  routes: () => readonly Route[];
  /** Undefined until the appliance listens. */
  listening: () => Address | undefined;
  /** A site whose widget can be asked for. */
  siteId: () => Promise<string | undefined>;
  /** What an auditor may call that is no mere reading. */
  auditorsActs: readonly string[];
}): Control[] => {
  const stripped = async (): Promise<Look> => {
    const routes = deps.routes().filter(({response}) => response !== undefined);
    const wrong = routes
      .filter(({response}) => response && loose(response))
      .map(({method, path}) => `${method} ${path}`);
    const evidence = {routes: deps.routes().length, withAnswer: routes.length};
    return wrong.length === 0
      ? kept(
          `The answers of ${counted(routes.length, 'route')} declare every field; any other is cut off.`,
          evidence,
        )
      : broken(`An answer lets undeclared fields through: ${named(wrong)}.`, evidence);
  };

  const auditors = async (): Promise<Look> => {
    const routes = deps.routes().filter(({access}) => Array.isArray(access) && access.includes('auditor'));
    const wrong = routes
      .filter(route => !route.path.startsWith('/api/session'))
      .filter(
        route =>
          /conversation|lead|visitor|\/api\/agent\//.test(route.path) ||
          !(changesNothing(route) || deps.auditorsActs.includes(`${route.method} ${route.path}`)),
      )
      .map(({method, path}) => `${method} ${path}`);
    const evidence = {routes: deps.routes().length, auditor: routes.length};
    return wrong.length === 0
      ? kept(
          `${counted(routes.length, 'route')} of ${deps.routes().length} are open to auditors: they read evidence, and none shows a conversation.`,
          evidence,
        )
      : broken(`An auditor may call what is no evidence: ${named(wrong)}.`, evidence);
  };

  const beforeOpening = async (): Promise<Look> => {
    const [address, siteId] = [deps.listening(), await deps.siteId()];
    if (!address || siteId === undefined) return notApplicable('There is no website with a widget yet.');
    const loader = await ask(address, '/widget.js');
    const frame = await ask(address, `/widget/frame?site=${siteId}`);
    const wrong = [
      ...[loader, frame].flatMap(({headers, status}, at) => [
        ...(status === 200 ? [] : [`${at === 0 ? 'the loader' : 'the frame'} answers ${status}`]),
        ...(headers['set-cookie'] === undefined ? [] : ['a cookie is set']),
      ]),
      ...(
        /\bdocument\.cookie|localStorage|indexedDB|navigator\.sendBeacon|\bfetch\(|XMLHttpRequest/.exec(
          loader.body,
        ) ?? []
      ).map(what => `the loader uses ${what}`),
    ];
    const evidence = {loaderBytes: loader.body.length, cookies: 0, looked: ['/widget.js', '/widget/frame']};
    return wrong.length === 0
      ? kept(
          'The loader and the frame set no cookie, and the loader has no request, identifier or lasting storage of its own.',
          evidence,
        )
      : broken(`Before a visitor opens the chat, ${named(wrong)}.`, evidence);
  };

  const listener = async (): Promise<Look> => {
    const address = deps.listening();
    if (!address) return notApplicable('The appliance does not listen yet.');
    if (!address.tls) {
      const evidence = {host: address.host, tls: false};
      return isOwnAddress(address.host)
        ? kept('It is reached from this machine alone, without a network in between.', evidence)
        : broken(`It listens on ${address.host} without TLS.`, evidence);
    }
    const [old, now] = await Promise.all([versionFor(address, 'TLSv1.1'), versionFor(address, 'TLSv1.3')]);
    const evidence = {host: address.host, tls: true, offered: now, older: old};
    if (old !== null) return broken(`${old} was accepted, which is older than TLS 1.2.`, evidence);
    return now === null
      ? broken('No TLS connection came about.', evidence)
      : kept(`${now} was agreed on, and a client that speaks TLS 1.1 at most was refused.`, evidence);
  };

  return [
    {
      id: 'U1.answers-cut',
      claim: 'An answer holds the fields its route declares, and no other.',
      enforcedBy: ['appliance/http/validate.ts', 'appliance/http/mount.ts'],
      check: stripped,
    },
    {
      id: 'U3.before-opening',
      claim: 'Before a visitor opens the chat there is no cookie, no identifier and no tracking.',
      enforcedBy: ['appliance/widget/loader/loader.ts', 'appliance/http/pages.ts'],
      check: beforeOpening,
    },
    {
      id: 'L2.listener',
      claim: 'Whoever reaches the appliance over a network does so under TLS 1.2 or newer.',
      enforcedBy: ['appliance/http/server.ts', 'appliance/config.ts'],
      check: listener,
    },
    {
      id: 'L4.auditors-read',
      claim: 'An auditor reads evidence, changes nothing and sees no conversation.',
      enforcedBy: ['appliance/kit/route.ts', 'appliance/http/identify.ts', 'appliance/http/mount.ts'],
      check: auditors,
    },
  ];
};
