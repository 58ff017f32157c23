import {availableParallelism} from 'node:os';
import {setTimeout as after} from 'node:timers';
import type {LanguageModel, Pointed, PointRequest} from '../adapters/llm/contract.ts';
import {AppError} from '../kit/errors.ts';
import type {Logger} from '../kit/logger.ts';
import {type CatalogueEntry, inspectModel, readCatalogue} from './model-file.ts';
import {isWithin} from './protocol.ts';
import {type Answer, createSupervisor, type InferenceState, type Problem} from './supervisor.ts';

export type InferenceStatus = {state: InferenceState; waiting: number; restarts: number; problem?: Problem};
export type Inference = LanguageModel & {
  status: () => InferenceStatus;
  /** Called on every change of state; returns how to stop listening. */
  onState: (listener: (state: InferenceState) => void) => () => void;
  /** Resolves once the model answers; rejects when it never will. */
  ready: () => Promise<void>;
  /** The child's process id while there is one. */
  processId: () => number | undefined;
};

export type InferenceOptions = {
  modelPath: string;
  log: Logger;
  threads?: number;
  /** Requests that may wait; one more is refused with `llm.overloaded`. */
  queueLimit?: number;
  /** How long a request may wait and run altogether. */
  timeoutMs?: number;
  /** How long loading may take. */
  loadTimeoutMs?: number;
  nodePath?: string;
  /** Known models; by default `models/catalogue.json`. */
  catalogue?: readonly CatalogueEntry[];
};

type Outcome = {pointed: Pointed} | {error: AppError};
type Job = {id: number; request: PointRequest; settle: (outcome: Outcome) => void};

const unavailable = (message: string) => new AppError('unavailable', 'llm.unavailable', message);
const timedOut = () =>
  new AppError(
    'unavailable',
    'llm.timeout',
    'The model did not answer in time; the turn can be tried again.',
  );
const overloaded = () =>
  new AppError('too_many', 'llm.overloaded', 'Too many turns wait for the model; try again shortly.');
const ended = () => unavailable('The inference process ended during this turn; the turn can be tried again.');

/** The model behind its own process. Starts at once and in the background; nothing waits for it but who asks it. */
export const createInference = (options: InferenceOptions): Inference => {
  const {modelPath, log, queueLimit = 64, timeoutMs = 15_000, loadTimeoutMs = 120_000} = options;
  const listeners = new Set<(state: InferenceState) => void>();
  const waiting: Job[] = [];
  let current: Job | undefined;
  let hanging: NodeJS.Timeout | undefined;
  let ids = 0;

  const next = () => {
    if (current || supervisor.state() !== 'ready') return;
    current = waiting.shift();
    if (!current) return;
    // A process that hangs on a turn answers none behind it either: it is replaced, and that ends the turn.
    hanging = after(supervisor.replace, timeoutMs);
    supervisor.ask(current.id, current.request);
  };
  const finish = (outcome: Outcome) => {
    clearTimeout(hanging);
    const job = current;
    current = undefined;
    job?.settle(outcome);
  };
  const refuseAll = (error: AppError) => {
    finish({error});
    for (const job of waiting.splice(0)) job.settle({error});
  };
  const refusal = (problem: Problem | undefined) =>
    problem
      ? new AppError('unavailable', problem.code, problem.message)
      : unavailable('The appliance is shutting down.');

  const onAnswer = (answer: Answer) => {
    if (answer.id !== current?.id) return;
    if ('error' in answer) finish({error: unavailable(`The model failed on this turn: ${answer.error}`)});
    else if (isWithin(answer.result, current.request.turns.at(-1)?.text ?? ''))
      finish({pointed: answer.result});
    else {
      finish({error: unavailable('The model pointed outside the message; its answer was dropped.')});
      supervisor.replace();
    }
    next();
  };
  const onState = (state: InferenceState) => {
    if (state === 'failed' || state === 'closed') refuseAll(refusal(supervisor.problem()));
    for (const listener of listeners) listener(state);
    next();
  };

  const supervisor = createSupervisor({
    modelPath,
    nodePath: options.nodePath ?? process.execPath,
    threads: options.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1)),
    loadTimeoutMs,
    log,
    inspect: async () => await inspectModel(modelPath, options.catalogue ?? (await readCatalogue())),
    onAnswer,
    onLost: () => finish({error: ended()}),
    onState,
  });

  const point = (request: PointRequest, signal?: AbortSignal): Promise<Pointed> => {
    const state = supervisor.state();
    if (state === 'failed' || state === 'closed') return Promise.reject(refusal(supervisor.problem()));
    if (waiting.length >= queueLimit) return Promise.reject(overloaded());
    const {promise, resolve, reject} = Promise.withResolvers<Pointed>();
    const job: Job = {
      id: ++ids,
      request,
      settle: outcome => {
        clearTimeout(deadline);
        signal?.removeEventListener('abort', abandon);
        if ('pointed' in outcome) resolve(outcome.pointed);
        else reject(outcome.error);
      },
    };
    // Given up while it runs, a job keeps its place until the process answers: the next one is not mixed up with it.
    const abandon = () => {
      const at = waiting.indexOf(job);
      if (at !== -1) waiting.splice(at, 1);
      job.settle({error: timedOut()});
    };
    const deadline = after(abandon, timeoutMs);
    signal?.addEventListener('abort', abandon, {once: true});
    if (signal?.aborted) abandon();
    else {
      waiting.push(job);
      next();
    }
    return promise;
  };

  const listen = (listener: (state: InferenceState) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const ready = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const state = supervisor.state();
        if (state === 'loading' || state === 'restarting') return;
        stop();
        if (state === 'ready') resolve();
        else reject(refusal(supervisor.problem()));
      };
      const stop = listen(look);
      look();
    });

  return {
    point,
    ready,
    onState: listen,
    info: supervisor.info,
    processId: supervisor.processId,
    status: () => {
      const problem = supervisor.problem();
      return {
        state: supervisor.state(),
        waiting: waiting.length,
        restarts: supervisor.restarts(),
        ...(problem ? {problem} : {}),
      };
    },
    close: supervisor.close,
  };
};
