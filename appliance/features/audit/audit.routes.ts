import {Readable} from 'node:stream';
import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {route, type Route, userOf} from '../../kit/route.ts';
import * as schema from './audit.schema.ts';
import type {Audit} from './audit.service.ts';

const administrators = ['administrator'] as const;
const evidence = ['administrator', 'privacy_officer', 'auditor'] as const;
const linesOf = 'application/jsonl; charset=utf-8';

const withEnds = async function* (lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
};

/** For an auditor: who acted is told by id, and the detail stays sealed; times, actions and hashes are whole. */
const withoutPersonalDetails = <Entry extends {actor: object; detail: unknown}>(entry: Entry) => ({
  ...entry,
  actor: {...entry.actor, name: null},
  detail: null,
});

export const auditRoutes = (deps: {audit: Audit; clock: Clock; verifier: () => Promise<string>}): Route[] => {
  const {audit, clock} = deps;

  return [
    route({
      method: 'get',
      path: '/api/admin/audit',
      summary: 'The audit log, newest first, with the root of its tree. The look is written to it, too.',
      access: evidence,
      ...schema.listAudit,
      handle: async ({query, caller}) => {
        const found = await audit.list(query);
        const {userId, role} = userOf(caller);
        await audit.listed(userId, 'audit.listed', 'administration', {}, found.entries.length);
        return role === 'auditor' ? {...found, entries: found.entries.map(withoutPersonalDetails)} : found;
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/audit/state',
      summary: 'The last checkpoint, the keys, and how the witnesses are.',
      access: evidence,
      ...schema.auditState,
      handle: async () => {
        const [last, keys, witnesses, checked, {tree}] = await Promise.all([
          audit.checkpoints.last(),
          audit.checkpoints.keys(),
          audit.witnesses.states(),
          audit.lastCheck(),
          audit.list({limit: 1}),
        ]);
        return {
          size: tree.size,
          checkpoint: last ? {size: last.size, at: last.at, rootHash: last.root_hash, note: last.note} : null,
          refused: audit.refused(),
          keys,
          witnesses,
          lastCheck: checked,
        };
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/audit/checks',
      summary: 'Verify the whole log now, against its checkpoints and those the witness folders hold.',
      access: ['administrator', 'privacy_officer'],
      ...schema.checkAudit,
      perMinute: 10,
      handle: async ({caller}) => audit.check(userOf(caller).userId),
    }),
    route({
      method: 'post',
      path: '/api/admin/audit/keys',
      summary: 'Sign with a new key from now on; the old one signs the change.',
      access: administrators,
      ...schema.replaceKey,
      perMinute: 10,
      handle: async ({caller}) => {
        await audit.checkpoints.replaceKey(userOf(caller).userId);
        await audit.witnesses.deliver();
        return {publicKey: (await audit.checkpoints.keys()).at(-1)?.publicKey ?? ''};
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/audit/export.jsonl',
      summary: 'Entries, checkpoints, keys and proofs for an outsider to verify; no detail and no name.',
      access: evidence,
      perMinute: 10,
      handle: async ({caller}) => {
        const lines = await audit.exportAll(userOf(caller).userId);
        const name = `audit-${clock.iso().slice(0, 10)}.jsonl`;
        return {file: {name, type: linesOf, content: Readable.from(withEnds(lines))}};
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/audit/entries/{index}/proof',
      summary: 'One entry with the proof that it is in the log.',
      access: evidence,
      ...schema.proveEntry,
      handle: async ({params}) => {
        const lines = await audit.prove(Number(params.index));
        if (!lines)
          throw new AppError(
            'not_found',
            'audit.no_proof',
            'There is no such entry, or the log no longer agrees with its checkpoints: check it.',
          );
        const content = `${lines.join('\n')}\n`;
        return {file: {name: `audit-entry-${params.index}.jsonl`, type: linesOf, content}};
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/audit/verify-audit.mjs',
      summary: 'The program that verifies an export, for a machine without the appliance.',
      access: evidence,
      handle: async () => ({
        file: {
          name: 'verify-audit.mjs',
          type: 'text/javascript; charset=utf-8',
          content: await deps.verifier(),
        },
      }),
    }),
  ];
};
