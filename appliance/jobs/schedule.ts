import cron from 'node-cron';
import {addMilliseconds, type Clock} from '../kit/clock.ts';
import type {Logger} from '../kit/logger.ts';
import type {Storage} from '../storage/index.ts';
import {ofTheDead, processOwner} from '../storage/lease.ts';

export type ScheduledJob = {
  name: string;
  /** Cron expression, in UTC. */
  when: string;
  /** What makes a run once-only: the day, the hour. Two nodes with the same slot run it once. */
  slot: (now: Date) => string;
  run: () => Promise<void>;
};

export const hourly = (now: Date): string => now.toISOString().slice(0, 13);
export const daily = (now: Date): string => now.toISOString().slice(0, 10);

/** So long it is known when something ran. */
const remembered = 90 * 24 * 60 * 60 * 1000;

const table = 'jobs_runs';

/** Runs a job unless its slot is taken, by whichever node; says whether it did. Rejects with the job's own error. */
export const createRunOnce =
  ({storage, clock}: {storage: Storage; clock: Clock}) =>
  async (job: Pick<ScheduledJob, 'name' | 'slot' | 'run'>): Promise<boolean> => {
    const slot = job.slot(clock.now());
    const taken = await storage
      .db(table)
      .insert({name: job.name, slot, started_at: clock.iso(), finished_at: null, lease_owner: processOwner})
      .onConflict(['name', 'slot'])
      .ignore()
      .returning('name');
    if (taken.length === 0) return false;
    try {
      await job.run();
      await storage.db(table).where({name: job.name, slot}).update({finished_at: clock.iso()});
      await storage.db(table).where('finished_at', '<', addMilliseconds(clock.iso(), -remembered)).delete();
      return true;
    } catch (error) {
      // the slot is given back, so that the next chance tries again
      await storage.db(table).where({name: job.name, slot}).delete();
      throw error;
    }
  };

/** The one list of what happens by the clock. A job that was missed while the appliance was down runs at its start. */
export const createSchedule = (deps: {
  storage: Storage;
  clock: Clock;
  log: Logger;
  jobs: readonly ScheduledJob[];
}) => {
  const {storage, log} = deps;
  const runOnce = createRunOnce(deps);

  const attempt = (job: ScheduledJob) =>
    runOnce(job).catch((error: unknown) => log.error({err: error, job: job.name}, 'a scheduled job failed'));

  const tasks: {stop: () => unknown}[] = [];
  return {
    start: async (): Promise<void> => {
      // a run that was killed half-way is begun anew: what it did already is not there to be done twice
      await storage.db(table).whereNull('finished_at').modify(ofTheDead(storage)).delete();
      for (const job of deps.jobs) {
        tasks.push(cron.schedule(job.when, () => void attempt(job), {timezone: 'UTC', noOverlap: true}));
        void attempt(job);
      }
    },
    stop: (): void => {
      for (const task of tasks) void task.stop();
    },
  };
};
