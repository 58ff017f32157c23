import {once} from 'node:events';
import {createServer} from 'node:https';
import type {IncomingMessage, ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {ExecutionContext} from 'ava';
import type {TlsMaterial} from '../../appliance/tls.ts';

type Serve = (response: ServerResponse, request: IncomingMessage) => void;

/** A web server with files, over TLS, as an organisation has one for its own machines. */
export const startMirror = async (
  t: Pick<ExecutionContext, 'teardown'>,
  {key, certificate}: TlsMaterial,
  files: Record<string, Buffer | Serve>,
) => {
  const requests: IncomingMessage[] = [];
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  let brokenOff = 0;
  const server = createServer({key, cert: certificate}, (request, response) => {
    requests.push(request);
    response.once('close', () => {
      if (!response.writableFinished) brokenOff += 1;
      changed();
    });
    const file = files[request.url ?? ''];
    if (typeof file === 'function') file(response, request);
    else if (file)
      response
        .writeHead(200, {'content-type': 'application/octet-stream', 'content-length': file.length})
        .end(file);
    else response.writeHead(404, {'content-type': 'text/html'}).end('<h1>Not found</h1>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const {port} = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}`,
    port,
    requests,
    brokenOff: () => brokenOff,
    until: (fits: () => boolean): Promise<void> =>
      new Promise(resolve => {
        const look = () => {
          if (!fits()) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
  };
};
