import {pipeline, Readable} from 'node:stream';
import {stringify} from 'csv-stringify';
import type {Clock} from '../../kit/clock.ts';
import {type Caller, route, type Route, userOf} from '../../kit/route.ts';
import type {LoggedAttempt} from './egress-log.service.ts';
import {getRegion} from './regions.ts';
import type {Residency} from './residency.ts';
import * as schema from './residency.schema.ts';
import type {Widening} from './widenings.store.ts';

const administrators = ['administrator'] as const;
const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;
const day = 86_400_000;
const csvColumns: readonly (keyof LoggedAttempt)[] = [
  'at',
  'host',
  'port',
  'purpose',
  'region',
  'outcome',
  'reason',
  'bytesOut',
  'bytesIn',
  'ms',
];
/** A host comes from people: a spreadsheet must not take it for a formula. */
const cell = (value: string | number | null): string =>
  typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value ?? '');

export const residencyRoutes = (deps: {
  residency: Residency;
  clock: Clock;
  region: () => Promise<string>;
  proxy: {host: string; port: number} | null;
  brokerState: () => 'running' | 'starting' | 'stopped';
  administrators: () => Promise<string[]>;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
}): Route[] => {
  const {destinations, widenings, egressLog, places, canary} = deps.residency;

  const state = async (caller: Caller) => {
    const {role, userId} = userOf(caller);
    const [all, lastUse, waiting, decided, able, stands, last] = await Promise.all([
      destinations.list(),
      egressLog.lastUse(),
      widenings.waiting(),
      widenings.decided(),
      deps.administrators(),
      places.list(),
      canary.last(),
    ]);
    const people = [
      ...all.flatMap(one => [one.declaredBy, one.approvedBy, one.exception?.by]),
      ...[...waiting, ...decided].flatMap(one => [one.askedBy, one.decidedBy]),
      ...stands.map(one => one.declaredBy),
      last?.askedBy,
    ].filter(one => one !== null && one !== undefined);
    // who approved is a person: an auditor reads the id that the audit log names them by
    const names = role === 'auditor' ? null : await deps.userNames(people);
    const named = (id: string): string => (names === null ? id : (names.get(id) ?? 'a former user'));
    const maybe = (id: string | null): string | null => (id === null ? null : named(id));
    const told = (one: Widening) => ({
      ...one,
      own: one.askedBy === userId,
      askedBy: named(one.askedBy),
      decidedBy: maybe(one.decidedBy),
    });
    const now = deps.clock.now().getTime();
    return {
      region: getRegion(await deps.region()),
      destinations: all.map(one => ({
        ...one,
        declaredBy: named(one.declaredBy),
        approvedBy: maybe(one.approvedBy),
        lastUsedAt: lastUse.get(one.id) ?? null,
        exception: one.exception && {
          ...one.exception,
          by: named(one.exception.by),
          daysLeft: one.exception.ended
            ? 0
            : Math.max(0, Math.ceil((Date.parse(one.exception.until) - now) / day)),
        },
      })),
      waiting: waiting.map(told),
      decided: decided.map(told),
      administrators: able.length,
      brokerState: deps.brokerState(),
      proxy: deps.proxy,
      places: stands.map(one => ({...one, declaredBy: named(one.declaredBy)})),
      canary: last && {...last, askedBy: maybe(last.askedBy)},
    };
  };

  const rows = async function* (filter: Parameters<typeof egressLog.each>[0]): AsyncGenerator<string[]> {
    for await (const attempt of egressLog.each(filter)) yield csvColumns.map(name => cell(attempt[name]));
  };

  return [
    route({
      method: 'get',
      path: '/api/admin/destinations',
      summary: 'The region, every destination, what waits for a second person, and the state of the broker.',
      access: evidence,
      ...schema.listDestinations,
      handle: async ({caller}) => state(caller),
    }),
    route({
      method: 'get',
      path: '/api/admin/destinations/waiting',
      summary: 'How much waits for a second person, for the line above every page of an administrator.',
      access: evidence,
      ...schema.waitingCount,
      handle: async () => {
        const waiting = await widenings.waiting();
        const opens = waiting.flatMap(({opensAt}) => (opensAt === null ? [] : [opensAt]));
        return {waiting: waiting.length, opensAt: opens.toSorted()[0] ?? null};
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/widenings/{wideningId}/approve',
      summary: 'Agree, as a second administrator, that more may be reached. It takes force at once.',
      access: administrators,
      recentProof: true,
      ...schema.decide,
      handle: async ({params, caller}) => {
        await widenings.approve(params.wideningId, userOf(caller).userId);
        return state(caller);
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/widenings/{wideningId}/withdraw',
      summary: 'Withdraw or refuse it: what was asked for stays out of reach.',
      access: administrators,
      ...schema.decide,
      handle: async ({params, caller}) => {
        await widenings.withdraw(params.wideningId, userOf(caller).userId);
        return state(caller);
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/destinations/{destinationId}/exception',
      summary:
        'Ask for a new end of an exception to the region, at most 90 days ahead. It waits like every widening.',
      access: administrators,
      ...schema.askException,
      handle: async ({params, body, caller}) => {
        await widenings.askException(params.destinationId, body, userOf(caller).userId);
        return state(caller);
      },
    }),
    route({
      method: 'delete',
      path: '/api/admin/destinations/{destinationId}/exception',
      summary: 'End an exception now: nothing is sent there any more, and what is under way is cut.',
      access: administrators,
      ...schema.endException,
      handle: async ({params, caller}) => {
        await widenings.endException(params.destinationId, userOf(caller).userId);
        return state(caller);
      },
    }),
    route({
      method: 'put',
      path: '/api/admin/destinations/{destinationId}/way',
      summary: 'Whether it is reached through the organisation’s outbound proxy.',
      access: administrators,
      ...schema.setWay,
      handle: async ({params, body, caller}) => {
        await destinations.setProxy(params.destinationId, body.viaProxy, userOf(caller).userId);
        await deps.residency.tick();
        return state(caller);
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/destination-declaration',
      summary: 'The sentence that a person signs by declaring this destination. Nothing is kept.',
      access: administrators,
      ...schema.declaration,
      handle: async ({body}) => ({sentence: destinations.sentence(body)}),
    }),
    route({
      method: 'put',
      path: '/api/admin/residency-places/{place}',
      summary: 'Declare in which region the data directory’s disk, or the backup target, stands.',
      access: administrators,
      ...schema.declarePlace,
      handle: async ({params, body, caller}) => {
        await places.declare(params.place, body.region, userOf(caller).userId);
        return state(caller);
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/egress-canary',
      summary: 'Try now to get out where nobody may, and see what stops it.',
      access: administrators,
      perMinute: 10,
      ...schema.sendCanary,
      handle: async ({caller}) => {
        await canary.run(userOf(caller).userId);
        return state(caller);
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/egress-attempts',
      summary: 'Every attempt to reach anything outside, allowed or denied, newest first.',
      access: evidence,
      ...schema.listEgressAttempts,
      handle: async ({query}) => egressLog.attempts(query),
    }),
    route({
      method: 'get',
      path: '/api/admin/egress-attempts.csv',
      summary: 'The same attempts as a file.',
      access: evidence,
      ...schema.exportEgressAttempts,
      perMinute: 10,
      handle: async ({query}) => {
        const content = stringify({header: true, columns: [...csvColumns]});
        pipeline(Readable.from(rows(query)), content, () => undefined);
        return {file: {name: 'egress-attempts.csv', type: 'text/csv; charset=utf-8', content}};
      },
    }),
  ];
};
