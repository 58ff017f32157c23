import {createHash} from 'node:crypto';
import {open, rm} from 'node:fs/promises';
import {basename} from 'node:path';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {ModelFiles} from './files.ts';
import type {Judged, ModelsDeps} from './models.deps.ts';
import type {ModelStore} from './models.store.ts';
import type {Progress} from './tasks.ts';
import {gigabytes} from './words.ts';

/** Left free beside a model: the database must go on. */
const diskReserve = 512 << 20;
const pieceBytes = 4 << 20;

/** What a publisher's page says of a size is rounded. */
const roundedBy = 1.25;

const wrongHash = (found: string, expected: string) =>
  new AppError(
    'invalid',
    'models.wrong_hash',
    `This is not the file its publisher made: its SHA-256 is ${found}, expected ${expected}. Nothing was kept. Copy it again; if it stays so, do not use it.`,
  );

export const createImport = (deps: ModelsDeps, files: ModelFiles, store: ModelStore) => {
  const {storage, clock} = deps;

  const refuseKnown = async (sha256: string): Promise<void> => {
    const bundled = (await deps.catalogue()).find(({kind}) => kind === 'labelling')?.sha256;
    const row = await store.find(storage.db, sha256);
    if (sha256 !== bundled && !(row && files.isPresent(sha256))) return;
    throw new AppError(
      'conflict',
      'models.known',
      `This model is here already: ${row?.name ?? 'the bundled one'}.`,
    );
  };
  const refuseTooLarge = async (size: number): Promise<void> => {
    const free = await deps.freeDisk(files.folder);
    if (size + diskReserve <= free) return;
    throw new AppError(
      'conflict',
      'models.no_disk',
      `The disk has ${gigabytes(free)} free; this model takes ${gigabytes(size)}, and ${gigabytes(diskReserve)} must stay free. Remove a model or free some space.`,
    );
  };
  const room = async (): Promise<number> => Math.max(0, (await deps.freeDisk(files.folder)) - diskReserve);
  const knownAs = async ({name, sha256}: {name: string; sha256: string}) =>
    (await deps.catalogue()).find(
      known => known.sha256 === sha256 || known.file.toLowerCase() === name.toLowerCase(),
    );
  const refuseTooHungry = ({ram}: Pick<Judged, 'ram'>): void => {
    const {total} = deps.memory();
    if (ram <= total) return;
    throw new AppError(
      'conflict',
      'models.no_memory',
      `This model needs about ${gigabytes(ram)} of memory; this machine has ${gigabytes(total)}. Take a smaller one, or a smaller quantisation of the same.`,
    );
  };

  /** Before the first byte is kept: as large as its publisher says, and not too large for this machine. */
  const refuseSize = async (size: number, file: {name: string; sha256: string}): Promise<void> => {
    const known = await knownAs(file);
    const most = known?.size ?? (known?.approximateSize ?? Number.POSITIVE_INFINITY) * roundedBy;
    if (size > most || (known?.size != null && size !== known.size))
      throw new AppError(
        'invalid',
        'models.wrong_size',
        `${file.name} takes ${gigabytes(known?.size ?? known?.approximateSize ?? 0)} as its publisher says; this one has ${gigabytes(size)}. It is another file, and nothing was kept.`,
      );
    await refuseTooLarge(size);
    refuseTooHungry({ram: size});
  };

  /** What lies complete in `part` becomes a model here, or nothing is left of it. */
  const finish = async (
    part: string,
    given: {name: string; found: string; expected: string; actorId: string | null; from?: string},
  ): Promise<Judged> => {
    const {found, expected, actorId} = given;
    if (found !== expected) throw wrongHash(found, expected);
    const judged = await deps.judge(part);
    refuseTooHungry(judged);
    await refuseKnown(found);
    const known = await knownAs({name: given.name, sha256: found});
    const name = known?.name ?? judged.name;
    await files.keep(part, found);
    await storage.transaction(async trx => {
      await store.remove(trx, found);
      await store.insert(trx, {
        id: newId(),
        sha256: found,
        name,
        bundled: 0,
        kind: judged.kind,
        architecture: judged.architecture,
        size: judged.size,
        ram: judged.ram,
        licence: known?.licence ?? judged.licence,
        languages: JSON.stringify(known?.languages ?? judged.languages),
        source: known?.source ?? null,
        imported_by: actorId,
        imported_at: clock.iso(),
        verified_at: clock.iso(),
        bench: null,
        accuracy: null,
      });
      await deps.audit(trx, {
        actorId,
        action: 'model.imported',
        subjectId: found,
        detail: {
          name,
          kind: judged.kind,
          size: judged.size,
          sha256: found,
          file: given.name,
          ...(given.from === undefined ? {} : {from: given.from}),
        },
      });
    });
    return {...judged, name};
  };

  /** Copies and hashes in one pass. What is not whole, not a model, or does not fit is refused before the first byte. */
  const fromPath = async (
    path: string,
    {expected, actorId}: {expected: string; actorId: string | null},
    progress: Progress,
    signal: AbortSignal,
  ): Promise<Judged> => {
    const judged = await deps.judge(path);
    refuseTooHungry(judged);
    await refuseKnown(expected);
    await refuseTooLarge(judged.size);
    const source = await open(path, 'r');
    const part = await files.newPart();
    try {
      const hash = createHash('sha256');
      let done = 0;
      for await (const chunk of source.createReadStream({autoClose: false, highWaterMark: pieceBytes})) {
        signal.throwIfAborted();
        hash.update(chunk as Buffer);
        await part.handle.writeFile(chunk as Buffer);
        done += (chunk as Buffer).length;
        progress(done, judged.size);
      }
      await part.handle.sync();
      return await finish(part.path, {name: basename(path), found: hash.digest('hex'), expected, actorId});
    } finally {
      await source.close();
      await part.handle.close();
      await rm(part.path, {force: true});
    }
  };

  return {fromPath, finish, refuseKnown, refuseTooLarge, refuseSize, room};
};
export type Import = ReturnType<typeof createImport>;
