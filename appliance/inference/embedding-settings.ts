import {badModel, type GgufHeader} from './gguf.ts';

/** What the file of an embedding model says of itself. */
export type EmbeddingSettings = {
  /** Tokens of one text: more is read in parts. */
  contextSize: number;
  /** Bytes it needs beside its weights. */
  bytes: number;
  /** Its architecture and its name, which tell what was written before its texts in training. */
  family: string;
};

/** A passage has a few hundred tokens; attention both ways costs their square. */
const largestContext = 512;
const smallestContext = 32;
/** llama.cpp's numbers: the mean of all tokens, the first one, the last one; and a score for two texts. */
const pools = [1, 2, 3];
const ranks = 4;

const poolingOf = ({metadata}: GgufHeader): number =>
  Number(metadata.get(`${String(metadata.get('general.architecture'))}.pooling_type`) ?? 0);

/** It says how the vectors of its tokens become one for the text. */
export const isEmbedding = (header: GgufHeader): boolean => poolingOf(header) !== 0;

export const readEmbedding = (header: GgufHeader): EmbeddingSettings => {
  const {metadata} = header;
  const pooling = poolingOf(header);
  if (pooling === ranks)
    throw badModel('The file is a model that ranks texts. Import an embedding model, which makes vectors.');
  if (!pools.includes(pooling)) throw badModel(`The model pools in a way that is not known (${pooling}).`);
  const architecture = String(metadata.get('general.architecture'));
  if (!Array.isArray(metadata.get('tokenizer.ggml.tokens'))) throw badModel('The model has no tokenizer.');
  const number = (key: string, otherwise: number): number => {
    const value = Number(metadata.get(`${architecture}.${key}`) ?? otherwise);
    return Number.isFinite(value) && value > 0 ? value : otherwise;
  };
  const contextSize = Math.min(largestContext, number('context_length', largestContext));
  if (contextSize < smallestContext)
    throw badModel(
      `The model reads ${contextSize} tokens at once; a passage needs ${smallestContext} at least.`,
    );
  const attention = contextSize ** 2 * number('attention.head_count', 12);
  const activations = contextSize * number('embedding_length', 1024) * 16;
  return {
    contextSize,
    bytes: 4 * (attention + activations),
    family: `${architecture} ${String(metadata.get('general.name') ?? '')}`,
  };
};
