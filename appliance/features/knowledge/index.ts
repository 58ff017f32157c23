import type {Locale} from '../../kit/schema.ts';
import type {Reader} from '../../storage/index.ts';
import {createDocuments, type DocumentDeps} from './documents.service.ts';
import {knowledgeRoutes} from './knowledge.routes.ts';
import {createKnowledgeStore} from './knowledge.store.ts';
import {createSearch} from './search.ts';
import {createWordIndex} from './word-index.ts';

export type KnowledgeDeps = DocumentDeps & {
  readers: {qualification: Reader; administration: Reader};
  /** Whether a text asks what something costs. */
  asksPrice: (text: string) => boolean;
};

export const createKnowledge = (deps: KnowledgeDeps) => {
  const {storage, readers, limit} = deps;
  const words = createWordIndex(storage);
  const shown = createKnowledgeStore(storage.personal, readers.administration);
  const quoted = createKnowledgeStore(storage.personal, readers.qualification);
  const documents = createDocuments(deps, shown, words);
  const tried = createSearch({storage, store: shown, words});
  return {
    /** The passage that answers a visitor's question, or none. */
    find: createSearch({storage, store: quoted, words}).find,
    /** Whether there is anything to quote. */
    hasAny: async (): Promise<boolean> => (await quoted.readyPassages(storage.db)) > 0,
    routes: knowledgeRoutes({
      documents,
      limit,
      explain: (question: {text: string; locale: Locale}) =>
        tried.explain({...question, price: deps.asksPrice(question.text)}),
    }),
    start: documents.start,
    stop: documents.stop,
  };
};
export type Knowledge = ReturnType<typeof createKnowledge>;
