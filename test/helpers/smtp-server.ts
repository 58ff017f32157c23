import {once} from 'node:events';
import type {AddressInfo, Socket} from 'node:net';
import type {ExecutionContext} from 'ava';
import {SMTPServer, type SMTPServerOptions} from 'smtp-server';
import {selfSigned} from '../../appliance/tls.ts';

export type Received = {from: string; to: string; raw: string; id: string};
/** What it does wrong at the next letters. */
export type Misbehaviour =
  | {at: 'MAIL' | 'RCPT' | 'DATA'; status: number; text?: string}
  /** Takes the whole letter and hangs up without an answer. */
  | 'drops after DATA'
  /** Takes the whole letter and is silent. */
  | 'hangs after DATA';

export type SmtpServerOptions = {
  /** `implicit`: TLS from the first byte; `none`: knows no STARTTLS. */
  tls?: 'implicit' | 'starttls' | 'none';
  login?: {user: string; password: string};
  /** Names of the certificate. */
  names?: string[];
  port?: number;
  options?: SMTPServerOptions;
};

/** Header fields as they travelled, unfolded. */
export const headersOf = (raw: string): Map<string, string> =>
  new Map(
    raw
      .slice(0, raw.indexOf('\r\n\r\n'))
      .replaceAll(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map(line => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
  );

/** The plain-text part as a person reads it. */
export const plainText = (raw: string): string => {
  const part = raw.slice(raw.indexOf('Content-Type: text/plain'));
  const body = part.slice(part.indexOf('\r\n\r\n') + 4, part.indexOf('\r\n----'));
  if (/Content-Transfer-Encoding: base64/.test(part.slice(0, 200)))
    return Buffer.from(body, 'base64').toString();
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
};

/** A real SMTP server on loopback that says what arrived, and misbehaves on demand. */
export const startSmtpServer = async (
  t: Pick<ExecutionContext, 'teardown'>,
  {
    tls = 'starttls',
    login,
    names = ['localhost', '127.0.0.1'],
    port = 0,
    options = {},
  }: SmtpServerOptions = {},
) => {
  const {certificate, key} = await selfSigned({names, now: new Date()});
  const received: Received[] = [];
  let sessions = 0;
  const misbehaves: Misbehaviour[] = [];
  const listeners = new Set<() => void>();
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
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const refusal = (at: 'MAIL' | 'RCPT' | 'DATA'): Error | null => {
    const [next] = misbehaves;
    if (typeof next !== 'object' || next.at !== at) return null;
    misbehaves.shift();
    changed();
    return Object.assign(new Error(next.text ?? 'no'), {responseCode: next.status});
  };

  const server = new SMTPServer({
    secure: tls === 'implicit',
    key,
    cert: certificate,
    hideSTARTTLS: tls === 'none',
    ...(tls === 'none' ? {disabledCommands: ['STARTTLS']} : {}),
    authOptional: login === undefined,
    hideDSN: false,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onConnect: (_session, done) => {
      sessions += 1;
      changed();
      done();
    },
    onAuth: (auth, _session, done) => {
      const right = login && auth.username === login.user && auth.password === login.password;
      if (right) done(null, {user: auth.username});
      else done(Object.assign(new Error(`who is ${auth.username}?`), {responseCode: 535}));
    },
    onMailFrom: (_address, _session, done) => done(refusal('MAIL')),
    onRcptTo: (_address, _session, done) => done(refusal('RCPT')),
    onData: (stream, session, done) => {
      let content = '';
      stream.setEncoding('utf8').on('data', (piece: string) => {
        content += piece;
      });
      stream.once('end', () => {
        const refused = refusal('DATA');
        if (refused) return done(refused);
        received.push({
          from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
          to: session.envelope.rcptTo.map(({address}) => address).join(', '),
          raw: content,
          id: headersOf(content).get('message-id') ?? '',
        });
        const next = typeof misbehaves[0] === 'string' ? misbehaves.shift() : undefined;
        changed();
        if (next === 'hangs after DATA') return undefined;
        if (next !== 'drops after DATA') return done();
        for (const connection of server.connections)
          (connection as unknown as {_socket: Socket})._socket.destroy();
        return undefined;
      });
    },
    ...options,
  });
  // who is turned away by our side is no fault of the server's
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  t.teardown(() => new Promise<void>(resolve => server.close(() => resolve())));

  return {
    port: (server.server.address() as AddressInfo).port,
    certificate,
    received,
    sessions: () => sessions,
    misbehave: (how: Misbehaviour, times = 1): void => {
      for (let i = 0; i < times; i += 1) misbehaves.push(how);
    },
    /** What is still to be done wrong. */
    pending: () => misbehaves.length,
    waitFor: async (count: number): Promise<Received[]> => {
      await until(() => received.length >= count);
      return received;
    },
    until,
  };
};
export type SmtpServer = Awaited<ReturnType<typeof startSmtpServer>>;
