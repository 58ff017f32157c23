import type {Clock} from '../../kit/clock.ts';
import type {Logger} from '../../kit/logger.ts';
import type {Storage} from '../../storage/index.ts';
import {type CanaryLayers, createCanary} from './canary.service.ts';
import {createDestinations} from './destinations.service.ts';
import type {Destination} from './destinations.store.ts';
import {createEgressLog} from './egress-log.service.ts';
import {createPlaces} from './places.service.ts';
import {createWidenings, type WideningsDeps} from './widenings.service.ts';

/** How soon what is due by the clock, or was decided on another node, takes force here. */
const look = 30_000;

/** Where data may be, who agreed to it, and what tried to leave. */
export const createResidency = (
  deps: Omit<WideningsDeps, 'latest' | 'onChange' | 'audit'> & {
    storage: Storage;
    clock: Clock;
    log: Logger;
    audit: WideningsDeps['audit'];
    canonicalHost: (host: string) => string | null;
    /** Has the broker read the destinations again; resolves once it goes by them. */
    reload: () => Promise<void>;
    /** What waited for these begins. */
    onOpened: (destination: Destination) => void;
    canary: () => Promise<CanaryLayers>;
  },
) => {
  const {log} = deps;
  const egressLog = createEgressLog(deps);
  const widenings = createWidenings({
    ...deps,
    latest: egressLog.latest,
    onChange: async opened => {
      await deps.reload();
      for (const one of opened) deps.onOpened(one);
    },
  });
  const destinations = createDestinations({...deps, widenings});

  let told = '';
  /** As the broker knows them. */
  const forBroker = async () => {
    const known = (await destinations.list()).map(
      ({id, host, port, region, purpose, categories, ...one}) => ({
        id,
        host,
        port,
        region,
        purpose,
        categories,
        private: one.private,
        plain: one.plain,
        state: one.state,
        viaProxy: one.viaProxy,
        // one that has ended once has ended, wherever the clock stands
        exception: one.exception && {until: one.exception.ended ? 'before' : one.exception.until},
      }),
    );
    told = JSON.stringify(known);
    return known;
  };

  const tick = async (): Promise<void> => {
    await widenings.sweep();
    const before = told;
    await forBroker();
    if (told !== before) await deps.reload();
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    destinations,
    widenings,
    egressLog,
    forBroker,
    tick,
    places: createPlaces(deps),
    canary: createCanary({...deps, attempt: deps.canary}),
    start: async (): Promise<void> => {
      // before anything is sent: what ended while the appliance was down has ended
      await widenings.sweep();
      timer = setInterval(
        () => void tick().catch((error: unknown) => log.error({err: error}, 'what is due was not looked at')),
        look,
      ).unref();
    },
    stop: (): void => clearInterval(timer),
  };
};
export type Residency = ReturnType<typeof createResidency>;
