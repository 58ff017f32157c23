import {existsSync, linkSync, renameSync, rmSync} from 'node:fs';
import {dirname} from 'node:path';
import type {Clock} from '../kit/clock.ts';
import {AppError} from '../kit/errors.ts';
import {newId} from '../kit/ids.ts';
import {copyEncrypted, type Progress} from './copying.ts';
import type {Database} from './database.ts';
import {beside, destroyFile, syncFolder} from './files.ts';
import {opensFile} from './master-check.ts';
import {newRotation, type RotationRow} from './rotation.ts';
import {newKey} from './seal.ts';
import {masterWrap, openRoot, type RootRow, wrapRoot} from './wrapped.ts';

const rotations = 'keystore_rotations';
const roots = 'keystore_roots';

/**
 * The key of the SQLite file changes between two runs: ordered while the appliance runs, carried out by the next start before
 * it opens the file. Each state below is on the disk before the next begins, and every start goes on from what it finds:
 *
 *   ordered → copying     a new key is in the key store, beside the one in use
 *   copying → switching   the copy under the new key is whole and on the disk
 *   switching → removing  the copy has the file's name, and the new key is the only one
 *   removing → done       the old file is overwritten and gone
 */
export const createFileKey = (deps: {db: Database; master: Buffer; clock: Clock; file: string}) => {
  const {db, clock, file} = deps;
  const next = `${file}.next`;
  const old = `${file}.old`;
  const under = masterWrap(deps.master);

  const open = async (): Promise<RotationRow | undefined> =>
    db(rotations).where({kind: 'file'}).whereNull('finished_at').orderBy('id').first();
  const move = async (id: string, change: Partial<RotationRow>): Promise<void> => {
    await db(rotations).where({id}).update(change);
  };
  const rootOf = async (kind: 'file' | 'file_next'): Promise<{id: string; key: Buffer} | undefined> => {
    const row: RootRow | undefined = await db(roots).where({kind}).orderBy('id', 'desc').first();
    return row && {id: row.id, key: openRoot(under, 'file', row)};
  };
  const mustHave = async (kind: 'file' | 'file_next') => {
    const found = await rootOf(kind);
    if (!found)
      throw new AppError('internal', 'storage.file_key_gone', 'A key of the database file is gone.');
    return found;
  };

  const copy = async (rotation: RotationRow, onProgress: Progress | undefined): Promise<void> => {
    const inUse = await mustHave('file');
    let fresh = await rootOf('file_next');
    if (!fresh) {
      fresh = {id: newId(), key: newKey()};
      await db(roots).insert({
        id: fresh.id,
        kind: 'file_next',
        wrapped: wrapRoot(under, 'file', fresh.id, fresh.key),
        created_at: clock.iso(),
        retired_at: null,
      });
    }
    await move(rotation.id, {state: 'copying', from_id: inUse.id, to_id: fresh.id});
    await copyEncrypted({from: file, fromKey: inUse.key, to: next, toKey: fresh.key, onProgress});
    await move(rotation.id, {state: 'switching'});
  };

  const change = async (rotation: RotationRow): Promise<void> => {
    const fresh = await mustHave('file_next');
    if (opensFile(file, fresh.key) !== true) {
      // a log of the old file under the name of the new one's would be taken for its own
      for (const one of beside(file)) destroyFile(one);
      rmSync(old, {force: true});
      linkSync(file, old);
      renameSync(next, file);
      syncFolder(dirname(file));
    }
    await db.transaction(async trx => {
      await trx(roots).where({kind: 'file'}).delete();
      await trx(roots).where({id: fresh.id}).update({kind: 'file'});
      await trx(rotations).where({id: rotation.id}).update({state: 'removing'});
    });
    await db.raw('pragma wal_checkpoint(truncate)');
  };

  return {
    /** Carried out by the next start. One that is open is the answer instead. */
    order: async (startedBy: string | null): Promise<RotationRow> => {
      const already = await open();
      if (already) return already;
      const row = newRotation('file', 'ordered', clock.iso(), {started_by: startedBy});
      await db(rotations).insert(row);
      return row;
    },
    open,
    /** Before the file is opened. Returns the key that opens it now, where it was changed. */
    carryOut: async (onProgress?: Progress): Promise<Buffer | undefined> => {
      let rotation = await open();
      if (!rotation || !existsSync(file)) return undefined;
      const {id} = rotation;
      if (rotation.state === 'ordered' || rotation.state === 'copying') {
        let shown = {done: 0, total: 0};
        await copy(rotation, (done, total) => {
          shown = {done, total};
          onProgress?.(done, total);
        });
        await move(id, shown);
        rotation = {...rotation, state: 'switching'};
      }
      if (rotation.state === 'switching') await change(rotation);
      for (const one of [old, next, ...beside(next)]) destroyFile(one);
      await move(id, {state: 'done', finished_at: clock.iso()});
      return (await mustHave('file')).key;
    },
  };
};
export type FileKey = ReturnType<typeof createFileKey>;
