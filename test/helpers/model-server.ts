import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {setTimeout as pause} from 'node:timers/promises';
import type {ExecutionContext} from 'ava';
import {z} from 'zod';
import {
  type Connection,
  createOpenAi,
  type BindingStyle,
  type OpenAiOptions,
} from '../../appliance/adapters/llm/openai/index.ts';
import {
  bindEgress,
  createEgress,
  type Destination,
  type EgressAttempt,
} from '../../appliance/egress/index.ts';
import {systemClock} from '../../appliance/kit/clock.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {draw} from './gbnf.ts';
import {drawFrom} from './json-schema.ts';

/** What llama.cpp's server and vLLM document of chat completions; fields that neither names are refused. */
const chat = z.strictObject({
  model: z.string().min(1),
  messages: z
    .array(z.strictObject({role: z.enum(['system', 'user', 'assistant']), content: z.string()}))
    .min(1),
  temperature: z.number().min(0).max(2),
  stream: z.boolean(),
  max_tokens: z.number().int().positive(),
  chat_template_kwargs: z.strictObject({enable_thinking: z.boolean()}),
  grammar: z.string().optional(),
  structured_outputs: z.strictObject({grammar: z.string()}).optional(),
  guided_grammar: z.string().optional(),
  response_format: z
    .strictObject({
      type: z.literal('json_schema'),
      json_schema: z.strictObject({
        name: z.string().regex(/^[\w-]{1,64}$/),
        strict: z.boolean(),
        schema: z.record(z.string(), z.unknown()),
      }),
    })
    .optional(),
});
export type ChatRequest = z.output<typeof chat>;
/** And of embeddings. */
const embeddings = z.strictObject({
  model: z.string().min(1),
  input: z.array(z.string()).min(1),
  encoding_format: z.literal('float'),
});
export type EmbeddingsRequest = z.output<typeof embeddings>;
/** As chat templates insist: a system message first, if any, then user and assistant by turns, the user last. */
const alternates = (messages: ChatRequest['messages']): boolean => {
  const spoken = messages[0]?.role === 'system' ? messages.slice(1) : messages;
  return (
    spoken.length % 2 === 1 && spoken.every(({role}, i) => role === (i % 2 === 0 ? 'user' : 'assistant'))
  );
};

export type Misbehaviour =
  | 'busy'
  | 'broken'
  | 'hangs'
  | 'hangs in mid-body'
  | 'resets'
  | 'page'
  | 'not JSON'
  | 'endless'
  | 'empty'
  | 'drips'
  | 'redirects'
  | 'error in mid-reply'
  | 'reply without end';
/** Which of the two it is, of which age, or something that takes a grammar for nothing. */
export type Flavour = BindingStyle | 'no grammar' | 'refuses grammar';

const grammarFor = (flavour: Flavour, asked: ChatRequest): string | undefined => {
  if (flavour === 'llama.cpp') return asked.grammar;
  if (flavour === 'vllm') return asked.structured_outputs?.grammar;
  return flavour === 'vllm-guided' ? asked.guided_grammar : undefined;
};

export type ModelServerOptions = {
  key?: string | null;
  flavour?: Flavour;
  model?: string;
  /** Its answer where a grammar binds it, and where none does. */
  bound?: (grammar: string, request: ChatRequest) => string;
  /** The same where a JSON schema does. */
  inSchema?: (schema: Record<string, unknown>, request: ChatRequest) => string;
  free?: (request: ChatRequest) => string;
  /** The vector of a text; without it the server makes none. */
  embed?: (text: string) => readonly (number | null)[];
  /** Characters of a text that its model reads. */
  room?: number;
  /** What it answers in place of the vectors. */
  vectors?: (data: {index: number; embedding: readonly (number | null)[]}[]) => unknown;
  /** Awaited before each word of a streamed reply but the first. */
  pace?: () => Promise<unknown>;
};

/** A strict OpenAI-compatible server, written after the published documents of llama.cpp's server and of vLLM. */
export const startModelServer = async (
  t: Pick<ExecutionContext, 'teardown'>,
  options: ModelServerOptions = {},
) => {
  const {flavour = 'llama.cpp', model = 'qwen', key = null} = options;
  const bound = options.bound ?? ((grammar: string) => draw(grammar, Math.random));
  const inSchema =
    options.inSchema ?? ((schema: Record<string, unknown>) => JSON.stringify(drawFrom(schema, Math.random)));
  const free = options.free ?? (() => 'Gladly. A colleague can tell you more about that.');
  const asked: ChatRequest[] = [];
  const embedded: string[] = [];
  let {embed, vectors} = options;
  let requests = 0;
  let brokenOff = 0;
  let misbehaves: Misbehaviour | undefined;
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const until = (fits: () => boolean): Promise<void> =>
    new Promise(resolve => {
      const look = () => {
        if (!fits()) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    });

  const json = (response: ServerResponse, status: number, content: unknown) =>
    response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(content));
  const fail = (response: ServerResponse, status: number, message: string) =>
    json(response, status, {error: {message, type: 'error', code: status}});
  const event = (content: unknown) => `data: ${JSON.stringify(content)}\n\n`;
  const chunk = (delta: object, finish_reason: string | null = null) =>
    event({object: 'chat.completion.chunk', model, choices: [{index: 0, delta, finish_reason}]});

  /** True where it has done its worst. */
  const misbehave = async (
    how: Misbehaviour | undefined,
    request: IncomingMessage,
    response: ServerResponse,
    streams: boolean,
  ): Promise<boolean> => {
    const begin = () => {
      response.writeHead(200, {'content-type': streams ? 'text/event-stream' : 'application/json'});
      response.write(streams ? chunk({role: 'assistant', content: 'Glad'}) : '{"choices":[');
    };
    switch (how) {
      case undefined:
        return false;
      case 'hangs':
        return true;
      case 'hangs in mid-body':
        begin();
        return true;
      case 'busy':
        fail(response, 429, 'slow down');
        return true;
      case 'broken':
        fail(response, 500, 'no');
        return true;
      case 'empty':
        json(response, 200, {choices: []});
        return true;
      case 'page':
        response.writeHead(200, {'content-type': 'text/html'}).end('<!doctype html><h1>Welcome</h1>');
        return true;
      case 'not JSON':
        if (streams)
          response
            .writeHead(200, {'content-type': 'text/event-stream'})
            .end('data: Hello\n\ndata: [DONE]\n\n');
        else response.writeHead(200, {'content-type': 'application/json'}).end('Hello');
        return true;
      case 'endless':
        response.writeHead(200, {'content-type': streams ? 'text/event-stream' : 'application/json'});
        response.end(streams ? `data: ${'x'.repeat(1_000_000)}\n\n` : 'x'.repeat(1_000_000));
        return true;
      case 'redirects':
        response.writeHead(307, {location: 'http://127.0.0.1:9/v1/chat/completions'}).end();
        return true;
      case 'resets':
        begin();
        setImmediate(() => request.socket.destroy());
        return true;
      case 'reply without end':
        begin();
        response.end();
        return true;
      case 'error in mid-reply':
        begin();
        response.end(streams ? event({error: {message: 'out of memory', code: 500}}) : '');
        return true;
      case 'drips':
        begin();
        while (!response.destroyed) {
          response.write(streams ? ': \n' : ' ');
          await pause(20);
        }
        return true;
    }
  };

  const reply = async (response: ServerResponse, whole: string): Promise<void> => {
    response.writeHead(200, {'content-type': 'text/event-stream; charset=utf-8'});
    response.write(chunk({role: 'assistant', content: null}));
    const words = whole.match(/\S+\s*/gu) ?? [];
    for (const [i, word] of words.entries()) {
      if (i > 0) await options.pace?.();
      if (response.destroyed) return;
      response.write(chunk({content: word}));
    }
    response.write(chunk({}, 'stop'));
    response.end('data: [DONE]\n\n');
  };

  const answerVectors = (response: ServerResponse, body: string): void => {
    const parsed = embeddings.safeParse(JSON.parse(body));
    if (!parsed.success) return void fail(response, 400, z.prettifyError(parsed.error));
    const {input} = parsed.data;
    // llama.cpp's server answers with the one model it has, whatever is asked for
    if (flavour !== 'llama.cpp' && parsed.data.model !== model)
      return void fail(response, 404, `The model \`${parsed.data.model}\` does not exist.`);
    if (!embed) return void fail(response, 501, 'This server does not support embeddings.');
    const long = input.find(one => one.length > (options.room ?? Infinity));
    if (long !== undefined)
      return void fail(response, 400, `input (${long.length} tokens) is larger than the max context size`);
    embedded.push(...input);
    const make = embed;
    const data = input.map((one, index) => ({object: 'embedding', index, embedding: make(one)}));
    json(response, 200, {object: 'list', model, data: vectors ? vectors(data) : data});
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    response.once('close', () => {
      if (!response.writableFinished) brokenOff += 1;
      changed();
    });
    const body = await text(request);
    changed();
    const listing = request.method === 'GET' && request.url === '/v1/models';
    // llama.cpp's server shows its list to anybody
    const open = listing && flavour === 'llama.cpp';
    if (key !== null && !open && request.headers.authorization !== `Bearer ${key}`)
      return void fail(response, 401, 'Invalid API Key');
    const streams = body.includes('"stream":true');
    if (await misbehave(misbehaves, request, response, streams)) return;
    if (listing) return void json(response, 200, {object: 'list', data: [{id: model, object: 'model'}]});
    if (request.method === 'POST' && request.url === '/v1/embeddings') return answerVectors(response, body);
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
      return void fail(response, 404, 'File Not Found');
    const parsed = chat.safeParse(JSON.parse(body));
    if (!parsed.success) return void fail(response, 400, z.prettifyError(parsed.error));
    if (!alternates(parsed.data.messages))
      return void fail(response, 400, 'Conversation roles must alternate user/assistant/user/assistant/...');
    if (flavour !== 'llama.cpp' && parsed.data.model !== model)
      return void fail(response, 404, `The model \`${parsed.data.model}\` does not exist.`);
    asked.push(parsed.data);
    const {grammar: _g, structured_outputs, guided_grammar, response_format} = parsed.data;
    const asksGrammar = (_g ?? structured_outputs ?? guided_grammar) !== undefined;
    if (
      (flavour === 'refuses grammar' && (asksGrammar || response_format !== undefined)) ||
      (flavour === 'json-schema' && asksGrammar)
    )
      return void fail(response, 400, 'Unsupported parameter');
    const grammar = grammarFor(flavour, parsed.data);
    const schema = flavour === 'json-schema' ? response_format?.json_schema.schema : undefined;
    const content =
      schema !== undefined
        ? inSchema(schema, parsed.data)
        : grammar !== undefined
          ? bound(grammar, parsed.data)
          : free(parsed.data);
    if (streams) return reply(response, content);
    const message = {role: 'assistant', content};
    json(response, 200, {
      object: 'chat.completion',
      model,
      choices: [{index: 0, message, finish_reason: 'stop'}],
    });
  };
  const server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const {port} = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/v1`,
    model,
    asked,
    /** Texts it made vectors of. */
    embedded,
    embedWith: (next: ModelServerOptions['embed'], answer?: ModelServerOptions['vectors']) => {
      embed = next;
      vectors = answer;
    },
    requests: () => requests,
    /** Connections that ended before an answer did. */
    brokenOff: () => brokenOff,
    until,
    misbehave: (how: Misbehaviour | undefined) => {
      misbehaves = how;
    },
    cutAll: () => server.closeAllConnections(),
  };
};
export type ModelServer = Awaited<ReturnType<typeof startModelServer>>;

/** The way there as it is wired: the egress broker's process, one declared destination, an egress log. */
export const reach = (
  t: Pick<ExecutionContext, 'teardown'>,
  server: ModelServer,
  options: {key?: string | null; url?: string; model?: string; destination?: Partial<Destination>} = {},
): Connection & {attempts: EgressAttempt[]} => {
  const attempts: EgressAttempt[] = [];
  const egress = createEgress({
    region: 'eu',
    destinations: () =>
      Promise.resolve([
        {
          id: 'server',
          host: '127.0.0.1',
          port: server.port,
          region: 'eu-at',
          purpose: 'model_server',
          categories: ['D2'],
          state: 'in_force' as const,
          private: true,
          plain: true,
          ...options.destination,
        },
      ]),
    onAttempt: attempt => void attempts.push(attempt),
    log: createLogger('silent'),
    clock: systemClock,
  });
  t.teardown(() => egress.close());
  return {
    url: options.url ?? server.url,
    model: options.model ?? server.model,
    apiKey: () => Promise.resolve(options.key ?? null),
    send: bindEgress(egress, 'server', 'model_server'),
    attempts,
  };
};

export const openModel = (
  t: Pick<ExecutionContext, 'teardown'>,
  connection: Connection,
  options: Partial<OpenAiOptions> = {},
) => {
  const model = createOpenAi({...connection, bindingStyle: 'llama.cpp', ...options});
  t.teardown(model.close);
  return model;
};
