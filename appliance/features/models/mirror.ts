import {createHash} from 'node:crypto';
import {rm} from 'node:fs/promises';
import {AppError, isAppError} from '../../kit/errors.ts';
import type {ModelFiles} from './files.ts';
import type {Import} from './import.ts';
import type {ModelsDeps} from './models.deps.ts';
import type {Mirror, MirrorInput} from './models.schema.ts';
import type {Progress, Tasks} from './tasks.ts';
import {fileIn, placeOf} from './urls.ts';

type Head = {status: number; headers: Record<string, string>};

const mostRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);
const magic = 'GGUF';

const undeclared = (host: string) =>
  new AppError(
    'forbidden',
    'models.undeclared_mirror',
    `Nobody declared where ${host} stands, so nothing is fetched from it. Declare it: on the Models page, or with --region CODE --by EMAIL.`,
  );
const notYet = (host: string, state: 'waiting' | 'refused') =>
  new AppError(
    'conflict',
    'models.mirror_waits',
    state === 'waiting'
      ? `${host} is declared, and waits until a second administrator has approved it on the page Residency. Nothing was fetched; fetch the file again then.`
      : `${host} was declared, and not approved. Remove the mirror, and declare it anew if it is still wanted.`,
  );
const refused = (message: string) =>
  new AppError('unavailable', 'models.mirror_failed', `${message} Nothing was kept.`);

const refuseStatus = (host: string, status: number): void => {
  if (status === 200) return;
  if (status === 401 || status === 403)
    throw refused(
      `${host} wants a sign-in (${status}), and the appliance brings none. Have the file served without one, or carry it over.`,
    );
  if (status === 404 || status === 410)
    throw refused(`${host} has no such file (${status}). Compare the address.`);
  throw refused(`${host} answered ${status} instead of the file.`);
};

/** Model files from a host in the region that somebody declared: straight to the disk, and nothing else is followed. */
export const createMirror = (deps: ModelsDeps & {files: ModelFiles; bring: Import; tasks: Tasks}) => {
  const {storage, files, bring, tasks} = deps;
  const {destinations} = deps.mirror;

  const find = async ({host, port}: {host: string; port: number}) =>
    (await destinations.list()).find(one => one.host === host && one.port === port);

  const declare = async (
    place: ReturnType<typeof placeOf>,
    {region, private: inside, exception}: Pick<MirrorInput, 'exception'> & {region: string; private: boolean},
    {approvedBy, actorId}: {approvedBy: string; actorId: string | null},
  ): Promise<void> => {
    const {host, port} = place;
    await storage.transaction(async trx => {
      await destinations.declare(trx, {
        ...place,
        region,
        private: inside,
        // what is asked for says nothing of any person
        categories: [],
        owner: 'mirror',
        declaredBy: approvedBy,
        exception,
      });
      await deps.audit(trx, {
        actorId,
        action: 'model.mirror_declared',
        detail: {host: `${host}:${port}`, region, approvedBy},
      });
    });
    await destinations.changed();
  };

  /** Takes the body as it comes: what is not a model, or not as large as it may be, is refused with its first bytes. */
  const receiver = async (name: string, expected: string, progress: Progress) => {
    const part = await files.newPart();
    const hash = createHash('sha256');
    let size = 0;
    let received = 0;
    let start = '';
    return {
      take: async (host: string, piece: Buffer, {status, headers}: Head): Promise<void> => {
        if (status !== 200) return;
        if (received === 0) {
          size = Number(headers['content-length'] ?? Number.NaN);
          if (!Number.isSafeInteger(size))
            throw refused(`${host} does not say how large the file is, so whether it fits cannot be told.`);
          await bring.refuseSize(size, {name, sha256: expected});
        }
        if (start.length < magic.length) {
          start = (start + piece.toString('latin1', 0, magic.length)).slice(0, magic.length);
          if (!magic.startsWith(start))
            throw refused(
              `What ${host} sends is not a GGUF model, but a page or another file. Give the address of the file itself.`,
            );
        }
        hash.update(piece);
        await part.handle.writeFile(piece);
        received += piece.length;
        progress(received, size);
      },
      end: async (host: string, actorId: string | null) => {
        if (received === 0 || received !== size) throw refused(`${host} sent no whole file.`);
        await part.handle.sync();
        const found = hash.digest('hex');
        return bring.finish(part.path, {name, found, expected, actorId, from: host});
      },
      discard: async (): Promise<void> => {
        await part.handle.close();
        await rm(part.path, {force: true});
      },
    };
  };

  const download = async (
    {url, sha256}: MirrorInput,
    actorId: string | null,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<string> => {
    const receive = await receiver(fileIn(url), sha256, progress);
    try {
      let at = url;
      for (let hop = 0; ; hop++) {
        const {host} = placeOf(at);
        const destination = await find(placeOf(at));
        if (!destination) throw undeclared(host);
        const {status, headers} = await deps.mirror.fetch(destination.id, at, {
          limit: await bring.room(),
          signal,
          onPiece: (piece, head) => receive.take(host, piece, head),
        });
        // an empty address would be the same one again
        const location = headers['location'] ? URL.parse(headers['location'], at) : null;
        if (!redirects.has(status) || location === null) {
          refuseStatus(host, status);
          return `${(await receive.end(host, actorId)).name} is imported from ${host}.`;
        }
        if (hop === mostRedirects) throw refused(`${host} sends on and on.`);
        at = location.href;
        if (location.protocol !== 'https:' || !(await find(placeOf(at))))
          throw refused(
            `${host} sends on to ${location.protocol}//${location.host.slice(0, 253)}, which nobody declared. Only a declared host is followed, and only with https: give that address itself, and declare where its host stands.`,
          );
      }
    } catch (error) {
      signal.throwIfAborted();
      if (isAppError(error) && error.code.startsWith('egress.')) throw refused(error.message);
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw refused('The disk is full.');
      throw error;
    } finally {
      await receive.discard();
    }
  };

  /** Whoever declares a host answers for where it stands, by name. */
  const begin = async (
    input: MirrorInput,
    {approvedBy, actorId}: {approvedBy: () => Promise<string>; actorId: string | null},
  ) => {
    tasks.refuseWhileBusy();
    await bring.refuseKnown(input.sha256);
    const place = placeOf(input.url);
    if (!(await find(place))) {
      const {region, private: inside = false, exception} = input;
      if (region === undefined) throw undeclared(place.host);
      await declare(place, {region, private: inside, exception}, {approvedBy: await approvedBy(), actorId});
    }
    const declared = await find(place);
    if (declared && declared.state !== 'in_force') throw notYet(place.host, declared.state);
    return tasks.start({
      kind: 'import',
      modelId: null,
      name: fileIn(input.url),
      unit: 'bytes',
      total: 1,
      run: (progress, signal) => download(input, actorId, progress, signal),
    });
  };

  return {
    begin,
    list: async (): Promise<Mirror[]> => {
      const all = await destinations.list();
      return all.map(({id, host, port, region, private: inside, state}) => ({
        id,
        host,
        port,
        region,
        private: inside,
        state,
      }));
    },
    remove: async (id: string, actorId: string): Promise<void> => {
      tasks.refuseWhileBusy();
      const one = (await destinations.list()).find(mirror => mirror.id === id);
      if (!one) throw new AppError('not_found', 'models.unknown_mirror', 'There is no such mirror.');
      await storage.transaction(async trx => {
        await destinations.remove(trx, id);
        await deps.audit(trx, {
          actorId,
          action: 'model.mirror_removed',
          detail: {host: `${one.host}:${one.port}`},
        });
      });
      await destinations.changed();
    },
  };
};
export type Mirrors = ReturnType<typeof createMirror>;
