import {setTimeout as after} from 'node:timers';
import type {LanguageModel, PointRequest, WriteRequest} from '../adapters/llm/contract.ts';
import {AppError, isAppError} from '../kit/errors.ts';
import type {Logger} from '../kit/logger.ts';
import type {Inference} from './inference.ts';
import type {InferenceState} from './supervisor.ts';

export type Served = LanguageModel & {
  status: () => {state: InferenceState; problem?: {message: string} | undefined};
};
export type Candidate = Served & Pick<Inference, 'ready' | 'onState'>;
export type Outcomes = {
  /** It held out its probation; what served before is closed. */
  onProven: () => void;
  /** It failed on probation: what served before serves again. */
  onReturned: (reason: string) => void;
  /** It failed for good later on, and nothing else is loaded. */
  onLost: (reason: string) => void;
};
export type Switchable = Served & {
  /**
   * Puts another model into service once it is loaded and has answered; what serves now goes on meanwhile. Rejects, and
   * closes the new one, when it does not get that far.
   */
  switchTo: (candidate: Candidate, outcomes: Outcomes) => Promise<void>;
  onProbation: () => boolean;
};

const probe: PointRequest = {
  locale: 'en-GB',
  turns: [
    {role: 'assistant', text: 'Hello! What are you looking for?'},
    {role: 'visitor', text: 'We are 35 people in Graz and would like to start in March.'},
  ],
};

/** One model for everybody who asks, which can be another one from one moment to the next. */
export const createSwitchable = (deps: {first: Served; probationMs: number; log: Logger}): Switchable => {
  const {log} = deps;
  let current = deps.first;
  /** Loaded beside the current one while that is on probation. */
  let fallback: Served | undefined;
  let endProbation = () => {};
  /** Of those that were switched to: how each is watched, and whom its loss is told. */
  const watches = new Map<Served, {end: () => void; lost: () => void}>();
  const opened = new Set<Served>([deps.first]);

  const close = async (one: Served): Promise<void> => {
    opened.delete(one);
    watches.get(one)?.end();
    watches.delete(one);
    await one.close();
  };
  const problemOf = (one: Served) => one.status().problem?.message ?? 'Its process ended.';

  const switchTo: Switchable['switchTo'] = async (candidate, {onProven, onReturned, onLost}) => {
    opened.add(candidate);
    try {
      await candidate.ready();
      await candidate.point(probe).catch((error: unknown) => {
        const why = candidate.status().problem?.message ?? (isAppError(error) ? error.message : 'it failed.');
        throw new AppError('unavailable', 'llm.unavailable', `It did not answer a first message: ${why}`);
      });
    } catch (error) {
      await close(candidate);
      throw error;
    }
    endProbation();
    const old = current;
    current = candidate;
    fallback = old;
    let proven = false;
    const settle = () => {
      proven = true;
      clearTimeout(timer);
      endProbation = () => {};
      fallback = undefined;
      void close(old);
      onProven();
    };
    const timer = after(settle, deps.probationMs).unref();
    endProbation = settle;
    const lost = () => onLost(problemOf(candidate));
    const end = candidate.onState(state => {
      if (current !== candidate) return;
      if (!proven && (state === 'restarting' || state === 'failed')) {
        const reason = problemOf(candidate);
        clearTimeout(timer);
        endProbation = () => {};
        current = old;
        fallback = undefined;
        log.error({reason}, 'the new model failed on probation: the one before serves again');
        void close(candidate);
        onReturned(reason);
        // the one before may have failed for good while nobody asked it
        if (old.status().state === 'failed') watches.get(old)?.lost();
      } else if (proven && state === 'failed') lost();
    });
    watches.set(candidate, {end, lost});
  };

  /** Who was asked may be out of service by the time it fails: then the one that serves now is asked. */
  const withOther = async <Result>(
    ask: (one: Served) => Promise<Result>,
    signal: AbortSignal | undefined,
    mayTryAgain: () => boolean = () => true,
  ): Promise<Result> => {
    const asked = current;
    try {
      return await ask(asked);
    } catch (error) {
      const other = current === asked ? fallback : current;
      if (other === undefined || signal?.aborted || !mayTryAgain()) throw error;
      return ask(other);
    }
  };

  return {
    info: () => current.info(),
    status: () => current.status(),
    point: (request, signal) => withOther(one => one.point(request, signal), signal),
    /** Absent while the model in service cannot write. */
    get write() {
      if (!current.write) return undefined;
      return (request: WriteRequest, onText: (piece: string) => void, signal?: AbortSignal) => {
        // what was said already is not said twice
        let begun = false;
        const tell = (piece: string) => {
          begun = true;
          onText(piece);
        };
        return withOther(
          one => one.write?.(request, tell, signal) ?? Promise.reject(new Error('It cannot write.')),
          signal,
          () => !begun && (fallback ?? current).write !== undefined,
        );
      };
    },
    forget: conversationId => {
      for (const one of opened) one.forget?.(conversationId);
    },
    switchTo,
    onProbation: () => fallback !== undefined,
    close: async () => {
      endProbation();
      for (const {end} of watches.values()) end();
      await Promise.all([...opened].map(one => one.close()));
    },
  };
};
