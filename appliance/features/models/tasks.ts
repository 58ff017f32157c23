import type {Clock} from '../../kit/clock.ts';
import {AppError, isAppError} from '../../kit/errors.ts';
import type {Logger} from '../../kit/logger.ts';
import type {Task} from './models.schema.ts';

export type Progress = (done: number, total?: number) => void;
export type Work = {
  kind: Task['kind'];
  modelId: string | null;
  name: string;
  unit: Task['unit'];
  total: number;
  /** Answers with how it ended, in words. */
  run: (progress: Progress, signal: AbortSignal) => Promise<string>;
};

/** `result` rejects with what went wrong. */
export type Started = {task: Task; result: Promise<string>};

const words = {
  import: 'A model is being imported',
  verify: 'A model is being checked',
  bench: 'A model’s speed is being measured',
  measure: 'A model’s accuracy is being measured',
  activate: 'A model is being activated',
  fit: 'A model that finds passages is being tried',
} as const;

/** One long piece of work at a time: they compete for the same processor and memory. The last one stays to be read. */
export const createTasks = (deps: {clock: Clock; log: Logger}) => {
  const {clock, log} = deps;
  let task: Task | null = null;
  let running: Promise<unknown> = Promise.resolve();
  let halt = new AbortController();

  /** Whatever the work is, or only where it is with this model. */
  const refuseWhileBusy = (modelId?: string): void => {
    if (task?.state !== 'running' || (modelId !== undefined && task.modelId !== modelId)) return;
    throw new AppError(
      'conflict',
      'models.busy',
      `${words[task.kind]} (${task.name}). Wait until that has ended, then try again.`,
    );
  };

  return {
    current: (): Task | null => task,
    refuseWhileBusy,
    /** Refuses a second one. `done` never rejects; `result` does, with what went wrong. */
    start: (work: Work): Started => {
      refuseWhileBusy();
      const {kind, modelId, name, unit, total} = work;
      const mine: Task = {
        kind,
        modelId,
        name,
        state: 'running',
        done: 0,
        total,
        unit,
        message: null,
        startedAt: clock.iso(),
        endedAt: null,
      };
      task = mine;
      halt = new AbortController();
      const {signal} = halt;
      const end = (state: 'done' | 'failed', message: string): void => {
        Object.assign(mine, {state, message, endedAt: clock.iso()});
        if (state === 'done') mine.done = mine.total;
      };
      const progress: Progress = (done, of = mine.total) => {
        mine.done = done;
        mine.total = of;
      };
      const result = work.run(progress, signal).then(
        message => {
          end('done', message);
          return message;
        },
        (thrown: unknown) => {
          // what fails because it is stopped has failed of that
          const error: unknown = signal.aborted ? signal.reason : thrown;
          if (!isAppError(error)) log.error({err: error, kind}, 'work on a model failed');
          end(
            'failed',
            isAppError(error) ? error.message : 'Something went wrong. The appliance’s log has the reason.',
          );
          throw error;
        },
      );
      running = result.catch(() => undefined);
      return {task: mine, result};
    },
    /** Resolves once nothing of it goes on. */
    stop: async (): Promise<Task> => {
      if (task?.state !== 'running' || task.kind === 'activate')
        throw new AppError('conflict', 'models.nothing_to_stop', 'No work is under way that can be stopped.');
      const stopped = task;
      halt.abort(new AppError('conflict', 'models.stopped', 'It was stopped. Nothing was kept of it.'));
      await running;
      return stopped;
    },
    close: async (): Promise<void> => {
      halt.abort(new AppError('unavailable', 'models.closing', 'The appliance was stopped meanwhile.'));
      await running;
    },
  };
};
export type Tasks = ReturnType<typeof createTasks>;
