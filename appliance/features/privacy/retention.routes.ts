import {Readable} from 'node:stream';
import {route, type Route, userOf} from '../../kit/route.ts';
import type {TrustedNow} from '../../kit/schema.ts';
import {restrictionTable, type Storage} from '../../storage/index.ts';
import type {Retention} from './retention/index.ts';
import * as schema from './retention.schema.ts';

/** Who decides what is deleted and what is not. The privacy officer advises and watches (Art. 38(6)). */
const administrators = ['administrator'] as const;
const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;
/** A hold's reason may name a person. */
const withReasons = ['administrator', 'privacy_officer'] as const;

export const retentionRoutes = (deps: {
  storage: Storage;
  retention: Retention;
  trustedNow: () => Promise<TrustedNow>;
  sites: () => Promise<{id: string; name: string}[]>;
  nextRunAt: () => string;
}): Route[] => {
  const {retention} = deps;

  const state = async () => {
    const [policy, runs] = [await retention.policy.get(), await retention.list()];
    const all = await deps.sites();
    const restricted = await deps.storage.db(restrictionTable).count({n: '*'}).first();
    return {
      days: policy.days,
      sites: all.map(({id, name}) => ({
        siteId: id,
        siteName: name,
        days: policy.sites.find(({siteId}) => siteId === id)?.days ?? {},
      })),
      minimums: policy.minimums,
      runs,
      nextRunAt: deps.nextRunAt(),
      restricted: (restricted as {n: number} | undefined)?.n ?? 0,
      time: await deps.trustedNow(),
    };
  };

  return [
    route({
      method: 'get',
      path: '/api/admin/retention',
      summary: 'How long each category is kept, for the organisation and its websites, and the past runs.',
      access: evidence,
      ...schema.getRetention,
      handle: state,
    }),
    route({
      method: 'put',
      path: '/api/admin/retention',
      summary: 'Change how long each category is kept, from the next nightly run on.',
      access: administrators,
      ...schema.putRetention,
      handle: async ({body, caller}) => {
        await retention.policy.set(body, userOf(caller).userId);
        return state();
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/retention/dry-run',
      summary:
        'What a run would remove now, with the periods in force or others: counts, and examples by number.',
      access: evidence,
      ...schema.dryRun,
      perMinute: 60,
      handle: async ({body}) => {
        const periods = body.periods ?? (await retention.policy.get());
        await retention.policy.check(periods);
        const {counts, kept, examples} = await retention.dryRun(periods);
        const names = new Map((await deps.sites()).map(({id, name}) => [id, name]));
        const named = <One extends {siteId: string | null}>(one: One) => ({
          ...one,
          siteName: one.siteId === null ? null : (names.get(one.siteId) ?? ''),
        });
        return {counts: counts.map(named), kept, examples: examples.map(named)};
      },
    }),
    route({
      method: 'put',
      path: '/api/admin/retention/minimums',
      summary:
        'What a law demands to be kept: asked to be erased before, it is restricted instead (Art. 18).',
      access: administrators,
      ...schema.putMinimums,
      handle: async ({body, caller}) => {
        await retention.setMinimums(body.minimums, userOf(caller).userId);
        return state();
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/retention/runs/{runId}/receipt',
      summary:
        'The signed receipt of a run, with the hashes of the ids it removed. `crowlit receipt verify` checks it.',
      access: evidence,
      ...schema.getReceipt,
      perMinute: 30,
      handle: async ({params}) => {
        const {night, lines} = await retention.receipt(params.runId);
        return {
          file: {
            name: `retention-receipt-${night}.jsonl`,
            type: 'application/jsonl; charset=utf-8',
            content: Readable.from(lines),
          },
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/holds',
      summary: 'Legal holds: what they cover, why, who answers for them.',
      access: withReasons,
      ...schema.listHolds,
      handle: async () => ({holds: await retention.holds.list()}),
    }),
    route({
      method: 'post',
      path: '/api/admin/holds',
      summary: 'Suspend deletion for a person, a website or everything.',
      access: administrators,
      ...schema.setHold,
      status: 201,
      handle: async ({body, caller}) => {
        await retention.holds.set(body, userOf(caller).userId);
        return {holds: await retention.holds.list()};
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/holds/{holdId}/lift',
      summary: 'End a legal hold; what has outlived its period goes with the next run.',
      access: administrators,
      ...schema.liftHold,
      handle: async ({params, body, caller}) => {
        await retention.endHold(params.holdId, body.reason, userOf(caller).userId);
        return {holds: await retention.holds.list()};
      },
    }),
  ];
};
