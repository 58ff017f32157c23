import {randomBytes, timingSafeEqual} from 'node:crypto';
import {createReadStream, existsSync} from 'node:fs';
import {createServer, type IncomingMessage, type RequestListener, type ServerResponse} from 'node:http';
import {createServer as createTlsServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {newToken} from '../../../kit/ids.ts';
import {type Locale, locale} from '../../../kit/schema.ts';
import type {Certificate} from './certificate.ts';
import {deletedPage, downloads, localDay} from './page.ts';
import {names, type Remains} from './remains.ts';

const same = (given: string | null, right: string): boolean =>
  given !== null && given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));

const languageOf = ({headers}: IncomingMessage): Locale => {
  const wanted = (headers['accept-language'] ?? '').split(',').map(part => part.trim().slice(0, 2));
  return (wanted.find(tag => locale.safeParse(tag).success) ?? 'en') as Locale;
};

const answer = (response: ServerResponse, status: number, type: string, content: string): void => {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(content);
};

export type ServingDeps = {
  remains: Remains;
  certificate: Certificate;
  listen: {host: string; port: number; tls: {certificate: string; key: string} | undefined};
  verifierPath: string;
};

/**
 * What answers where an appliance was: that its data was deleted, and with the code that the host is shown, what is left of
 * it. Everything else is gone (410), so that the widget is not drawn on any website.
 */
export const serveRemains = async ({remains, certificate, listen, verifierPath}: ServingDeps) => {
  const code = newToken();
  const day = localDay(certificate.liveErasureAt, certificate.timeZone, 'en');
  const message = `This installation’s data was deleted on ${day}.`;
  const fileOf = (name: string): string =>
    name === 'verify-certificate.mjs' ? verifierPath : remains.at(name);

  const serve: RequestListener = (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const name = url.pathname.slice(1);
    const isKnown = same(url.searchParams.get('code'), code);
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (name === 'health/live') return answer(response, 200, 'application/json', '{"status":"live"}');
    if (reads && name in downloads && isKnown && existsSync(fileOf(name))) {
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      return void createReadStream(fileOf(name)).pipe(response);
    }
    if (/^(?:api|widget|health)\//.test(name) || !reads) {
      const error = {code: 'licensing.deleted', message};
      return answer(response, 410, 'application/json', JSON.stringify({error}));
    }
    const nonce = randomBytes(16).toString('base64');
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'nonce-${nonce}'`,
    );
    return answer(
      response,
      name === '' ? 200 : 410,
      'text/html; charset=utf-8',
      deletedPage(certificate, {language: languageOf(request), code: isKnown ? code : undefined, nonce}),
    );
  };

  const server = listen.tls
    ? createTlsServer({cert: listen.tls.certificate, key: listen.tls.key, minVersion: 'TLSv1.2'}, serve)
    : createServer(serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  const {port} = server.address() as AddressInfo;
  return {
    port,
    code,
    message,
    folder: remains.at(''),
    files: [names.certificate, names.auditLog],
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
