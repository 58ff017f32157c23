import {setTimeout as after} from 'node:timers';
import type {ModelErrorCode, ModelInfo} from '../adapters/llm/contract.ts';
import {isAppError} from '../kit/errors.ts';
import type {Logger} from '../kit/logger.ts';
import {
  type ModelProcess,
  type ModelProcessEvents,
  type ModelProcessOptions,
  startModelProcess,
} from './model-process.ts';
import type {FromModel, ToModel} from './protocol.ts';

/** `failed` is final: the file is refused, or this machine cannot run the model at all. */
export type InferenceState = 'loading' | 'ready' | 'restarting' | 'failed' | 'closed';
export type Problem = {code: ModelErrorCode; message: string};
export type Answer = Extract<FromModel, {id: number}>;

export type SupervisorDeps = {
  loadTimeoutMs: number;
  /** How often within an hour it may crash the library before it is given up; where there is no other model, always. */
  mostCrashes: number;
  log: Logger;
  /** Judges the file before any process is started on it. */
  inspect: () => Promise<ModelInfo>;
  /** What a process is started with on the file that was judged. */
  processFor: (info: ModelInfo) => ModelProcessOptions;
  onAnswer: (answer: Answer) => void;
  /** The process is gone, and with it what it was working on. Another follows. */
  onLost: () => void;
  onState: (state: InferenceState) => void;
};

export type Supervisor = {
  state: () => InferenceState;
  /** Why there is no model, or why its last process is gone. */
  problem: () => Problem | undefined;
  info: () => ModelInfo | undefined;
  restarts: () => number;
  processId: () => number | undefined;
  /** How many requests the process works on at once. */
  places: () => number;
  send: (message: ToModel) => void;
  /** Ends the process that hangs or lies, for this reason; another takes its place. */
  replace: (reason: string) => void;
  close: () => Promise<void>;
};

const shortestPauseMs = 50;
const longestPauseMs = 30_000;
/** Starts in a row that never became ready: after these the machine or the file is at fault, not chance. */
const barrenStarts = 6;

const hour = 3_600_000;
const isCrash = (why: string): boolean => /SIG(SEGV|ABRT|BUS|ILL|FPE|TRAP)/.test(why);

/** How a process ended, for people who never saw a signal. */
const inWords = (why: string): string => {
  if (isCrash(why)) return `The model crashed the library that runs it (${why}).`;
  if (why.includes('SIGKILL'))
    return `Its process was ended from outside (${why}), as the system does when memory runs out.`;
  return `Its process is gone: ${why}.`;
};

/** Keeps one inference process alive, with growing pauses between restarts. */
export const createSupervisor = (deps: SupervisorDeps): Supervisor => {
  const {log} = deps;
  let given: ModelProcessOptions | undefined;
  let places = 1;
  let state: InferenceState = 'loading';
  let inspected: ModelInfo | undefined;
  let problem: Problem | undefined;
  let child: ModelProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** Ends since the last answer (they lengthen the pause), and starts since the process was last ready. */
  let ends = 0;
  let barren = 0;
  let restarts = 0;
  /** When it crashed within the last hour, in milliseconds of this process. */
  let crashes: number[] = [];

  const become = (next: InferenceState) => {
    if (state === next) return;
    state = next;
    deps.onState(next);
  };
  /** Another process follows; meanwhile it is known why. */
  const restarting = (message: string) => {
    problem = {code: 'llm.unavailable', message};
    become('restarting');
  };
  const over = () => state === 'closed' || state === 'failed';
  const giveUp = (found: Problem) => {
    if (over()) return;
    clearTimeout(timer);
    problem = found;
    log.error({code: found.code, reason: found.message}, 'no model: conversations go on without one');
    become('failed');
    child?.kill();
  };

  const onMessage = (message: FromModel) => {
    if (over()) return;
    if ('ready' in message) {
      clearTimeout(timer);
      barren = 0;
      problem = undefined;
      places = message.places;
      log.info({model: inspected?.id, threads: given?.threads, places, restarts}, 'the model is ready');
      become('ready');
    } else if ('failed' in message) {
      // A machine that cannot load the library, or a file the library refuses, will not change its mind.
      giveUp({code: message.code, message: `The model could not be loaded: ${message.failed}`});
    } else {
      ends = 0;
      deps.onAnswer(message);
    }
  };

  const onGone: ModelProcessEvents['onGone'] = ({why, passing, stderr}) => {
    clearTimeout(timer);
    child = undefined;
    if (over()) return;
    ends += 1;
    // a machine out of file descriptors says nothing about the file
    if (!passing) barren += 1;
    log.warn({why, ends, stderr: stderr.slice(-300)}, 'the inference process ended; it is started again');
    // who replaced it has said why
    if (state !== 'restarting') restarting(inWords(why));
    deps.onLost();
    if (barren > barrenStarts)
      return giveUp({
        code: 'llm.unavailable',
        message: `Its process ended ${barrenStarts} times in a row while loading. ${inWords(why)}`,
      });
    if (isCrash(why)) crashes = [...crashes.filter(at => at > performance.now() - hour), performance.now()];
    if (crashes.length > deps.mostCrashes)
      return giveUp({
        code: 'llm.unavailable',
        message: `It crashed ${crashes.length} times within an hour. ${inWords(why)}`,
      });
    restarts += 1;
    timer = after(start, Math.min(longestPauseMs, shortestPauseMs * 2 ** (ends - 1)));
  };

  const start = () => {
    if (over() || !given) return;
    timer = after(() => child?.kill(), deps.loadTimeoutMs);
    child = startModelProcess(given, {onMessage, onGone});
  };

  const begin = async () => {
    try {
      inspected = await deps.inspect();
      given = deps.processFor(inspected);
      start();
    } catch (error) {
      giveUp({
        code: isAppError(error) ? 'llm.bad_model' : 'llm.unavailable',
        message: error instanceof Error ? error.message : 'The model file could not be read.',
      });
    }
  };
  void begin();

  return {
    state: () => state,
    problem: () => problem,
    info: () => (state === 'ready' ? inspected : undefined),
    restarts: () => restarts,
    processId: () => child?.pid,
    places: () => places,
    send: message => child?.send(message),
    replace: reason => {
      // At once, so that nothing more is handed to a process that is about to end.
      if (state === 'ready') restarting(reason);
      child?.kill();
    },
    close: async () => {
      clearTimeout(timer);
      become('closed');
      const last = child;
      last?.kill();
      await last?.exited;
    },
  };
};
