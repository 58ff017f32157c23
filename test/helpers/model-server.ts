import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import type {ExecutionContext} from 'ava';
import {z} from 'zod';

/** What llama.cpp's server and vLLM document of chat completions; fields they do not name are refused. */
const chat = z.strictObject({
  model: z.string().min(1),
  messages: z
    .array(z.strictObject({role: z.enum(['system', 'user', 'assistant']), content: z.string()}))
    .min(1),
  temperature: z.number().min(0).max(2),
  stream: z.literal(false),
  max_tokens: z.number().int().positive(),
  grammar: z.string().optional(),
  cache_prompt: z.boolean().optional(),
  structured_outputs: z.strictObject({grammar: z.string()}).optional(),
  guided_grammar: z.string().optional(),
});
export type ChatRequest = z.output<typeof chat>;
export type Misbehaviour = 'busy' | 'broken' | 'hangs' | 'resets' | 'page' | 'endless' | 'empty';

export const startModelServer = async (
  t: ExecutionContext,
  key: string,
  answer: (request: ChatRequest) => string,
) => {
  const asked: ChatRequest[] = [];
  let misbehaves: Misbehaviour | undefined;
  const server = createServer((request, response) => {
    const say = (status: number, content: unknown) =>
      response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(content));
    const serve = async () => {
      const body = await text(request);
      if (misbehaves === 'hangs') return;
      if (misbehaves === 'busy') return say(429, {error: {message: 'slow down'}});
      if (misbehaves === 'broken') return say(500, {error: {message: 'no'}});
      if (misbehaves === 'empty') return say(200, {choices: []});
      if (misbehaves === 'endless') return response.writeHead(200).end('x'.repeat(1_000_000));
      if (misbehaves === 'page') return response.writeHead(200).end('<!doctype html><h1>Welcome</h1>');
      if (misbehaves === 'resets') {
        response
          .writeHead(200, {'content-length': '1000'})
          .write('{"choices"', () => request.socket.destroy());
        return;
      }
      if (request.headers.authorization !== `Bearer ${key}`) return say(401, {error: {message: 'key'}});
      if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return say(404, {});
      const parsed = chat.safeParse(JSON.parse(body));
      if (!parsed.success) return say(400, {error: {message: z.prettifyError(parsed.error)}});
      asked.push(parsed.data);
      const message = {role: 'assistant', content: answer(parsed.data)};
      return say(200, {object: 'chat.completion', choices: [{index: 0, message, finish_reason: 'stop'}]});
    };
    void serve();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    misbehave: (how: Misbehaviour | undefined) => {
      misbehaves = how;
    },
  };
};
