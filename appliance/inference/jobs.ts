import {setTimeout as after} from 'node:timers';
import type {Pointed} from '../adapters/llm/contract.ts';
import {soundVectors} from '../adapters/llm/vectors.ts';
import {AppError, isAppError} from '../kit/errors.ts';
import {type Ask, isWithin, longestText, unpackVector} from './protocol.ts';
import type {Answer, Supervisor} from './supervisor.ts';

export type Outcome = {pointed: Pointed} | {written: string} | {embedded: Float32Array[]} | {error: AppError};
export type Job = {
  id: number;
  ask: Ask;
  onText?: (piece: string) => void;
  settle: (outcome: Outcome) => void;
};
export type Jobs = {
  /** Refused with `llm.overloaded` when as many wait as may. */
  add: (job: Job) => void;
  /** Gives up what waits or runs; a place is free again once the process says so. */
  abandon: (job: Job, error: AppError) => void;
  /** Gives up all that concerns a conversation. */
  forget: (conversationId: string) => void;
  next: () => void;
  onAnswer: (answer: Answer) => void;
  /** The process is gone: what it was working on has failed, what waits goes to the next. */
  lost: (error: AppError) => void;
  refuseAll: (error: AppError) => void;
  waiting: () => number;
};

const unavailable = (message: string) => new AppError('unavailable', 'llm.unavailable', message);
const overloaded = () =>
  new AppError('too_many', 'llm.overloaded', 'Too many turns wait for the model; try again shortly.');
const erased = () => unavailable('The conversation was erased.');

const hangs = 'It did not come back from a turn, and was ended.';
const lies = 'It answered what it was not asked for, and was ended.';

const conversationOf = (ask: Ask): string | undefined => {
  if ('embed' in ask) return undefined;
  return ('write' in ask ? ask.write : ask.point).conversationId;
};
/** A visitor waits for it, while passages can. */
const isUrgent = (ask: Ask): boolean => 'embed' in ask && ask.embed.as === 'question';
const unpacked = (packed: readonly string[], count: number): Outcome | undefined => {
  try {
    return {embedded: soundVectors(packed.map(unpackVector), count)};
  } catch (error) {
    return isAppError(error) ? undefined : {error: unavailable('The model’s vectors cannot be read.')};
  }
};

/** The bounded queue before the inference process, and what runs in it. */
export const createJobs = (
  supervisor: Pick<Supervisor, 'state' | 'places' | 'send' | 'replace'>,
  {
    queueLimit,
    hangsAfterMs,
    stopsWithinMs,
  }: {
    queueLimit: number;
    hangsAfterMs: (ask: Ask) => number;
    /** How soon what was given up must have stopped. */
    stopsWithinMs: number;
  },
): Jobs => {
  const waiting: Job[] = [];
  const running = new Map<number, {job: Job; hanging: NodeJS.Timeout; hangsAt: number; heard: number}>();

  const next = () => {
    while (supervisor.state() === 'ready' && running.size < supervisor.places()) {
      const job = waiting.shift();
      if (!job) return;
      // A process that hangs on a turn may answer none behind it either: it is replaced, and that ends the turn.
      const limit = hangsAfterMs(job.ask);
      const hanging = after(() => supervisor.replace(hangs), limit);
      running.set(job.id, {job, hanging, hangsAt: performance.now() + limit, heard: 0});
      supervisor.send({id: job.id, ...job.ask});
    }
  };
  const finish = (id: number, outcome: Outcome) => {
    const entry = running.get(id);
    clearTimeout(entry?.hanging);
    running.delete(id);
    entry?.job.settle(outcome);
  };
  const outcomeOf = ({ask}: Job, answer: Answer): Outcome | undefined => {
    if ('error' in answer) return {error: unavailable(`The model failed on this turn: ${answer.error}`)};
    if ('embed' in ask)
      return 'vectors' in answer ? unpacked(answer.vectors, ask.embed.texts.length) : undefined;
    if ('write' in ask) return 'written' in answer ? {written: answer.written} : undefined;
    const text = ask.point.turns.at(-1)?.text ?? '';
    return 'result' in answer && isWithin(answer.result, text) ? {pointed: answer.result} : undefined;
  };
  const lost = (error: AppError) => {
    for (const id of running.keys()) finish(id, {error});
  };
  const abandon = (job: Job, error: AppError) => {
    const at = waiting.indexOf(job);
    if (at !== -1) waiting.splice(at, 1);
    const entry = running.get(job.id);
    if (entry) {
      // Its place is kept until the process answers: the next one is not mixed up with it.
      supervisor.send({cancel: job.id});
      if (entry.hangsAt - performance.now() > stopsWithinMs) {
        clearTimeout(entry.hanging);
        entry.hanging = after(() => supervisor.replace(hangs), stopsWithinMs);
      }
    }
    job.settle({error});
  };

  return {
    next,
    lost,
    abandon,
    waiting: () => waiting.length,
    add: job => {
      if (waiting.length >= queueLimit) return job.settle({error: overloaded()});
      if (isUrgent(job.ask)) waiting.unshift(job);
      else waiting.push(job);
      next();
    },
    forget: conversationId => {
      const all = [...waiting, ...[...running.values()].map(({job}) => job)];
      for (const job of all) if (conversationOf(job.ask) === conversationId) abandon(job, erased());
      if (supervisor.state() === 'ready') supervisor.send({forget: conversationId});
    },
    onAnswer: answer => {
      const entry = running.get(answer.id);
      if (!entry) return;
      const {job} = entry;
      if ('piece' in answer && 'write' in job.ask) {
        entry.heard += answer.piece.length;
        if (entry.heard <= longestText) return job.onText?.(answer.piece);
      }
      const outcome = outcomeOf(job, answer);
      if (outcome) finish(job.id, outcome);
      else {
        finish(job.id, {
          error: unavailable('The model answered what it was not asked for; its answer was dropped.'),
        });
        supervisor.replace(lies);
      }
      next();
    },
    refuseAll: error => {
      lost(error);
      for (const job of waiting.splice(0)) job.settle({error});
    },
  };
};
