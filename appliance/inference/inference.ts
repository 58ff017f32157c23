import {mkdtempSync, rmSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers';
import type {LanguageModel, ModelInfo} from '../adapters/llm/contract.ts';
import {AppError} from '../kit/errors.ts';
import type {Logger} from '../kit/logger.ts';
import {badModel} from './gguf.ts';
import {createJobs, type Job, type Outcome} from './jobs.ts';
import {type CatalogueEntry, inspectModel, readCatalogue} from './model-file.ts';
import {type Ask, mostTexts} from './protocol.ts';
import {createSupervisor, type InferenceState, type Problem} from './supervisor.ts';

export type InferenceStatus = {state: InferenceState; waiting: number; restarts: number; problem?: Problem};
export type Inference = Required<LanguageModel> & {
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
  /** A model that answers, or one that finds passages: a file of the other sort is refused. */
  use?: 'answers' | 'finds';
  threads?: number;
  /** Conversations an instruct model works on side by side; by default what memory and cores allow, 1 to 8. */
  sequences?: number;
  /** Requests that may wait; one more is refused with `llm.overloaded`. */
  queueLimit?: number;
  /** How long a request to point may wait and run altogether. */
  timeoutMs?: number;
  /** How long a visitor waits for the first words of a reply before it is given up, and how long the whole may take. */
  patienceMs?: number;
  writeTimeoutMs?: number;
  /** How long loading may take. */
  loadTimeoutMs?: number;
  /** Crashes within an hour after which it is given up, where another model can answer instead; never by default. */
  mostCrashes?: number;
  nodePath?: string;
  /** Known models; by default `models/catalogue.json`. */
  catalogue?: readonly CatalogueEntry[];
};

/** Past its deadline a generation stops between two passes over the weights; on a large model one takes its time. */
const stopsWithinMs = 30_000;

const unavailable = (message: string) => new AppError('unavailable', 'llm.unavailable', message);
const timedOut = () =>
  new AppError(
    'unavailable',
    'llm.timeout',
    'The model did not answer in time; the turn can be tried again.',
  );
const ended = () => unavailable('The inference process ended during this turn; the turn can be tried again.');
const refusal = (problem: Problem | undefined) =>
  problem
    ? new AppError('unavailable', problem.code, problem.message)
    : unavailable('The appliance is shutting down.');

/** One core is left to the appliance. More than four are of no use to a small model. */
const threadsFor = ({kind}: ModelInfo) =>
  Math.max(1, Math.min(kind === 'instruct' ? 16 : 4, availableParallelism() - 1));

/** The model behind its own process. Starts at once and in the background; nothing waits for it but who asks it. */
export const createInference = (options: InferenceOptions): Inference => {
  const {modelPath, log, queueLimit = 64, timeoutMs = 15_000, loadTimeoutMs = 120_000} = options;
  const {patienceMs = 3000, writeTimeoutMs = 60_000} = options;
  const listeners = new Set<(state: InferenceState) => void>();
  let stateDirectory: string | undefined;
  let ids = 0;

  const onState = (state: InferenceState) => {
    if (state === 'failed' || state === 'closed') jobs.refuseAll(refusal(supervisor.problem()));
    for (const listener of listeners) listener(state);
    jobs.next();
  };
  const supervisor = createSupervisor({
    loadTimeoutMs,
    mostCrashes: options.mostCrashes ?? Infinity,
    log,
    inspect: async () => {
      const info = await inspectModel(modelPath, options.catalogue ?? (await readCatalogue()));
      if ((info.kind === 'embedding') !== (options.use === 'finds'))
        throw badModel(
          options.use === 'finds'
            ? 'The file is no embedding model, so it cannot find passages.'
            : 'The file is an embedding model: it finds passages, and cannot answer anybody.',
        );
      return info;
    },
    processFor: info => {
      if (info.kind === 'instruct')
        stateDirectory ??= mkdtempSync(join(tmpdir(), `crowlit-prefix-${process.pid}-`));
      return {
        modelPath,
        nodePath: options.nodePath ?? process.execPath,
        threads: options.threads ?? threadsFor(info),
        sequences: options.sequences ?? 0,
        stateDirectory: stateDirectory ?? '',
      };
    },
    onAnswer: answer => jobs.onAnswer(answer),
    onLost: () => jobs.lost(ended()),
    onState,
  });
  const jobs = createJobs(supervisor, {
    queueLimit,
    stopsWithinMs,
    hangsAfterMs: ask => {
      if ('write' in ask) return writeTimeoutMs + stopsWithinMs;
      return supervisor.info()?.kind === 'instruct' ? timeoutMs + stopsWithinMs : timeoutMs;
    },
  });

  const request = (
    ask: Ask,
    onText: (piece: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<Outcome> => {
    const state = supervisor.state();
    if (state === 'failed' || state === 'closed')
      return Promise.resolve({error: refusal(supervisor.problem())});
    const {promise, resolve} = Promise.withResolvers<Outcome>();
    const abandon = () => jobs.abandon(job, timedOut());
    const deadline = after(abandon, 'write' in ask ? writeTimeoutMs : timeoutMs);
    const patience = 'write' in ask ? after(abandon, patienceMs) : undefined;
    let settled = false;
    const job: Job = {
      id: ++ids,
      ask,
      onText: piece => {
        clearTimeout(patience);
        if (!settled) onText(piece);
      },
      settle: outcome => {
        settled = true;
        clearTimeout(deadline);
        clearTimeout(patience);
        signal?.removeEventListener('abort', abandon);
        resolve(outcome);
      },
    };
    signal?.addEventListener('abort', abandon, {once: true});
    if (signal?.aborted) abandon();
    else jobs.add(job);
    return promise;
  };
  const point: Inference['point'] = async (asked, signal) => {
    const outcome = await request({point: asked}, () => undefined, signal);
    if ('pointed' in outcome) return outcome.pointed;
    throw 'error' in outcome ? outcome.error : ended();
  };
  const write: Inference['write'] = async (asked, onText, signal) => {
    if (supervisor.info()?.kind === 'labelling')
      throw new AppError('unavailable', 'llm.refused', 'A labelling model writes no sentences.');
    const outcome = await request({write: asked}, onText, signal);
    if ('written' in outcome) return outcome.written;
    throw 'error' in outcome ? outcome.error : ended();
  };
  const embed: Inference['embed'] = async ({texts, as}, signal) => {
    const vectors: Float32Array[] = [];
    // one passage after the other, so that a question waits for no more than one
    const portion = as === 'question' ? mostTexts : 1;
    for (let from = 0; from < texts.length; from += portion) {
      const asked = {texts: texts.slice(from, from + portion), as};
      const outcome = await request({embed: asked}, () => undefined, signal);
      if (!('embedded' in outcome)) throw 'error' in outcome ? outcome.error : ended();
      vectors.push(...outcome.embedded);
    }
    return vectors;
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
    write,
    embed,
    forget: jobs.forget,
    ready,
    onState: listen,
    info: supervisor.info,
    processId: supervisor.processId,
    status: () => {
      const problem = supervisor.problem();
      return {
        state: supervisor.state(),
        waiting: jobs.waiting(),
        restarts: supervisor.restarts(),
        ...(problem ? {problem} : {}),
      };
    },
    close: async () => {
      await supervisor.close();
      if (stateDirectory !== undefined) rmSync(stateDirectory, {recursive: true, force: true});
    },
  };
};
