import {createServer, type IncomingMessage, type RequestListener, type Server} from 'node:http';
import {createServer as createTlsServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import type {Duplex} from 'node:stream';
import {AppError} from '../kit/errors.ts';
import type {Limits} from './limits.ts';
import type {Origins} from './origins.ts';

/** One WebSocket address. Everything else that wants an upgrade is refused. */
export type Upgrade = {
  path: string;
  handle: (request: IncomingMessage, socket: Duplex, head: Buffer, address: string) => void;
};
export type TlsFiles = {certificate: string; key: string};

const refuse = (socket: Duplex, status: string): void => {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

const listenError = (cause: unknown, host: string, port: number): unknown => {
  switch ((cause as {code?: unknown}).code) {
    case 'EADDRINUSE':
      return new AppError(
        'unavailable',
        'http.port_in_use',
        `Port ${port} on ${host} is in use by another program. Set the key \`port\` (CROWLIT_PORT) to a free one, or 0 for any.`,
        {cause},
      );
    case 'EACCES':
      return new AppError(
        'unavailable',
        'http.port_refused',
        `This user may not listen on port ${port}. Set the key \`port\` (CROWLIT_PORT) to 1024 or higher.`,
        {cause},
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new AppError(
        'unavailable',
        'http.no_such_address',
        `This machine has no address ${host}. Set the key \`host\` (CROWLIT_HOST) to one of its own.`,
        {cause},
      );
    default:
      return cause;
  }
};

export const createListener = (options: {
  host: string;
  port: number;
  tls: TlsFiles | undefined;
  answer: RequestListener;
  upgrades: readonly Upgrade[];
  origins: Origins;
  limits: Limits;
  ipOf: (request: IncomingMessage) => string;
  /** Connections at once, of all kinds; one more is not answered. */
  connections: number;
}) => {
  const timeouts = {headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 10_000};
  let closing = false;
  const answer: RequestListener = (request, response) => {
    // a connection kept alive would hold up the end
    response.once('close', () => {
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    options.answer(request, response);
  };
  const server: Server = options.tls
    ? createTlsServer(
        {...timeouts, cert: options.tls.certificate, key: options.tls.key, minVersion: 'TLSv1.2'},
        answer,
      )
    : createServer(timeouts, answer);
  server.maxConnections = options.connections;

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const path = (request.url ?? '').split('?', 1)[0];
    const found = options.upgrades.find(one => one.path === path);
    if (!found) return refuse(socket, '404 Not Found');
    if (!options.origins.knownHost(request.headers)) return refuse(socket, '403 Forbidden');
    const address = options.ipOf(request);
    try {
      await options.limits.area('socket', address);
    } catch {
      return refuse(socket, '429 Too Many Requests');
    }
    found.handle(request, socket, head, address);
  };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // a peer that goes away while it is being looked at
    socket.on('error', () => socket.destroy());
    void upgrade(request, socket, head);
  });

  return {
    server,
    listen: (): Promise<{host: string; port: number}> =>
      new Promise((resolve, reject) => {
        server.once('error', error => reject(listenError(error, options.host, options.port)));
        server.listen(options.port, options.host, () => {
          const {port} = server.address() as AddressInfo;
          resolve({host: options.host, port});
        });
      }),
    /** Takes no new connection, lets answers under way finish, and after `drainSeconds` ends what is left. */
    close: async (drainSeconds = 10): Promise<void> => {
      if (!server.listening) return;
      closing = true;
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeIdleConnections();
      const force = setTimeout(() => server.closeAllConnections(), drainSeconds * 1000);
      await closed;
      clearTimeout(force);
    },
  };
};
