import {z} from 'zod';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {route, type Route, userOf} from '../../kit/route.ts';
import * as schema from './operations.schema.ts';
import type {TrustedTime} from './trusted-time.service.ts';

type ServiceState = 'running' | 'starting' | 'stopped';
export type OperationsDeps = {
  clock: Clock;
  time: TrustedTime;
  dataDirectory: string;
  /** The doctor's, of the running appliance. */
  findings: () => Promise<schema.Finding[]>;
  /** `here`: it runs on this machine, and not on the connected model server. */
  model: () => {id: string; state: ServiceState; here: boolean};
  broker: () => {state: ServiceState; lastError: string | null};
  deliveries: () => Promise<{queued: number; failed: number}>;
  conversationsSince: (since: string) => Promise<{conversations: number; waiting: number}>;
  leadsSince: (since: string) => Promise<number>;
  leftSince: (since: string) => Promise<{host: string; requests: number; bytes: number; denied: number}[]>;
  connections: () => number;
};

const day = 86_400_000;
const modelWord = {starting: 'loading', running: 'ready', stopped: 'unavailable'} as const;

export const operationsRoutes = (deps: OperationsDeps): Route[] => {
  const {clock} = deps;

  const services = (): {name: string; note: string; state: ServiceState; now: string}[] => {
    const model = deps.model();
    const broker = deps.broker();
    return [
      {
        name: 'Appliance',
        note: `Console, widget and chat; data in ${deps.dataDirectory}`,
        state: 'running',
        now: `${deps.connections()} open chat connections`,
      },
      {
        name: 'Language model',
        note: model.here
          ? 'On this machine, in a process without network'
          : 'On the connected model server, through the egress broker',
        state: model.state,
        now: model.id,
      },
      {
        name: 'Egress broker',
        note: 'The only way out, to listed destinations alone',
        state: broker.state,
        now: broker.lastError ?? (broker.state === 'running' ? 'Ready' : 'Not ready yet'),
      },
    ];
  };

  const startOfDay = (): string => `${clock.iso().slice(0, 10)}T00:00:00.000Z`;

  return [
    route({
      method: 'get',
      path: '/health/live',
      summary: 'Answers while the process runs.',
      access: 'public',
      perMinute: 6000,
      response: z.object({status: z.literal('live')}),
      handle: async () => ({status: 'live' as const}),
    }),
    route({
      method: 'get',
      path: '/health/ready',
      summary: 'Answers 200 once the database answers; 503 otherwise. The model may still be loading.',
      access: 'public',
      perMinute: 6000,
      response: z.object({status: z.literal('ready'), model: z.enum(['loading', 'ready', 'unavailable'])}),
      handle: async () => {
        try {
          await deps.leadsSince(clock.iso());
        } catch (cause) {
          throw new AppError('unavailable', 'operations.not_ready', 'The database does not answer.', {cause});
        }
        return {status: 'ready' as const, model: modelWord[deps.model().state]};
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/overview',
      summary: 'What state the appliance is in, what that means, and what to do.',
      access: ['administrator'],
      ...schema.overview,
      handle: async () => {
        const since = startOfDay();
        const [found, talks, qualified, deliveries, leftThisServer] = await Promise.all([
          deps.findings(),
          deps.conversationsSince(since),
          deps.leadsSince(since),
          deps.deliveries(),
          deps.leftSince(addMilliseconds(clock.iso(), -day)),
        ]);
        return {
          checkedAt: clock.iso(),
          findings: found,
          services: services(),
          today: {
            ...talks,
            qualified,
            deliveriesQueued: deliveries.queued,
            deliveriesFailed: deliveries.failed,
          },
          leftThisServer,
        };
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/clock',
      summary: 'Say that the server’s clock is right after it was doubted; what was held back follows.',
      access: ['administrator'],
      recentProof: true,
      perMinute: 10,
      ...schema.confirmClock,
      status: 204,
      handle: async ({body, caller}) => {
        await deps.time.confirm(body.serverClock, userOf(caller).userId);
        return undefined;
      },
    }),
  ];
};
