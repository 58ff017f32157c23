import {once} from 'node:events';
import {type AddressInfo, createServer as createPlainServer, type Socket} from 'node:net';
import {createServer as createTlsServer, type TLSSocket} from 'node:tls';
import type {ExecutionContext} from 'ava';
import {selfSigned} from '../../appliance/tls.ts';

export type SyslogMessage = {
  priority: number;
  timestamp: string;
  hostname: string;
  application: string;
  process: string;
  kind: string;
  /** By SD-ID; a parameter may be there more than once. */
  data: Map<string, [string, string][]>;
  text: string;
  /** As a collector keeps it, without the length in front. */
  line: string;
};
/** What it does wrong at the next connection. */
export type Misbehaviour =
  /** Breaks the connection off once it has heard so many bytes. */
  | {dropsAfter: number}
  /** Hears everything, and never hangs up. */
  | 'hangs'
  /** Hears nothing at all. */
  | 'deaf';

const bare = String.raw`[\x21-\x7e]`;
const name = String.raw`[\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,32}`;
const header = new RegExp(
  String.raw`^<(0|[1-9]\d{0,2})>1 (\S+) (${bare}{1,255}) (${bare}{1,48}) (${bare}{1,128}) (${bare}{1,32}) `,
);
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/;
const element = new RegExp(String.raw`^\[(${name})((?: ${name}="(?:[^"\\\]]|\\["\\\]])*")*)\]`);
const parameter = new RegExp(String.raw` (${name})="((?:[^"\\\]]|\\["\\\]])*)"`, 'g');
const registered = new Set(['timeQuality', 'origin', 'meta']);

/** Word for word of RFC 5424, section 6; throws for what is not in it. */
export const parseSyslog = (bytes: Buffer): SyslogMessage => {
  const line = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  const found = header.exec(line);
  if (!found) throw new Error(`no header of RFC 5424: ${line.slice(0, 80)}`);
  const [whole, priority = '', at = '', hostname = '', application = '', process = '', kind = ''] = found;
  if (Number(priority) > 191) throw new Error(`priority ${priority}`);
  if (at !== '-' && (!timestamp.test(at) || Number.isNaN(Date.parse(at)))) throw new Error(`timestamp ${at}`);
  let rest = line.slice(whole.length);
  const data = new Map<string, [string, string][]>();
  if (rest.startsWith('-')) rest = rest.slice(1);
  else {
    if (!rest.startsWith('[')) throw new Error('no structured data');
    while (rest.startsWith('[')) {
      const [all, id = '', parameters = ''] = element.exec(rest) ?? [];
      if (all === undefined) throw new Error(`structured data: ${rest.slice(0, 80)}`);
      if (!/^[^@]+@\d+(?:\.\d+)*$/.test(id) && !registered.has(id)) throw new Error(`SD-ID ${id}`);
      if (data.has(id)) throw new Error(`${id} twice`);
      data.set(
        id,
        [...parameters.matchAll(parameter)].map(([, key = '', value = '']) => [
          key,
          value.replaceAll(/\\(["\\\]])/g, '$1'),
        ]),
      );
      rest = rest.slice(all.length);
    }
  }
  if (rest !== '' && !rest.startsWith(' '))
    throw new Error(`after the structured data: ${rest.slice(0, 40)}`);
  const text = rest.slice(1);
  if (/[^\x20-\x7e]/.test(text.replace(/^\uFEFF/, '')) && !text.startsWith('\uFEFF'))
    throw new Error('UTF-8 without the mark that says so');
  if (/[\0\r\n]/.test(line)) throw new Error('a message of several lines');
  return {
    priority: Number(priority),
    timestamp: at,
    hostname,
    application,
    process,
    kind,
    data,
    text: text.replace(/^\uFEFF/, ''),
    line,
  };
};

/** Takes messages out of what was heard (RFC 6587, octet counting), and leaves the rest. */
const framed = (heard: Buffer): {messages: Buffer[]; rest: Buffer} => {
  const messages: Buffer[] = [];
  let rest = heard;
  for (;;) {
    const text = rest.toString('latin1', 0, 12);
    const [whole, length] = /^([1-9]\d{0,6}) /.exec(text) ?? [];
    if (whole === undefined) {
      if (!/^(?:[1-9]\d{0,6})?$/.test(text)) throw new Error(`no length in front: ${text}`);
      return {messages, rest};
    }
    const end = whole.length + Number(length);
    if (rest.length < end) return {messages, rest};
    messages.push(rest.subarray(whole.length, end));
    rest = rest.subarray(end);
  }
};

/** A log collector on loopback that takes RFC 5424 over RFC 5425 and nothing else, and misbehaves on demand. */
export const startSyslogServer = async (
  t: Pick<ExecutionContext, 'teardown'>,
  {
    tls = true,
    names = ['localhost', '127.0.0.1'],
    port = 0,
  }: {tls?: boolean; names?: string[]; port?: number} = {},
) => {
  const {certificate, key} = await selfSigned({names, now: new Date()});
  const received: SyslogMessage[] = [];
  const malformed: string[] = [];
  const misbehaves: Misbehaviour[] = [];
  /** Below TLS, by the port of the other side. */
  const sockets = new Map<number | undefined, Socket>();
  const listeners = new Set<() => void>();
  let connections = 0;
  let bytes = 0;
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const until = (fits: () => boolean): Promise<void> =>
    new Promise(resolve => {
      const look = (): void => {
        if (!fits()) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    });

  const serve = (socket: Socket | TLSSocket): void => {
    connections += 1;
    const how = misbehaves.shift();
    let rest: Buffer = Buffer.alloc(0);
    let heard = 0;
    socket.on('error', () => undefined);
    if (how === 'deaf') {
      socket.pause();
      changed();
      return;
    }
    socket.on('data', (piece: Buffer) => {
      heard += piece.length;
      bytes += piece.length;
      const whole = Buffer.concat([rest, piece]);
      // what was taken before it broke off was taken
      const taken =
        typeof how === 'object'
          ? whole.subarray(0, whole.length - Math.max(0, heard - how.dropsAfter))
          : whole;
      try {
        const {messages, rest: left} = framed(taken);
        rest = left;
        for (const one of messages) received.push(parseSyslog(one));
      } catch (error) {
        malformed.push(String(error));
        socket.destroy();
      }
      if (typeof how === 'object' && heard >= how.dropsAfter)
        sockets.get(socket.remotePort)?.resetAndDestroy();
      changed();
    });
    socket.once('end', () => {
      if (rest.length > 0 && how === undefined)
        malformed.push(`a message that is not whole: ${rest.toString('latin1', 0, 40)}`);
      if (how !== 'hangs') socket.end();
      changed();
    });
  };
  const server = tls
    ? createTlsServer({key, cert: certificate, allowHalfOpen: true, minVersion: 'TLSv1.2'} as never, serve)
    : createPlainServer({allowHalfOpen: true}, serve);
  server.on('connection', (socket: Socket) => {
    sockets.set(socket.remotePort, socket);
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => changed());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets.values()) socket.destroy();
    return new Promise<void>(resolve => server.close(() => resolve()));
  });

  return {
    port: (server.address() as AddressInfo).port,
    certificate,
    received,
    malformed,
    connections: () => connections,
    bytes: () => bytes,
    misbehave: (...how: Misbehaviour[]): void => {
      misbehaves.push(...how);
    },
    until,
    checkpoints: () => received.filter(({kind}) => kind === 'audit-checkpoint'),
  };
};
export type SyslogServer = Awaited<ReturnType<typeof startSyslogServer>>;
