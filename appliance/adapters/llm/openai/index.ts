import type {LanguageModel, Turn} from '../contract.ts';
import {neutral} from '../../../kit/neutral.ts';
import {pointing} from '../pointing/index.ts';
import {completionIn, transportFailure} from './outcome.ts';

/** How a server is told the grammar of its answer: llama.cpp's server, vLLM, vLLM before `structured_outputs`. */
export const grammarStyles = ['llama.cpp', 'vllm', 'vllm-guided'] as const;
export type GrammarStyle = (typeof grammarStyles)[number];

export type OpenAiOptions = {
  /** As the server calls it. */
  model: string;
  grammarStyle: GrammarStyle;
  /** Asked for with each request, so that it lies open no longer than that. */
  apiKey?: () => string | undefined;
  /** POSTs to the declared destination through the egress broker. Milliseconds, bytes. */
  post: (request: {
    path: string;
    headers: Record<string, string>;
    body: string;
    timeout: number;
    limit: number;
    signal: AbortSignal | undefined;
  }) => Promise<{status: number; body: Buffer}>;
  timeout?: number;
};

const answerLimit = 256 * 1024;
const pointTokens = 400;

const bound = (style: GrammarStyle, grammar: string): Record<string, unknown> =>
  style === 'llama.cpp'
    ? {grammar, cache_prompt: true}
    : style === 'vllm'
      ? {structured_outputs: {grammar}}
      : {guided_grammar: grammar};

/** A language model behind an OpenAI-compatible server. A reply is not streamed: the broker hands on whole answers. */
export const createOpenAi = ({
  model,
  grammarStyle,
  apiKey,
  post,
  timeout = 30_000,
}: OpenAiOptions): LanguageModel => {
  const complete = async (
    messages: {role: 'system' | 'user' | 'assistant'; content: string}[],
    more: Record<string, unknown>,
    signal: AbortSignal | undefined,
  ): Promise<string> => {
    const key = apiKey?.();
    try {
      const {status, body} = await post({
        path: '/v1/chat/completions',
        headers: {'content-type': 'application/json', ...(key ? {authorization: `Bearer ${key}`} : {})},
        body: JSON.stringify({model, messages, temperature: 0, stream: false, ...more}),
        timeout,
        limit: answerLimit,
        signal,
      });
      return completionIn(status, body.toString());
    } catch (error) {
      throw transportFailure(error);
    }
  };

  const spoken = ({role, text}: Turn) => ({
    role: role === 'visitor' ? ('user' as const) : ('assistant' as const),
    content: neutral(text),
  });

  return {
    // the server keeps its model's file to itself
    info: () => ({id: model, sha256: '', kind: 'instruct'}),
    point: async (request, signal) => {
      const {system, user, grammar, read} = pointing(request);
      const messages = [
        {role: 'system' as const, content: system},
        {role: 'user' as const, content: user},
      ];
      return read(
        await complete(messages, {max_tokens: pointTokens, ...bound(grammarStyle, grammar)}, signal),
      );
    },
    write: async ({system, turns, task, maxTokens}, onText, signal) => {
      const messages = [{role: 'system' as const, content: `${system}\n\n${task}`}, ...turns.map(spoken)];
      const text = (await complete(messages, {max_tokens: maxTokens}, signal)).trim();
      onText(text);
      return text;
    },
    close: () => Promise.resolve(),
  };
};
