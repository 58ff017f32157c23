import type {EmbeddingModel} from '../../adapters/llm/contract.ts';
import type {Locale} from '../../kit/schema.ts';

/** The model chosen to find passages by their meaning. */
export type Embedder = {
  /** What its vectors are kept under: those of another key are of no use to it. */
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
