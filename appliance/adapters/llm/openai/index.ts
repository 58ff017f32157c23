import {setTimeout as after} from 'node:timers';
import {AppError} from '../../../kit/errors.ts';
import {neutral} from '../../../kit/neutral.ts';
import type {LanguageModel} from '../contract.ts';
import {alternating, instructionIn, saidIn} from '../dialogue.ts';
import {pointing, pointingBySchema} from '../pointing/index.ts';
import {type Availability, createAvailability} from './availability.ts';
import {bound, type Connection, createCalls, type BindingStyle, type Message} from './calls.ts';
import {timedOut, transportFailure} from './outcome.ts';

export {type Connection, type BindingStyle, bindingStyles, type Send} from './calls.ts';
export {createOpenAiEmbedder} from './embeddings.ts';
export {probeServer} from './probe.ts';

export type OpenAiOptions = Connection & {
  /** Found by the probe. */
  bindingStyle: BindingStyle;
  /** How long a request to point may take, how long a reply's first word, and how long the whole of it. */
  timeoutMs?: number;
  patienceMs?: number;
  writeTimeoutMs?: number;
  awayMs?: number;
};

const pointTokens = 400;
const checkTimeout = 10_000;

const erased = () => new AppError('unavailable', 'llm.unavailable', 'The conversation was erased.');
const shutDown = () => new AppError('unavailable', 'llm.unavailable', 'The appliance is shutting down.');

export type OpenAiModel = Required<Omit<LanguageModel, 'embed'>> &
  Pick<Availability, 'ready' | 'onState' | 'status'>;

/** A language model behind an OpenAI-compatible server: llama.cpp's server or vLLM. */
export const createOpenAi = (options: OpenAiOptions): OpenAiModel => {
  const {bindingStyle, model, timeoutMs = 15_000, patienceMs = 3000, writeTimeoutMs = 60_000} = options;
  const calls = createCalls(options);
  const availability = createAvailability({
    awayMs: options.awayMs ?? 300_000,
    check: signal =>
      calls
        .complete([{role: 'user', content: 'ok'}], {max_tokens: 1}, {timeout: checkTimeout, signal})
        .catch((error: unknown) => {
          throw transportFailure(error);
        }),
  });
  /** What is under way, and for whom. */
  const running = new Map<AbortController, string | undefined>();

  const underWay = async <Result>(
    conversationId: string | undefined,
    caller: AbortSignal | undefined,
    work: (signal: AbortSignal, stop: AbortController) => Promise<Result>,
  ): Promise<Result> => {
    availability.refuseWhenAway();
    const stop = new AbortController();
    running.set(stop, conversationId);
    const signal = caller ? AbortSignal.any([stop.signal, caller]) : stop.signal;
    try {
      signal.throwIfAborted();
      const result = await work(signal, stop);
      signal.throwIfAborted();
      availability.answered();
      return result;
    } catch (error) {
      if (stop.signal.aborted) throw stop.signal.reason;
      if (caller?.aborted) throw timedOut();
      const told = transportFailure(error);
      availability.failed(told);
      throw told;
    } finally {
      running.delete(stop);
    }
  };

  return {
    ready: availability.ready,
    onState: availability.onState,
    status: availability.status,
    info: () => ({id: model, sha256: null, kind: 'instruct'}),
    point: (request, caller) =>
      underWay(request.conversationId, caller, async signal => {
        const ask = bindingStyle === 'json-schema' ? pointingBySchema : pointing;
        const {system, user, read, ...allowed} = ask(request);
        const messages: Message[] = [
          {role: 'system', content: system},
          {role: 'user', content: user},
        ];
        const more = {max_tokens: pointTokens, ...bound(bindingStyle, allowed)};
        return read(await calls.complete(messages, more, {timeout: timeoutMs, signal}));
      }),
    write: (request, onText, caller) =>
      underWay(request.conversationId, caller, async (signal, stop) => {
        const said = saidIn(request).map(({role, text}) => ({role, text: neutral(text)}));
        const turns = alternating([...said, {role: 'user', text: instructionIn(request)}]);
        const messages: Message[] = [
          {role: 'system', content: request.system},
          ...turns.map(({role, parts}) => ({role, content: parts.join('')})),
        ];
        const patience = after(() => stop.abort(timedOut()), patienceMs);
        const tell = (piece: string): void => {
          clearTimeout(patience);
          if (!signal.aborted) onText(piece);
        };
        try {
          const limits = {timeout: writeTimeoutMs, signal};
          return await calls.stream(messages, {max_tokens: request.maxTokens}, tell, limits);
        } finally {
          clearTimeout(patience);
        }
      }),
    forget: conversationId => {
      for (const [stop, whose] of running) if (whose === conversationId) stop.abort(erased());
    },
    close: () => {
      availability.close();
      for (const stop of running.keys()) stop.abort(shutDown());
      return Promise.resolve();
    },
  };
};
