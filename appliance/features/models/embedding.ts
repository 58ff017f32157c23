import type {EmbeddingModel} from '../../adapters/llm/contract.ts';
import {AppError, isAppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Transaction} from '../../storage/index.ts';
import {createEmbedderStore, type EmbedderRow} from './embedder.store.ts';
import type {ModelFiles} from './files.ts';
import {barOf, type Fit, fit, fitOf, languagesOf, textsToFit} from './fit.ts';
import type {ModelsDeps, OpenedEmbedder} from './models.deps.ts';
import type {Embedder, Model, ServerInput} from './models.schema.ts';
import {placeOf} from './urls.ts';
import type {Tasks} from './tasks.ts';

/** The model that finds passages, as the knowledge asks it. */
export type ChosenEmbedder = {
  key: string;
  name: string;
  /** In a process on this machine, not on a server. */
  here: boolean;
  /** How near a passage must be to be quoted; null where the model tells nothing apart. */
  bar: (question: Locale, passage: Locale) => number | null;
  /** Why nothing can be asked at present. */
  problem: string | null;
  embed: EmbeddingModel['embed'] | null;
};

const none = () =>
  new AppError('not_found', 'models.no_embedder', 'No model finds passages. Choose one first.');
const shutDown = () => new AppError('unavailable', 'models.shut_down', 'The appliance is shutting down.');
const whyOf = (error: unknown): string =>
  isAppError(error) ? error.message : 'The trial failed. The appliance’s log has the reason.';
const readFit = (row: EmbedderRow): Fit | null => (row.fit === null ? null : fit.parse(JSON.parse(row.fit)));

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
  /** What is loaded, by what it was loaded for. */
  let opened: {key: string; model: OpenedEmbedder} | undefined;
  let closed = false;

  const find = () => store.find(storage.db);
  const open = (row: EmbedderRow): OpenedEmbedder => {
    const {sha256, url, destination_id: destinationId, name} = row;
    if (sha256 !== null) {
      if (!files.isPresent(sha256))
        throw new AppError('conflict', 'models.file_gone', `The file of ${name} is not on this machine.`);
      return deps.openEmbedder(files.fileOf(sha256), {id: name, sha256});
    }
    const apiKey = async () => (await find())?.key ?? null;
    return deps.server.openEmbedder({
      url: url ?? '',
      model: name,
      destinationId: destinationId ?? '',
      apiKey,
    });
  };
  const letGo = async (): Promise<void> => {
    const last = opened;
    opened = undefined;
    await last?.model.close();
  };
  const use = (row: EmbedderRow): OpenedEmbedder => {
    if (opened?.key !== row.embedder) {
      void letGo();
      opened = {key: row.embedder, model: open(row)};
      opened.model.onState?.(state => state === 'ready' && deps.embedderChanged());
    }
    return opened.model;
  };
  /** Nobody is made to wait for what is not loaded. */
  const problemOf = (model: OpenedEmbedder): string | null => {
    const status = model.status?.();
    if (!status || status.state === 'ready') return null;
    return status.problem?.message ?? 'It is being loaded.';
  };

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
    await letGo();
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
          const found = await tried(open(row), progress, signal);
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

  return {
    /** Asked for with each question: another node may have chosen another one. */
    chosen: async (): Promise<ChosenEmbedder | null> => {
      if (closed) throw shutDown();
      const row = await find();
      if (closed) throw shutDown();
      if (!row) {
        void letGo();
        return null;
      }
      const known = readFit(row);
      const {embedder: key, name} = row;
      const here = row.sha256 !== null;
      if (known === null) {
        const problem = row.problem ?? 'It was not tried to the end. Try it on the Models page.';
        return {key, name, here, bar: () => null, problem, embed: null};
      }
      const bar = (question: Locale, passage: Locale) => barOf(known, question, passage);
      try {
        const model = use(row);
        const problem = problemOf(model);
        return {key, name, here, bar, problem, embed: problem === null ? model.embed : null};
      } catch (error) {
        return {key, name, here, bar, problem: whyOf(error), embed: null};
      }
    },
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
        const old = await clear(trx);
        const place = placeOf(input.url);
        const before = old?.url ? placeOf(old.url) : null;
        const keptKey = JSON.stringify(before) === JSON.stringify(place) ? (old?.key ?? null) : null;
        const destinationId = await destinations.declare(trx, {
          ...place,
          region: input.region,
          private: input.private,
          categories: ['D1', 'D2'],
          owner: 'embedding-server',
          approvedBy: actorId,
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
      const row = await find();
      if (!row) throw none();
      return startTest(row);
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
    close: async (): Promise<void> => {
      closed = true;
      await letGo();
    },
  };
};
export type Embedding = ReturnType<typeof createEmbedding>;
