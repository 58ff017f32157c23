import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Transaction} from '../../storage/index.ts';
import {createChosenEmbedder, readFit, whyOf} from './chosen-embedder.ts';
import {createEmbedderStore, type EmbedderRow} from './embedder.store.ts';
import type {ModelFiles} from './files.ts';
import {type Fit, fitOf, languagesOf, textsToFit} from './fit.ts';
import type {ModelsDeps, OpenedEmbedder} from './models.deps.ts';
import type {Embedder, Model, ServerInput} from './models.schema.ts';
import {placeOf} from './urls.ts';
import type {Tasks} from './tasks.ts';

const none = () =>
  new AppError('not_found', 'models.no_embedder', 'No model finds passages. Choose one first.');
/** Which model finds passages beside the one that answers: none, a file here or one on a server; tried before it is used. */
export const createEmbedding = (
  deps: ModelsDeps & {
    files: ModelFiles;
    tasks: Tasks;
    refuseTooHungry: (model: Pick<Model, 'ram' | 'name'>) => void;
  },
) => {
  const {storage, clock, files, tasks} = deps;
  const {destinations, reader} = deps.server;
  const store = createEmbedderStore(storage, reader);
  const find = () => store.find(storage.db);
  const loaded = createChosenEmbedder({...deps, find});

  const audit = (
    trx: Transaction,
    actorId: string | null,
    action: string,
    {name, sha256, url}: Pick<EmbedderRow, 'name' | 'sha256' | 'url'>,
  ) =>
    deps.audit(trx, {
      actorId,
      action,
      subjectId: sha256 ?? 'embedding-server',
      detail: {name, ...(url === null ? {} : {host: placeOf(url).host})},
    });
  /** Its destination goes with a server. */
  const clear = async (trx: Transaction): Promise<EmbedderRow | undefined> => {
    const row = await store.find(trx);
    if (row?.destination_id) await destinations.remove(trx, row.destination_id);
    await store.remove(trx);
    return row;
  };
  const changed = async (): Promise<void> => {
    await loaded.letGo();
    await destinations.changed();
    deps.embedderChanged();
  };

  const tried = async (
    model: OpenedEmbedder,
    progress: (done: number) => void,
    signal: AbortSignal,
  ): Promise<Fit> => {
    const stop = () => void model.close();
    signal.addEventListener('abort', stop);
    try {
      await model.ready?.();
      return await fitOf(model, progress, signal);
    } finally {
      signal.removeEventListener('abort', stop);
      await model.close();
    }
  };
  const told = (name: string, found: Fit): string =>
    `${name} finds passages now, for questions in ${languagesOf(found).length} of 4 languages.`;

  /** A server cannot be tried before its host is declared, so it stands here untried. */
  const startTest = (row: EmbedderRow) =>
    tasks.start({
      kind: 'fit',
      modelId: 'embedding-server',
      name: row.name,
      unit: 'texts',
      total: textsToFit,
      run: async (progress, signal) => {
        const note = (values: Parameters<typeof store.note>[1]) =>
          store.note(storage.db, {...values, tested_at: clock.iso()});
        try {
          const found = await tried(loaded.open(row), progress, signal);
          // what answers under the same name may be another model by now: its vectors are made anew
          await note({fit: JSON.stringify(found), problem: null, embedder: newId()});
          return told(row.name, found);
        } catch (error) {
          signal.throwIfAborted();
          await note({fit: null, problem: whyOf(error)});
          throw error;
        } finally {
          await changed();
        }
      },
    });

  /** A trial, where the host may be reached; else it begins when a second person has agreed to it. */
  const begin = async () => {
    const row = await find();
    if (!row) throw none();
    const place = (await destinations.list()).find(({id}) => id === row.destination_id);
    return place?.state === 'in_force' ? startTest(row) : null;
  };

  return {
    chosen: loaded.chosen,
    view: async (): Promise<Embedder | null> => {
      const row = await find();
      if (!row) return null;
      const known = readFit(row);
      const place = (await destinations.list()).find(({id}) => id === row.destination_id);
      const names = row.chosen_by === null ? undefined : await deps.userNames([row.chosen_by]);
      return {
        modelId: row.sha256,
        name: row.name,
        server:
          row.url === null
            ? null
            : {
                url: row.url,
                region: place?.region ?? '',
                private: place?.private ?? false,
                state: place?.state ?? 'refused',
                hasKey: row.key !== null,
              },
        chosenAt: row.chosen_at,
        chosenBy: names?.get(row.chosen_by ?? '') ?? null,
        testedAt: row.tested_at,
        usable: known !== null,
        problem: row.problem,
        languages: known === null ? [] : languagesOf(known),
        fit: known,
      };
    },
    isChosen: async (sha256: string): Promise<boolean> => (await find())?.sha256 === sha256,
    /** Tries a file beside what answers, and then lets it find passages. */
    choose: (model: Model, actorId: string | null) => {
      if (model.kind !== 'embedding')
        throw new AppError('conflict', 'models.no_vectors', `${model.name} answers; it makes no vectors.`);
      return tasks.start({
        kind: 'fit',
        modelId: model.id,
        name: model.name,
        unit: 'texts',
        total: textsToFit,
        run: async (progress, signal) => {
          deps.refuseTooHungry(model);
          const {sha256, name} = model;
          const running = deps.openEmbedder(files.fileOf(sha256), {id: name, sha256});
          const found = await tried(running, progress, signal);
          await storage.transaction(async trx => {
            await clear(trx);
            await store.put(trx, {
              embedder: sha256,
              sha256,
              name,
              destination_id: null,
              url: null,
              key: null,
              fit: JSON.stringify(found),
              problem: null,
              chosen_by: actorId,
              chosen_at: clock.iso(),
              tested_at: clock.iso(),
            });
            await audit(trx, actorId, 'model.embedder_chosen', {name, sha256, url: null});
          });
          await changed();
          return told(name, found);
        },
      });
    },
    /** Declares its host by name of a person, keeps what was given, and begins the trial. */
    connect: async (input: ServerInput, actorId: string) => {
      tasks.refuseWhileBusy();
      await storage.transaction(async trx => {
        const old = await store.find(trx);
        await store.remove(trx);
        const place = placeOf(input.url);
        const before = old?.url ? placeOf(old.url) : null;
        const keptKey = JSON.stringify(before) === JSON.stringify(place) ? (old?.key ?? null) : null;
        const destinationId = await destinations.declare(trx, {
          ...place,
          region: input.region,
          private: input.private,
          categories: ['D1', 'D2'],
          owner: 'embedding-server',
          declaredBy: actorId,
          exception: input.exception,
          replaces: old?.destination_id ?? undefined,
        });
        const row = {name: input.model, sha256: null, url: input.url};
        await store.put(trx, {
          ...row,
          embedder: newId(),
          destination_id: destinationId,
          // a key never goes to another host than the one it was given for
          key: input.key === undefined ? keptKey : input.key,
          fit: null,
          problem: null,
          chosen_by: actorId,
          chosen_at: clock.iso(),
          tested_at: null,
        });
        await audit(trx, actorId, 'model.embedder_chosen', row);
      });
      await changed();
      return begin();
    },
    /** Told when a destination was agreed to. */
    opened: async (destinationId: string): Promise<void> => {
      if ((await find())?.destination_id !== destinationId) return;
      await (await begin())?.result.catch(() => undefined);
    },
    test: async () => {
      const row = await find();
      if (!row?.url) throw none();
      return startTest(row);
    },
    /** From then on passages are found by their words alone. */
    off: async (actorId: string): Promise<void> => {
      tasks.refuseWhileBusy('embedding-server');
      await storage.transaction(async trx => {
        const row = await clear(trx);
        if (!row) throw none();
        await audit(trx, actorId, 'model.embedder_off', row);
      });
      await changed();
    },
    close: loaded.close,
  };
};
export type Embedding = ReturnType<typeof createEmbedding>;
