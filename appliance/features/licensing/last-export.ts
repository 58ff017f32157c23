import {createReadStream} from 'node:fs';
import {mkdir, readdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {Clock} from '../../kit/clock.ts';
import {AppError, isAppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Logger} from '../../kit/logger.ts';
import {ofTheDead, processOwner} from '../../storage/lease.ts';
import type {DatabaseOrTransaction, Storage, TableDeclaration, Transaction} from '../../storage/index.ts';
import {hashFile} from './archive.ts';
import {type ExportReaders, plansFor} from './export-contents.ts';
import type {LastExport} from './licensing.schema.ts';
import {writeArchive} from './write-archive.ts';

const table = 'licensing_exports';
export type ExportRow = {
  id: string;
  cancellation_id: string;
  state: LastExport['state'];
  requested_by: string;
  requested_at: string;
  finished_at: string | null;
  host: string;
  lease_owner: string | null;
  tables_done: number;
  tables_total: number;
  rows_done: number;
  bytes: number | null;
  sha256: string | null;
  problem: string | null;
};

export type LastExportDeps = {
  storage: Storage;
  clock: Clock;
  log: Logger;
  dataDirectory: string;
  /** Names this machine: the file is where it was made. */
  host: string;
  version: string;
  tables: readonly TableDeclaration[];
  readers: ExportReaders;
  company: () => Promise<string>;
  /** The audit log as an outsider verifies it. */
  auditLines: (actorId: string) => Promise<AsyncIterable<string>>;
  inForce: (db: DatabaseOrTransaction) => Promise<{id: string} | undefined>;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
  audit: (
    trx: Transaction,
    entry: {actorId: string | null; action: string; subjectId?: string; detail: Record<string, unknown>},
  ) => Promise<void>;
};

/** All data in one archive under a passphrase that is kept nowhere, written while the appliance goes on answering. */
export const createLastExport = (deps: LastExportDeps) => {
  const {storage, clock} = deps;
  const folder = join(deps.dataDirectory, 'exports');
  const fileOf = (id: string): string => join(folder, `${id}.zip`);
  const plans = plansFor(deps.tables);
  let working: Promise<void> | undefined;
  let stopping = false;

  const set = async (id: string, change: Partial<ExportRow>): Promise<void> => {
    await storage.db(table).where({id}).update(change);
  };

  const view = async (rows: ExportRow[]): Promise<LastExport[]> => {
    const names = await deps.userNames(rows.map(row => row.requested_by));
    return rows.map(row => ({
      id: row.id,
      state: row.state,
      requestedBy: names.get(row.requested_by) ?? 'a former user',
      requestedAt: row.requested_at,
      finishedAt: row.finished_at,
      host: row.host,
      here: row.host === deps.host,
      tablesDone: row.tables_done,
      tablesTotal: row.tables_total,
      rowsDone: row.rows_done,
      bytes: row.bytes,
      sha256: row.sha256,
      problem: row.problem,
    }));
  };

  const write = async (row: ExportRow, passphrase: string): Promise<void> => {
    await mkdir(folder, {recursive: true, mode: 0o700});
    const rows = await writeArchive({
      ...deps,
      path: fileOf(row.id),
      passphrase,
      plans,
      company: await deps.company(),
      requestedAt: row.requested_at,
      auditLines: () => deps.auditLines(row.requested_by),
      onRows: async written => {
        if (stopping) throw stopped();
        // one that was taken back meanwhile is not finished
        if (!(await deps.inForce(storage.db))) throw takenBack();
        await set(row.id, {rows_done: written});
      },
      onTables: tables => set(row.id, {tables_done: tables}),
    });
    const [{size}, sha256] = await Promise.all([stat(fileOf(row.id)), hashFile(fileOf(row.id))]);
    await storage.transaction(async trx => {
      await trx(table)
        .where({id: row.id})
        .update({state: 'ready', finished_at: clock.iso(), bytes: size, sha256, lease_owner: null});
      await deps.audit(trx, {
        actorId: row.requested_by,
        action: 'export.finished',
        subjectId: row.id,
        detail: {rows, bytes: size, sha256},
      });
    });
  };

  const failed = async (row: ExportRow, error: unknown): Promise<void> => {
    await rm(fileOf(row.id), {force: true});
    const known = isAppError(error)
      ? error.message
      : 'Something went wrong on this server; its log says more.';
    if (!isAppError(error)) deps.log.error({err: error, export: row.id}, 'the last export failed');
    await set(row.id, {state: 'failed', finished_at: clock.iso(), lease_owner: null, problem: known});
  };

  return {
    list: async (cancellationId: string): Promise<LastExport[]> =>
      view(
        await storage
          .db<ExportRow>(table)
          .where({cancellation_id: cancellationId})
          .orderBy('id', 'desc')
          .limit(10),
      ),

    start: async (passphrase: string, actorId: string): Promise<LastExport> => {
      const row = await storage.transaction(async trx => {
        const current = await deps.inForce(trx);
        if (!current) {
          throw new AppError(
            'conflict',
            'licensing.not_cancelled',
            'There is no cancellation in force: all data is exported once the account has been cancelled.',
          );
        }
        if (await trx(table).where({state: 'running'}).first('id')) {
          throw new AppError(
            'conflict',
            'licensing.export_runs',
            'An export is being written. Wait until it is done.',
          );
        }
        const made: ExportRow = {
          id: newId(),
          cancellation_id: current.id,
          state: 'running',
          requested_by: actorId,
          requested_at: clock.iso(),
          finished_at: null,
          host: deps.host,
          lease_owner: processOwner,
          tables_done: 0,
          tables_total: plans.length,
          rows_done: 0,
          bytes: null,
          sha256: null,
          problem: null,
        };
        await trx(table).insert(made);
        await deps.audit(trx, {actorId, action: 'export.ordered', subjectId: made.id, detail: {}});
        return made;
      });
      working = write(row, passphrase)
        .catch((error: unknown) => failed(row, error))
        .catch((error: unknown) => deps.log.error({err: error}, 'the last export could not be given up'))
        .finally(() => {
          working = undefined;
        });
      return (await view([row]))[0] as LastExport;
    },

    download: async (id: string, actorId: string) => {
      const row = await storage.db<ExportRow>(table).where({id, state: 'ready'}).first();
      if (!row || !(await deps.inForce(storage.db)))
        throw new AppError('not_found', 'licensing.no_export', 'There is no such export any more.');
      if (row.host !== deps.host) {
        throw new AppError(
          'conflict',
          'licensing.export_elsewhere',
          `The file lies on ${row.host}. Open the console there, or make another one here.`,
        );
      }
      const content = createReadStream(fileOf(id));
      await new Promise<void>((resolve, reject) => {
        content.once('open', () => resolve());
        content.once('error', cause =>
          reject(
            new AppError('not_found', 'licensing.no_export', 'Its file is gone. Make another one.', {cause}),
          ),
        );
      });
      await storage.transaction(trx =>
        deps.audit(trx, {
          actorId,
          action: 'export.downloaded',
          subjectId: id,
          detail: {bytes: row.bytes, sha256: row.sha256},
        }),
      );
      return {name: `crowlit-export-${row.requested_at.slice(0, 10)}.zip`, content};
    },

    /** The cancellation was taken back: nobody needs a copy of everything lying about. */
    drop: async (): Promise<void> => {
      await working;
      await rm(folder, {recursive: true, force: true});
      await storage.db(table).delete();
    },

    /** What was being written when this process died: its passphrase is gone, and so it cannot go on. */
    recover: async (): Promise<void> => {
      await storage.db(table).where({state: 'running'}).modify(ofTheDead(storage)).update({
        state: 'failed',
        finished_at: clock.iso(),
        lease_owner: null,
        problem: 'The appliance was stopped while it was written. Make another one.',
      });
    },

    /** Files that nobody is offered any more. */
    tidy: async (): Promise<void> => {
      const files = await readdir(folder).catch(() => []);
      if (files.length === 0) return;
      const offered = await storage.db(table).whereNot({state: 'failed'}).pluck<string[]>('id');
      for (const name of files)
        if (!offered.includes(name.replace(/\.zip$/, ''))) await rm(join(folder, name), {force: true});
    },

    /** Gives up what is under way. */
    stop: async (): Promise<void> => {
      stopping = true;
      await working;
    },
  };
};
export type LastExports = ReturnType<typeof createLastExport>;

const stopped = (): AppError =>
  new AppError(
    'unavailable',
    'licensing.export_stopped',
    'The appliance was stopped while it was written. Make another one.',
  );
const takenBack = (): AppError =>
  new AppError('conflict', 'licensing.not_cancelled', 'The cancellation was taken back meanwhile.');
