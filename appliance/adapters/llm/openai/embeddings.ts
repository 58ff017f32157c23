import {AppError, isAppError} from '../../../kit/errors.ts';
import type {EmbeddingModel} from '../contract.ts';
import {prefixed, soundVectors} from '../vectors.ts';
import {type Connection, createCalls} from './calls.ts';
import {timedOut, transportFailure} from './outcome.ts';

const shutDown = () => new AppError('unavailable', 'llm.unavailable', 'The appliance is shutting down.');

/** How a server says that a text is longer than its model reads: not all of them say it well. */
const tooLong = new Set([400, 413, 422, 500]);
const mayBeTooLong = (error: unknown): boolean =>
  isAppError(error) && tooLong.has(Number(error.details?.['status']));
/** Of a text of this length no model says so. */
const short = 100;

/** A model behind an OpenAI-compatible server that finds passages. */
export const createOpenAiEmbedder = (options: Connection & {timeoutMs?: number}): EmbeddingModel => {
  const {model, timeoutMs = 60_000} = options;
  const calls = createCalls(options);
  const stop = new AbortController();

  return {
    embed: async (request, caller) => {
      const signal = caller ? AbortSignal.any([stop.signal, caller]) : stop.signal;
      const ask = async (texts: readonly string[]): Promise<Float32Array[]> => {
        signal.throwIfAborted();
        return soundVectors(await calls.embed(texts, {timeout: timeoutMs, signal}), texts.length);
      };
      /** Its beginning, where the whole is refused. */
      const shortened = async (text: string): Promise<Float32Array[]> => {
        try {
          return await ask([text]);
        } catch (error) {
          if (!mayBeTooLong(error) || text.length <= short) throw error;
          return shortened(text.slice(0, Math.ceil(text.length / 2)));
        }
      };
      const texts = prefixed(model, request);
      try {
        return await ask(texts).catch(async (error: unknown) => {
          if (!mayBeTooLong(error)) throw error;
          const one: Float32Array[] = [];
          for (const text of texts) one.push(...(await shortened(text)));
          return soundVectors(one, texts.length);
        });
      } catch (error) {
        if (stop.signal.aborted) throw stop.signal.reason;
        throw caller?.aborted ? timedOut() : transportFailure(error);
      }
    },
    close: () => {
      stop.abort(shutDown());
      return Promise.resolve();
    },
  };
};
