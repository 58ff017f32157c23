import type {Clock} from '../../kit/clock.ts';
import type {HostCheck} from '../../kit/host-order.ts';
import type {Logger} from '../../kit/logger.ts';
import type {Storage} from '../../storage/index.ts';
import {type CancellationDeps, createCancellation} from './cancellation.service.ts';
import {createCancellationStore} from './cancellation.store.ts';
import {createRemains} from './destruction/remains.ts';
import {createDue} from './due.ts';
import {createEnding, type EndingDeps} from './ending.ts';
import {createCancellationDoor} from './host-door.ts';
import {createLastExport, type LastExportDeps} from './last-export.ts';
import {licensingRoutes} from './licensing.routes.ts';
import {createReminders, type RemindersDeps} from './reminders.ts';

export type LicensingDeps = {
  storage: Storage;
  clock: Clock;
  log: Logger;
  /** PostgreSQL's URL, or `sqlite`. */
  database: string;
  hostCheck: HostCheck;
  mail: Pick<RemindersDeps, 'send' | 'withdraw' | 'wake'> & {isSet: () => Promise<boolean>};
} & Pick<CancellationDeps, 'trustedNow' | 'recipients' | 'blockers' | 'userNames' | 'audit'> &
  Pick<LastExportDeps, 'dataDirectory' | 'host' | 'version' | 'tables' | 'readers' | 'auditLines'> &
  Pick<EndingDeps, 'master' | 'account' | 'auditLog' | 'lastKeyCopyEnds'>;

/** How often the clock of a cancellation is looked at; what time it is is written down then, for others too. */
const every = 5 * 60 * 1000;
/** How soon a node learns that another one has begun to destroy what they share. */
const lookEvery = 15_000;

/** The contract's end. The licence itself will stand beside it in this room. */
export const createLicensing = (deps: LicensingDeps) => {
  const {storage, log} = deps;
  const store = createCancellationStore();
  const company = async (): Promise<string> => (await deps.account())?.company ?? '';
  const reminders = createReminders({storage, store, recipients: deps.recipients, ...deps.mail});
  const exports = createLastExport({...deps, company, inForce: store.inForce});
  const cancellation = createCancellation({
    ...deps,
    store,
    reminders,
    exports,
    company,
    mailIsSet: deps.mail.isSet,
  });
  const remains = createRemains({directory: deps.dataDirectory, database: deps.database});
  const whatIsDue = createDue({...deps, store, reminders});
  const end = createEnding({...deps, remains});

  let over: () => void = () => undefined;
  /** Resolves once the order to destroy everything stands: whoever runs the appliance closes it and carries it out. */
  const ended = new Promise<void>(resolve => {
    over = resolve;
  });

  const look = async (): Promise<void> => {
    const due = await whatIsDue();
    if (due) {
      await end(due);
      over();
    } else {
      await exports.tidy();
    }
  };
  let looking: Promise<void> | undefined;
  /** What is due by the clock, once at a time. */
  const tick = (): Promise<void> =>
    (looking ??= look().finally(() => {
      looking = undefined;
    }));

  const timers: NodeJS.Timeout[] = [];
  const attempt = (work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => log.error({err: error}, 'the cancellation could not be looked at'));
  const repeat = (milliseconds: number, work: () => Promise<void>): void => {
    timers.push(setInterval(() => void attempt(work), milliseconds).unref());
  };

  return {
    ended,
    tick,
    widgetStopped: cancellation.widgetStopped,
    hostState: cancellation.hostState,
    routes: licensingRoutes({cancellation, exports, checkHost: createCancellationDoor(deps.hostCheck)}),

    start: async (): Promise<void> => {
      await exports.recover();
      await attempt(tick);
      repeat(every, tick);
      if (storage.dialect === 'postgres') {
        repeat(lookEvery, async () => {
          const {order, certificate} = await remains.find();
          if (order || certificate) over();
        });
      }
    },
    stop: async (): Promise<void> => {
      for (const timer of timers) clearInterval(timer);
      await exports.stop();
      await looking?.catch(() => undefined);
    },
  };
};
export type Licensing = ReturnType<typeof createLicensing>;
