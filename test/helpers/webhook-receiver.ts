import {once} from 'node:events';
import {createServer as createHttp, type IncomingMessage, type ServerResponse} from 'node:http';
import {createServer as createHttps} from 'node:https';
import type {AddressInfo, Socket} from 'node:net';
import type {ExecutionContext} from 'ava';
import {Webhook} from 'standardwebhooks';
import {z} from 'zod';

/** Written from the product's promise of what it sends, not from the adapter: unknown fields are refused. */
const instant = z.iso.datetime();
const leadEvent = z.strictObject({
  type: z.enum(['lead.qualified', 'lead.updated']),
  timestamp: instant,
  data: z.strictObject({
    id: z.string().min(1),
    site: z.string(),
    score: z.number(),
    bar: z.number(),
    reasons: z.array(z.string()),
    facts: z.array(
      z.strictObject({
        field: z.string(),
        value: z.unknown(),
        display: z.string(),
        quote: z.string(),
        at: instant,
      }),
    ),
    contact: z.strictObject({
      name: z.string().nullable(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
      company: z.string().nullable(),
      jobTitle: z.string().nullable(),
    }),
    transcript: z.array(
      z.strictObject({
        seq: z.number().int().positive(),
        author: z.enum(['visitor', 'ai', 'agent', 'system']),
        name: z.string().optional(),
        text: z.string(),
        at: instant,
      }),
    ),
    locale: z.string(),
    conversationUrl: z.url(),
  }),
});
/** A person was erased: nothing of them is said, only which record it was. */
const erasedEvent = z.strictObject({
  type: z.literal('lead.erased'),
  timestamp: instant,
  data: z.strictObject({id: z.string().min(1)}),
});
const testEvent = z.strictObject({
  type: z.literal('connector.test'),
  timestamp: instant,
  data: z.strictObject({message: z.string()}),
});
const anyEvent = z.discriminatedUnion('type', [leadEvent, erasedEvent, testEvent]);
export type WebhookEvent = z.infer<typeof anyEvent>;

export type Misbehaviour =
  | {kind: 'status'; status: number; headers?: Record<string, string>; body?: string}
  | {kind: 'redirect'; location: string; status?: number}
  /** Takes the request and never answers. */
  | {kind: 'hang'}
  /** Breaks the connection off before answering. */
  | {kind: 'reset'}
  /** Says 200, begins the answer and breaks off. */
  | {kind: 'reset_in_answer'}
  /** Says 200 at once and lets the answer trickle for ever. */
  | {kind: 'drip'}
  /** Lets the head of the answer trickle for ever. */
  | {kind: 'drip_head'}
  /** Answers 200 with this many bytes. */
  | {kind: 'huge'; bytes: number}
  /** Answers in something that is not HTTP. */
  | {kind: 'garbage'};

export type Received = {
  id: string;
  event: WebhookEvent;
  headers: IncomingMessage['headers'];
  raw: string;
  signatures: number;
};

export type WebhookReceiver = {
  url: string;
  host: string;
  port: number;
  /** Accepted requests in order, resent ones too: `delivered` counts each id once. */
  received: Received[];
  delivered: () => Received[];
  /** Every request that came, the misbehaved ones among them. */
  requests: () => number;
  /** What was wrong with requests that were refused; an honest sender leaves this empty. */
  complaints: string[];
  /** The next `times` requests meet this; they are verified all the same. */
  misbehave: (misbehaviour: Misbehaviour, times?: number) => void;
  behave: () => void;
  /** From now on only these are accepted, any of them. */
  trust: (secrets: string[]) => void;
  /** Resolves once `count` requests have been accepted in all. */
  waitFor: (count: number) => Promise<Received[]>;
  /** Resolves once `count` requests have come in all. */
  waitForRequests: (count: number) => Promise<void>;
  close: () => Promise<void>;
};

/** As the package does, at another time than now. */
const verifyAt = (now: Date, secret: string, raw: string, headers: Record<string, string>): void => {
  const {'webhook-id': id = '', 'webhook-timestamp': at = '', 'webhook-signature': signatures = ''} = headers;
  const signed = new Date(Number(at) * 1000);
  if (Math.abs(signed.getTime() - now.getTime()) > 5 * 60_000) throw new Error('too old or too new');
  if (!signatures.split(' ').includes(new Webhook(secret).sign(id, signed, raw)))
    throw new Error('not signed');
};

const verify = (
  secrets: string[],
  request: IncomingMessage,
  raw: string,
  now: (() => Date) | undefined,
): Received => {
  if (request.method !== 'POST') throw new Error(`method ${request.method}`);
  if (request.headers['content-type'] !== 'application/json') {
    throw new Error(`content-type ${request.headers['content-type']}`);
  }
  const {'webhook-id': id, 'webhook-signature': signature} = request.headers as Record<string, string>;
  const headers = request.headers as Record<string, string>;
  const accepted = secrets.some(secret => {
    try {
      if (now) verifyAt(now(), secret, raw, headers);
      else new Webhook(secret).verify(raw, headers);
      return true;
    } catch {
      return false;
    }
  });
  if (!accepted || id === undefined) throw new Error('no signature that verifies');
  return {
    id,
    event: anyEvent.parse(JSON.parse(raw)),
    headers: request.headers,
    raw,
    signatures: signature?.split(' ').length ?? 0,
  };
};

const act = (behaviour: Misbehaviour, response: ServerResponse, socket: Socket): void => {
  switch (behaviour.kind) {
    case 'status':
      response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body ?? 'told to');
      return;
    case 'redirect':
      response.writeHead(behaviour.status ?? 307, {location: behaviour.location}).end();
      return;
    case 'hang':
      return;
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'reset_in_answer':
      response.writeHead(200, {'content-length': '1000'});
      response.write('{"begun":', () => socket.resetAndDestroy());
      return;
    case 'drip':
    case 'drip_head': {
      if (behaviour.kind === 'drip') {
        response.writeHead(200);
        response.flushHeaders();
      } else socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => {
        if (behaviour.kind === 'drip') response.write('.');
        else socket.write('X-Slow: 1\r\n');
      }, 20);
      socket.once('close', () => clearInterval(timer));
      return;
    }
    case 'huge':
      response.writeHead(200, {'content-length': String(behaviour.bytes)});
      response.end(Buffer.alloc(behaviour.bytes, 'x'));
      return;
    case 'garbage':
      socket.end('220 mail.example.com ESMTP\r\n');
  }
};

/** A real receiver of Standard Webhooks that checks what it is sent, and can be told to misbehave. */
export const startWebhookReceiver = async (
  t: Pick<ExecutionContext, 'teardown'>,
  options: {
    secrets: string[];
    tls?: {key: string; cert: string; maxVersion?: 'TLSv1.1' | 'TLSv1.2'};
    host?: string;
    /** Where a test moves the clock. */
    now?: () => Date;
  },
): Promise<WebhookReceiver> => {
  const host = options.host ?? '127.0.0.1';
  const received: Received[] = [];
  const complaints: string[] = [];
  const queue: Misbehaviour[] = [];
  let always: Misbehaviour | undefined;
  let {secrets} = options;
  let requests = 0;
  let watchers: (() => void)[] = [];
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  const until = <Value>(done: () => Value | undefined): Promise<Value> =>
    new Promise(resolve => {
      const watcher = () => {
        const value = done();
        if (value === undefined) return;
        watchers = watchers.filter(one => one !== watcher);
        resolve(value);
      };
      watchers.push(watcher);
      watcher();
    });

  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    requests += 1;
    let accepted: Received | undefined;
    try {
      accepted = verify(secrets, request, Buffer.concat(chunks).toString(), options.now);
    } catch (error) {
      complaints.push(String(error));
    }
    const behaviour = queue.shift() ?? always;
    if (behaviour) {
      // whoever begins an answer with 200 has taken the delivery, however the answer ends
      if (accepted && ['huge', 'drip', 'reset_in_answer'].includes(behaviour.kind)) received.push(accepted);
      act(behaviour, response, request.socket);
    } else if (accepted) {
      received.push(accepted);
      response.writeHead(204).end();
    } else response.writeHead(422).end(complaints.at(-1));
    changed();
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    // a sender that goes away in the middle is what some tests are about
    listener(request, response).catch(() => response.destroy());
  };
  const {tls} = options;
  const server = tls
    ? createHttps(
        {...tls, ...(tls.maxVersion ? {minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0'} : {})},
        handle,
      )
    : createHttp(handle);
  server.listen(0, host);
  await once(server, 'listening');
  const {port} = server.address() as AddressInfo;

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  t.teardown(close);
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${port}/hooks/leads`,
    host,
    port,
    received,
    complaints,
    delivered: () => [...new Map(received.map(one => [one.id, one])).values()],
    requests: () => requests,
    misbehave: (misbehaviour, times) => {
      if (times === undefined) always = misbehaviour;
      else queue.push(...Array<Misbehaviour>(times).fill(misbehaviour));
    },
    behave: () => {
      queue.length = 0;
      always = undefined;
    },
    trust: next => {
      secrets = next;
    },
    waitFor: count => until(() => (received.length >= count ? received : undefined)),
    waitForRequests: async count => {
      await until(() => (requests >= count ? true : undefined));
    },
    close,
  };
};
