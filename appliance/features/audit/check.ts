import type {Clock} from '../../kit/clock.ts';
import {isAppError} from '../../kit/errors.ts';
import type {Storage} from '../../storage/index.ts';
import type {Checkpoint, Checkpoints} from './checkpoints.ts';
import type {AuditExport, Extent} from './export.ts';
import {type AuditEntry, type Leaves, leafTable} from './leaves.ts';
import type {Witnesses} from './witnesses.ts';

export type Report = {
  ok: boolean;
  problems: {where: string; what: string}[];
  problemCount: number;
  entries: number;
  checkpoints: number;
  compared: number;
};
export type Check = (
  lines: AsyncIterable<string>,
  options: {earlier: {name: string; note: string}[]},
) => Promise<Report>;

export const createCheck = (deps: {
  storage: Storage;
  clock: Clock;
  leaves: Leaves;
  checkpoints: Checkpoints;
  witnesses: Witnesses;
  exports: AuditExport;
  verify: Check;
}) => {
  const {storage, clock, leaves, checkpoints, witnesses, exports} = deps;
  /** Why the last attempt made none. */
  let refused: string | null = null;

  /** Signs the log as it is, where nothing contradicts what was signed before. */
  const sign = async (): Promise<Checkpoint | undefined> => {
    try {
      const made = await checkpoints.make();
      refused = null;
      return made;
    } catch (error) {
      if (!isAppError(error) || error.code !== 'audit.rewritten') throw error;
      refused = error.message;
      return undefined;
    }
  };

  /** A checkpoint, and its way to every witness. */
  const checkpoint = async (): Promise<void> => {
    await sign();
    await witnesses.deliver();
  };

  const actorOf = (id: string | null): AuditEntry['actor'] => ({kind: id === null ? 'system' : 'user', id});

  /** A log that was rewritten is exported, too: then whoever verifies it sees what the appliance saw. */
  const extent = async (): Promise<Extent> => {
    const made = await sign();
    const [last, {size}] = await Promise.all([checkpoints.last(), leaves.peaks(storage.db)]);
    return {at: clock.iso(), size: made?.size ?? size, signedSize: made?.size ?? last?.size ?? 0};
  };

  const exportAll = async (actorId: string | null): Promise<AsyncGenerator<string>> => {
    await storage.transaction(trx =>
      leaves.append(trx, {actor: actorOf(actorId), action: 'audit.exported', purpose: 'security'}),
    );
    const reach = await extent();
    await witnesses.deliver();
    return exports.whole(reach);
  };

  /** What an outsider would do, here: the whole log, and what the write-once folders hold of it. */
  const check = async (actorId: string | null): Promise<Report> => {
    await checkpoint();
    const [reach, earlier] = await Promise.all([extent(), witnesses.kept()]);
    const report = await deps.verify(exports.whole(reach), {earlier});
    // erasing a person destroys their key and leaves what was sealed; nothing of the appliance empties a detail
    const [emptied] = await storage
      .db(leafTable)
      .whereNotNull('detail_commitment')
      .whereNull('detail_sealed')
      .min('index as first')
      .count('* as count');
    const problems = [...report.problems];
    if (Number(emptied?.['count']) > 0) {
      problems.push({
        where: `entry ${emptied?.['first']}`,
        what: `Details were taken out of the database, here and in ${Number(emptied?.['count']) - 1} other entries.`,
      });
    }
    const {entries, checkpoints: signed, compared} = report;
    const result = {
      ok: problems.length === 0,
      problems,
      problemCount: report.problemCount + (problems.length - report.problems.length),
      entries,
      checkpoints: signed,
      compared,
    };
    await storage.transaction(trx =>
      leaves.append(trx, {
        actor: actorOf(actorId),
        action: 'audit.checked',
        purpose: 'security',
        detail: {...result, problems: problems.slice(0, 5).map(({where, what}) => `${where}: ${what}`)},
      }),
    );
    return result;
  };

  /** An entry that no checkpoint covers yet gets one. */
  const prove = async (index: number): Promise<string[] | undefined> =>
    (await exports.entry(index, clock.iso())) ??
    ((await sign()) && (await exports.entry(index, clock.iso())));

  return {checkpoint, exportAll, check, prove, refused: () => refused};
};
