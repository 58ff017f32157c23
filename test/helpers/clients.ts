import {once} from 'node:events';
import {randomBytes} from 'node:crypto';
import WebSocket from 'ws';
import type {FactView, ScoreView} from '../../appliance/kit/schema.ts';
import type {Message} from '../../appliance/features/conversations/conversations.schema.ts';
import {
  type AgentFrame,
  type ToAgent,
  toAgent,
  type ToVisitor,
  toVisitor,
  type VisitorFrame,
} from '../../appliance/features/conversations/protocol.ts';

type Wanted<Frame extends {type: string}, Type extends Frame['type']> = string extends Frame['type']
  ? Frame
  : Extract<Frame, {type: Type}>;

/** A socket that keeps every frame, checks it against the protocol, and lets a test wait for one. */
export const openSocket = async <Out, In extends {type: string}>(
  url: string,
  options: {headers?: Record<string, string>; parse?: (frame: unknown) => In} = {},
) => {
  const socket = new WebSocket(url, {headers: options.headers ?? {}, rejectUnauthorized: false});
  const frames: In[] = [];
  const waiting = new Set<{
    test: (frame: In) => boolean;
    resolve: (frame: In) => void;
    reject: (error: Error) => void;
  }>();
  let over: Error | undefined;
  const closed = new Promise<{code: number; reason: string}>(resolve => {
    socket.on('close', (code, reason) => {
      over = new Error(`the socket closed with ${code} ${reason.toString()}`);
      resolve({code, reason: reason.toString()});
      for (const one of waiting) one.reject(over);
      waiting.clear();
    });
  });
  socket.on('error', () => undefined);
  socket.on('message', data => {
    const raw: unknown = JSON.parse((data as Buffer).toString());
    const frame = options.parse ? options.parse(raw) : (raw as In);
    frames.push(frame);
    for (const one of waiting) {
      if (!one.test(frame)) continue;
      waiting.delete(one);
      one.resolve(frame);
    }
  });
  await Promise.race([once(socket, 'open'), closed]);
  return {
    socket,
    frames,
    closed,
    send: (frame: Out) => socket.send(JSON.stringify(frame)),
    sendRaw: (data: string | Buffer) => socket.send(data),
    /** The first frame of this type that fits, past ones included unless `after` says how many to skip. */
    next: <Type extends In['type']>(
      type: Type,
      fits: (frame: Wanted<In, Type>) => boolean = () => true,
      after = 0,
    ): Promise<Wanted<In, Type>> => {
      const test = (frame: In): boolean => frame.type === type && fits(frame as Wanted<In, Type>);
      const seen = frames.slice(after).find(test);
      if (seen) return Promise.resolve(seen as Wanted<In, Type>);
      if (over) return Promise.reject(over);
      return new Promise((resolve, reject) => {
        waiting.add({test, resolve: frame => resolve(frame as Wanted<In, Type>), reject});
      });
    },
    close: async () => {
      socket.close();
      await closed;
    },
    drop: () => socket.terminate(),
  };
};

const clientId = () => randomBytes(9).toString('base64url');
type Seen = {messages: Map<number, Message>};

const drawn = (seen: Seen): Message[] => [...seen.messages.values()].toSorted((a, b) => a.seq - b.seq);

/** A visitor of a site: opens a session as the widget does, and talks. */
export const openVisitor = async (
  base: string,
  siteId: string,
  options: {locale?: string; origin?: string; page?: string; headers?: Record<string, string>} = {},
) => {
  const origin = options.origin ?? base;
  const answer = await fetch(`${base}/api/visitor/sessions`, {
    method: 'POST',
    headers: {...options.headers, 'content-type': 'application/json'},
    body: JSON.stringify({
      siteId,
      locale: options.locale ?? 'en',
      page: options.page ?? 'https://www.example.com/prices?utm=1',
    }),
  });
  if (answer.status !== 201) throw new Error(`no session: ${answer.status} ${await answer.text()}`);
  const session = (await answer.json()) as {token: string; conversationId: string; visitorId: string};
  const seen: Seen = {messages: new Map()};
  const parse = (raw: unknown): ToVisitor => {
    const frame = toVisitor.parse(raw);
    if (frame.type === 'message') seen.messages.set(frame.message.seq, frame.message);
    return frame;
  };

  const connect = async (at = base) => {
    const socket = await openSocket<VisitorFrame, ToVisitor>(
      `${at.replace(/^http/, 'ws')}/api/visitor/socket`,
      {
        headers: {origin: at === base ? origin : at},
        parse,
      },
    );
    socket.send({type: 'hello', token: session.token, since: drawn(seen).at(-1)?.seq ?? 0});
    return socket;
  };
  let socket = await connect();
  await socket.next('welcome');

  return {
    ...session,
    get socket() {
      return socket;
    },
    messages: () => drawn(seen),
    /** Resolves once the message is acknowledged. */
    say: async (text: string, id = clientId()) => {
      socket.send({type: 'message', clientId: id, text});
      const frame = await Promise.race([
        socket.next('ack', ack => ack.clientId === id),
        socket.next('error', error => error.clientId === id),
      ]);
      if (frame.type === 'error') throw Object.assign(new Error(frame.message), {code: frame.code});
      return {seq: frame.seq, clientId: id};
    },
    askForPerson: async () => {
      const id = clientId();
      socket.send({type: 'human', clientId: id});
      await socket.next('ack', ack => ack.clientId === id);
    },
    /** The AI's answer after a message of ours. */
    answerAfter: async (seq: number): Promise<Message> =>
      (await socket.next('message', ({message}) => message.author.kind === 'ai' && message.seq > seq))
        .message,
    drop: () => socket.drop(),
    /** As the widget: with the last seq drawn. `at` when the server has another address now. */
    reconnect: async (at = base) => {
      socket.drop();
      socket = await connect(at);
      const welcome = await socket.next('welcome');
      if ((drawn(seen).at(-1)?.seq ?? 0) < welcome.lastSeq)
        await socket.next('message', ({message}) => message.seq === welcome.lastSeq);
      return {welcome, messages: drawn(seen)};
    },
    close: () => socket.close(),
  };
};
export type Visitor = Awaited<ReturnType<typeof openVisitor>>;

export type Api = {
  cookie: string;
  csrfToken: string;
  user: {id: string; name: string; role: string};
  request: <Answer = unknown>(
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<{status: number; body: Answer; headers: Headers}>;
  /** Throws unless the answer is 2xx. */
  call: <Answer = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<Answer>;
};

/** A session that is open already; after a restart the appliance may have another address. */
export const withSession = (
  base: string,
  session: Pick<Api, 'cookie' | 'csrfToken' | 'user'> & {visitorToken?: string},
): Api => {
  const {cookie, visitorToken} = session;
  const request: Api['request'] = async <Answer>(method: string, path: string, body?: unknown) => {
    const response = await fetch(base + path, {
      method,
      headers: {
        cookie,
        origin: base,
        'x-csrf-token': session.csrfToken,
        ...(visitorToken === undefined ? {} : {authorization: `Bearer ${visitorToken}`}),
        ...(body === undefined ? {} : {'content-type': 'application/json'}),
      },
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    });
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      body: (isJson ? JSON.parse(text) : text) as Answer,
      headers: response.headers,
    };
  };
  return {
    cookie,
    csrfToken: session.csrfToken,
    user: session.user,
    request,
    call: async <Answer>(method: string, path: string, body?: unknown) => {
      const {status, body: result} = await request<Answer>(method, path, body);
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(result)}`);
      return result;
    },
  };
};

/** A signed-in user of the console, through the real sign-in. */
export const signIn = async (
  base: string,
  credentials: {email: string; password: string; code?: string},
): Promise<Api> => {
  const answer = await fetch(`${base}/api/session`, {
    method: 'POST',
    headers: {'content-type': 'application/json', origin: base},
    body: JSON.stringify(credentials),
  });
  if (answer.status !== 200) throw new Error(`not signed in: ${answer.status} ${await answer.text()}`);
  const {csrfToken, user} = (await answer.json()) as Pick<Api, 'csrfToken' | 'user'>;
  const cookie = (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  return withSession(base, {cookie, csrfToken, user});
};

/** An agent with an open console. */
export const openAgent = async (base: string, api: Api) => {
  const seen = new Map<string, Seen>();
  const facts = new Map<string, {facts: FactView[]; score: ScoreView}>();
  const parse = (raw: unknown): ToAgent => {
    const frame = toAgent.parse(raw);
    if (frame.type === 'message') {
      const one = seen.get(frame.conversationId) ?? {messages: new Map<number, Message>()};
      seen.set(frame.conversationId, one);
      one.messages.set(frame.message.seq, frame.message);
    }
    if (frame.type === 'facts') facts.set(frame.conversationId, frame);
    return frame;
  };
  const socket = await openSocket<AgentFrame, ToAgent>(`${base.replace(/^http/, 'ws')}/api/agent/socket`, {
    headers: {cookie: api.cookie, origin: base},
    parse,
  });
  socket.send({type: 'hello'});
  await socket.next('welcome');
  return {
    api,
    socket,
    facts: (conversationId: string) => facts.get(conversationId),
    messages: (conversationId: string) => drawn(seen.get(conversationId) ?? {messages: new Map()}),
    watch: async (conversationId: string, since = 0) => {
      const before = socket.frames.length;
      socket.send({type: 'watch', conversationId, since});
      await socket.next('facts', frame => frame.conversationId === conversationId, before);
    },
    accept: (conversationId: string) =>
      api.request('POST', `/api/agent/conversations/${conversationId}/accept`),
    handBack: (conversationId: string) =>
      api.call('POST', `/api/agent/conversations/${conversationId}/hand-back`),
    closeConversation: (conversationId: string) =>
      api.call('POST', `/api/agent/conversations/${conversationId}/close`),
    say: async (conversationId: string, text: string, id = clientId()) => {
      socket.send({type: 'message', conversationId, clientId: id, text});
      const frame = await Promise.race([
        socket.next('ack', ack => ack.clientId === id),
        socket.next('error', error => error.clientId === id),
      ]);
      if (frame.type === 'error') throw Object.assign(new Error(frame.message), {code: frame.code});
      return {seq: frame.seq};
    },
    close: () => socket.close(),
  };
};
export type Agent = Awaited<ReturnType<typeof openAgent>>;
