import {mask} from '../../kit/mask.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Reader} from '../../storage/index.ts';
import {createDocuments, type DocumentDeps} from './documents.service.ts';
import type {Embedder} from './embedder.ts';
import {createIndexing} from './indexing.ts';
import {knowledgeRoutes} from './knowledge.routes.ts';
import {createKnowledgeStore} from './knowledge.store.ts';
import {createMeaning} from './meaning.ts';
import {createSearch} from './search.ts';
import {createVectorIndex} from './vector-index.ts';
import {createVectorStore} from './vectors.store.ts';
import {createWordIndex} from './word-index.ts';

export type KnowledgeDeps = Omit<DocumentDeps, 'onReady' | 'onRemoved'> & {
  readers: {qualification: Reader; administration: Reader};
  /** Whether a text asks what something costs. */
  asksPrice: (text: string) => boolean;
  /** The model that finds passages by their meaning; null while none is chosen. */
  embedder: () => Promise<Embedder | null>;
  /** Bytes of vectors held in memory. */
  vectorMemory?: number | undefined;
  /** How long a question may wait for its meaning. */
  patienceMs?: number | undefined;
};

export const createKnowledge = (deps: KnowledgeDeps) => {
  const {storage, readers, limit} = deps;
  const words = createWordIndex(storage);
  const shown = createKnowledgeStore(storage.personal, readers.administration);
  const quoted = createKnowledgeStore(storage.personal, readers.qualification);
  const vectors = createVectorStore(storage.personal, readers.qualification);
  const meaning = createMeaning({
    ...deps,
    store: vectors,
    index: createVectorIndex({bytes: deps.vectorMemory ?? 256 << 20}),
    patienceMs: deps.patienceMs ?? 1500,
  });
  const indexing = createIndexing({...deps, store: vectors, meaning});
  const documents = createDocuments(
    {...deps, onReady: indexing.wake, onRemoved: meaning.forget},
    {store: shown, words, vectors},
  );
  const tried = createSearch({storage, store: shown, words, meaning});
  return {
    /** The passage that answers a visitor's question, or none. */
    find: createSearch({storage, store: quoted, words, meaning}).find,
    /** Whether there is anything to quote. */
    hasAny: async (): Promise<boolean> => (await quoted.readyPassages(storage.db)) > 0,
    /** Another model was chosen to find passages, or none. */
    embedderChanged: indexing.wake,
    routes: knowledgeRoutes({
      documents,
      limit,
      meaning: async () => {
        const progress = await indexing.progress();
        return progress && {...progress, beyond: meaning.beyond()};
      },
      // as a visitor's is before it goes anywhere
      explain: ({text, locale}: {text: string; locale: Locale}) =>
        tried.explain({text: mask(text), locale, price: deps.asksPrice(text)}),
    }),
    start: async (): Promise<void> => {
      await documents.start();
      indexing.wake();
    },
    stop: async (): Promise<void> => {
      await indexing.stop();
      await documents.stop();
    },
  };
};
export type Knowledge = ReturnType<typeof createKnowledge>;
