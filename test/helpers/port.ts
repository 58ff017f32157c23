import {once} from 'node:events';
import {createServer} from 'node:net';

/** One that nobody uses now: for a server that must come back under the same address. */
export const freePort = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as {port: number};
  server.close();
  await once(server, 'close');
  return String(port);
};
