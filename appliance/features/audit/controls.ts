import {randomInt} from 'node:crypto';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {
  broken,
  type Control,
  counted,
  kept,
  type Look,
  named,
  notApplicable,
  open,
} from '../../kit/control.ts';
import type {Storage} from '../../storage/index.ts';
import type {Audit} from './audit.service.ts';
import type {Check} from './check.ts';
import {leafTable} from './leaves.ts';

const hour = 3_600_000;
const proved = 16;

const drawn = (size: number): number[] =>
  size <= proved
    ? Array.from({length: size}, (_, index) => index)
    : [...new Set(Array.from({length: proved}, () => randomInt(size)))];

export const auditControls = (deps: {
  storage: Storage;
  clock: Clock;
  audit: Pick<Audit, 'checkpoints' | 'witnesses' | 'exports' | 'leaves'>;
  /** The same that an outsider runs. */
  verify: Check;
}): Control[] => {
  const {storage, clock, audit} = deps;

  const tree = async (): Promise<Look> => {
    const last = await audit.checkpoints.last();
    if (!last) return notApplicable('No checkpoint is signed yet: the first one is made within the hour.');
    const indices = drawn(last.size);
    const [stored] = await storage.db(leafTable).where('index', '<', last.size).count({count: '*'});
    const wrong: string[] = [];
    for (const index of indices) {
      const lines = await audit.exports.entry(index, clock.iso());
      const report = lines && (await deps.verify(asLines(lines), {earlier: []}));
      if (!report?.ok) wrong.push(`entry ${index}`);
    }
    const evidence = {size: last.size, rootHash: last.root_hash, proved: indices.length - wrong.length};
    if (Number(stored?.['count']) !== last.size)
      return broken(
        `${counted(last.size, 'entry', 'entries')} were signed, and ${stored?.['count']} are there.`,
        evidence,
      );
    return wrong.length === 0
      ? kept(
          `${counted(indices.length, 'entry', 'entries')} drawn at random, of ${counted(last.size, 'entry', 'entries')}, were proved up to the signed root.`,
          evidence,
        )
      : broken(`What the log says is not what was signed: ${named(wrong)}.`, evidence);
  };

  const checkpoints = async (): Promise<Look> => {
    const [last, {size}] = await Promise.all([audit.checkpoints.last(), audit.leaves.peaks(storage.db)]);
    const [oldest]: {at: string | null}[] = await storage
      .db(leafTable)
      .where('index', '>=', last?.size ?? 0)
      .min({at: 'at'});
    const since = oldest?.at ?? null;
    const evidence = {entries: size, signed: last?.size ?? 0, lastAt: last?.at ?? null, unsignedSince: since};
    if (since !== null && since < addMilliseconds(clock.iso(), -2 * hour))
      return broken(
        `Entries since ${since.slice(0, 16).replace('T', ' ')} UTC are under no checkpoint; one is due every hour.`,
        evidence,
      );
    return last
      ? kept(
          `The last checkpoint covers ${counted(last.size, 'entry', 'entries')}; nothing older than two hours is without one.`,
          evidence,
        )
      : notApplicable('No checkpoint is signed yet: the first one is made within the hour.', evidence);
  };

  const witnesses = async (): Promise<Look> => {
    const states = await audit.witnesses.states();
    if (states.length === 0)
      return open(
        'No witness is set: what the administrator of this machine rewrites, nothing kept elsewhere would tell.',
      );
    const failing = states.filter(({problem}) => problem !== null).map(({path}) => path);
    const late = states.filter(({behind}) => behind).map(({path}) => path);
    const evidence = {
      witnesses: states.length,
      kinds: states.map(({kind}) => kind),
      delivered: states.map(({deliveredSize}) => deliveredSize),
    };
    if (failing.length > 0) return broken(`Nothing can be delivered to ${named(failing)}.`, evidence);
    return late.length > 0
      ? broken(`The last checkpoint has not reached ${named(late)}.`, evidence)
      : kept(`Checkpoints reach ${counted(states.length, 'place')} outside of the database.`, evidence);
  };

  return [
    {
      id: 'L4.tree',
      claim: 'Entries of the audit log are what was signed, as anybody outside can prove.',
      enforcedBy: [
        'appliance/features/audit/leaves.ts',
        'appliance/kit/merkle.ts',
        'packaging/verify-audit.mjs',
      ],
      check: tree,
    },
    {
      id: 'L4.checkpoints',
      claim: 'The root of the audit log is signed every hour.',
      enforcedBy: ['appliance/features/audit/checkpoints.ts', 'appliance/jobs/schedule.ts'],
      check: checkpoints,
    },
    {
      id: 'L4.witnesses',
      claim: 'Checkpoints reach a witness that the administrator of the machine does not control.',
      enforcedBy: [
        'appliance/features/audit/witnesses.ts',
        'appliance/features/audit/elsewhere/collector.sending.ts',
        'appliance/features/audit/elsewhere/mailbox.service.ts',
      ],
      check: witnesses,
    },
  ];
};

const asLines = async function* (lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
};
