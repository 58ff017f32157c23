import type {EgressRequest, EgressResponse} from '../../../egress/contract.ts';
import {completionIn, embeddingsIn, modelsIn, refuseStatus} from './outcome.ts';
import {readReply} from './reply.ts';

/** A request to a whole address, sent through the egress broker to one declared destination. */
export type Send = (
  request: Omit<EgressRequest, 'destination' | 'purpose' | 'expect' | 'path'> & {url: string},
) => Promise<EgressResponse>;
export type Connection = {
  /** With its `/v1`, and no slash behind. */
  url: string;
  /** As the server calls it. */
  model: string;
  /** Asked for with each request, so that it lies open no longer than that, and a new one counts at once. */
  apiKey: () => Promise<string | null>;
  send: Send;
};
export type Message = {role: 'system' | 'user' | 'assistant'; content: string};
type Limits = {timeout: number; signal?: AbortSignal | undefined};

const answerLimit = 256 * 1024;
/** Vectors are long in JSON. */
const vectorsLimit = 4 << 20;
const connectTimeout = 10_000;

/**
 * How a server is told what it may answer: a grammar as llama.cpp's server, vLLM, and vLLM before `structured_outputs` take it;
 * or a JSON schema, as both do, and others too.
 */
export const bindingStyles = ['llama.cpp', 'vllm', 'vllm-guided', 'json-schema'] as const;
export type BindingStyle = (typeof bindingStyles)[number];
export type Allowed = {grammar: string} | {schema: Record<string, unknown>};
export const bound = (style: BindingStyle, allowed: Allowed): Record<string, unknown> => {
  if ('schema' in allowed) {
    const {schema} = allowed;
    return {response_format: {type: 'json_schema', json_schema: {name: 'answer', strict: true, schema}}};
  }
  const {grammar} = allowed;
  if (style === 'llama.cpp') return {grammar};
  return style === 'vllm' ? {structured_outputs: {grammar}} : {guided_grammar: grammar};
};

export const createCalls = ({url, model, apiKey, send}: Connection) => {
  const call = async (
    path: string,
    content: object | undefined,
    {timeout, signal, onPiece, most = answerLimit}: Limits & Pick<EgressRequest, 'onPiece'> & {most?: number},
  ): Promise<EgressResponse> => {
    const key = await apiKey();
    return send({
      method: content ? 'POST' : 'GET',
      url: `${url}${path}`,
      headers: {
        ...(content ? {'content-type': 'application/json'} : {}),
        ...(key === null ? {} : {authorization: `Bearer ${key}`}),
      },
      ...(content ? {body: JSON.stringify(content)} : {}),
      timeouts: {connect: Math.min(timeout, connectTimeout), headers: timeout, total: timeout},
      answer: {limit: most, whenOver: 'refuse'},
      ...(signal ? {signal} : {}),
      ...(onPiece ? {onPiece} : {}),
    });
  };
  const chat = (messages: readonly Message[], more: Record<string, unknown>, stream: boolean) => ({
    model,
    messages,
    temperature: 0,
    stream,
    chat_template_kwargs: {enable_thinking: false},
    ...more,
  });

  return {
    models: async (limits: Limits): Promise<string[]> => {
      const {status, body} = await call('/models', undefined, limits);
      refuseStatus(status);
      return modelsIn(body.toString());
    },
    embed: async (input: readonly string[], limits: Limits): Promise<number[][]> => {
      const asked = {model, input, encoding_format: 'float'};
      const {status, body} = await call('/embeddings', asked, {...limits, most: vectorsLimit});
      refuseStatus(status);
      return embeddingsIn(body.toString());
    },
    complete: async (
      messages: readonly Message[],
      more: Record<string, unknown>,
      limits: Limits,
    ): Promise<string> => {
      const {status, body} = await call('/chat/completions', chat(messages, more, false), limits);
      refuseStatus(status);
      return completionIn(body.toString());
    },
    stream: async (
      messages: readonly Message[],
      more: Record<string, unknown>,
      onText: (piece: string) => void,
      limits: Limits,
    ): Promise<string> => {
      const reply = readReply(onText);
      const {status} = await call('/chat/completions', chat(messages, more, true), {
        ...limits,
        onPiece: (piece, head) => {
          refuseStatus(head.status);
          reply.take(piece);
        },
      });
      refuseStatus(status);
      return reply.end();
    },
  };
};
export type Calls = ReturnType<typeof createCalls>;
