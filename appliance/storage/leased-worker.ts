import {addMilliseconds, type Clock} from '../kit/clock.ts';
import type {Logger} from '../kit/logger.ts';
import {createWorker} from '../kit/worker.ts';
import type {Storage} from './index.ts';
import {claimRows, processOwner, releaseOrphans} from './lease.ts';

type Claim = Parameters<typeof claimRows>[0];

/** Works through a job table by lease: claims, prolongs what is still under way, takes up what the dead left. */
export const createLeasedWorker = <Row extends {id: string}>(
  deps: {
    name: string;
    storage: Storage;
    clock: Clock;
    log: Logger;
    concurrency: number;
    handle: (row: Row) => Promise<void>;
    /** Asked before each claim, for what narrows it. */
    claim?: (take: (only?: Claim['only']) => Promise<Row[]>) => Promise<Row[]>;
  } & Pick<Claim, 'table' | 'from' | 'to' | 'due' | 'leaseMilliseconds'>,
) => {
  const {name, log, concurrency, handle, claim = take => take(), ...lease} = deps;
  const {storage, clock, table, to: state, leaseMilliseconds} = lease;
  const worker = createWorker<Row>({
    name,
    concurrency,
    idle: 1000,
    log,
    handle,
    renew: {
      every: leaseMilliseconds / 3,
      rows: async rows => {
        await storage
          .db(table)
          .whereIn(
            'id',
            rows.map(({id}) => id),
          )
          .where({state, lease_owner: processOwner})
          .update({lease_until: addMilliseconds(clock.iso(), leaseMilliseconds)});
      },
    },
    claim: limit => claim(only => claimRows<Row>({...lease, limit, ...(only ? {only} : {})})),
  });
  return {
    ...worker,
    start: async (): Promise<void> => {
      await releaseOrphans(storage, table, state, 'queued');
      worker.start();
    },
  };
};
