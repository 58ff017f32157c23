import type {EmbeddingModel} from '../../adapters/llm/contract.ts';
import {AppError, isAppError} from '../../kit/errors.ts';
import type {Locale} from '../../kit/schema.ts';
import type {EmbedderRow} from './embedder.store.ts';
import type {ModelFiles} from './files.ts';
import {barOf, type Fit, fit} from './fit.ts';
import type {ModelsDeps, OpenedEmbedder} from './models.deps.ts';

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

const shutDown = () => new AppError('unavailable', 'models.shut_down', 'The appliance is shutting down.');
export const whyOf = (error: unknown): string =>
  isAppError(error) ? error.message : 'The trial failed. The appliance’s log has the reason.';
export const readFit = (row: EmbedderRow): Fit | null =>
  row.fit === null ? null : fit.parse(JSON.parse(row.fit));

/** What was chosen to find passages, loaded while it is chosen. */
export const createChosenEmbedder = (
  deps: Pick<ModelsDeps, 'openEmbedder' | 'server' | 'embedderChanged'> & {
    files: ModelFiles;
    find: () => Promise<EmbedderRow | undefined>;
  },
) => {
  const {files, find} = deps;
  /** What is loaded, by what it was loaded for. */
  let opened: {key: string; model: OpenedEmbedder} | undefined;
  let closed = false;

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

  return {
    open,
    letGo,
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
    close: async (): Promise<void> => {
      closed = true;
      await letGo();
    },
  };
};
