import {isAbsolute} from 'node:path';
import {AppError} from '../../kit/errors.ts';
import type {Mirrors} from './mirror.ts';
import type {ModelsDeps} from './models.deps.ts';
import {type HostOrder, mirrorUrl, type Model, type Overview, type Task} from './models.schema.ts';
import type {ModelServer} from './server.ts';
import type {Started, Tasks} from './tasks.ts';

/** What whoever holds the master key orders from the command line. */
export const createOrders = (
  deps: Pick<ModelsDeps, 'administrator'> & {
    list: () => Promise<Model[]>;
    overview: () => Promise<Overview>;
    act: (
      kind: 'verify' | 'bench' | 'measure' | 'activate',
      id: string,
      actorId: string | null,
    ) => Promise<Started>;
    remove: (id: string, actorId: string | null) => Promise<void>;
    importPath: (path: string, expected: string, actorId: string | null) => Started;
    mirror: Mirrors;
    server: ModelServer;
    tasks: Tasks;
    begun: (started: Started) => Task;
  },
) => {
  const {overview, act, remove, importPath, mirror, server, tasks, begun} = deps;

  /** A person writes the beginning of a hash, or the name. */
  const named = async (target: string | undefined): Promise<string> => {
    const wanted = (target ?? '').trim().toLowerCase();
    if (wanted === 'server') return 'server';
    const fits = (await deps.list()).filter(
      ({id, sha256, name}) =>
        id === wanted || name.toLowerCase() === wanted || (wanted.length >= 6 && sha256.startsWith(wanted)),
    );
    const [model] = fits;
    if (model && fits.length === 1) return model.id;
    throw new AppError(
      'not_found',
      'models.unknown',
      fits.length > 1
        ? `“${target}” fits ${fits.length} models here: write the first 12 digits of the SHA-256.`
        : `There is no model “${target ?? ''}” here. \`crowlit model list\` shows what there is.`,
    );
  };

  /** Ordered on the host: a person of the console answers for where another host stands. */
  const answering = async (by: string): Promise<string> => {
    const id = await deps.administrator(by);
    if (id !== undefined) return id;
    throw new AppError(
      'invalid',
      'models.unknown_administrator',
      `${by} is no administrator here. Give with --by the e-mail address of the one who answers for where the server stands.`,
    );
  };
  const fetchOrdered = async ({mirror: place}: HostOrder, target: string, sha256: string): Promise<void> => {
    const url = mirrorUrl.safeParse(target);
    if (!url.success)
      throw new AppError('invalid', 'models.bad_address', url.error.issues[0]?.message ?? 'Which address?');
    begun(
      await mirror.begin(
        {url: url.data, sha256, region: place?.region, private: place?.private},
        {approvedBy: () => answering(place?.by ?? ''), actorId: null},
      ),
    );
  };

  return async (order: HostOrder): Promise<Overview> => {
    const {act: kind, target, sha256} = order;
    if (kind === 'import') {
      if (sha256 === undefined)
        throw new AppError(
          'invalid',
          'models.hash_needed',
          'Give the SHA-256 that the publisher shows for this file: --sha256 HEX. Without it nobody can tell whether the file is the one they made.',
        );
      if (target !== undefined && /^https?:/i.test(target)) await fetchOrdered(order, target, sha256);
      else if (target === undefined || !isAbsolute(target))
        throw new AppError('invalid', 'models.path_needed', 'Which file? Give its whole path.');
      else begun(importPath(target, sha256, null));
    } else if (kind === 'stop') await tasks.stop();
    else if (kind === 'connect') {
      if (!order.server)
        throw new AppError('invalid', 'models.server_needed', 'Which server? Give its address.');
      const {by, ...input} = order.server;
      const started = await server.connectFromHost(input, await answering(by));
      if (started) begun(started);
    } else if (kind === 'remove') await remove(await named(target), null);
    else if (kind !== 'list') begun(await act(kind, await named(target), null));
    return overview();
  };
};
