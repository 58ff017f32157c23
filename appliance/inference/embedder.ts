import type {Token} from 'node-llama-cpp';
import type {EmbedRequest} from '../adapters/llm/contract.ts';
import {prefixed, soundVectors} from '../adapters/llm/vectors.ts';
import {readEmbedding} from './embedding-settings.ts';
import type {GgufHeader} from './gguf.ts';
import {openLlama} from './native.ts';

/** Runs only in the inference process: everything here touches native code. */
export type Embedder = {
  embed: (request: EmbedRequest, signal: AbortSignal) => Promise<Float32Array[]>;
  close: () => Promise<void>;
};

/** A mark before the first token and one after the last, and one token that the library keeps free. */
const marks = 3;
/** Of a text without end, what lies behind these parts counts no more. */
const mostParts = 8;

export const createEmbedder = async (
  modelPath: string,
  header: GgufHeader,
  {threads}: {threads: number},
): Promise<Embedder> => {
  const {contextSize, family} = readEmbedding(header);
  const llama = await openLlama(threads);
  const model = await llama.loadModel({modelPath, gpuLayers: 0});
  // Attention goes both ways, so a text must be evaluated in one batch: batch and context are the same size.
  const context = await model.createEmbeddingContext({contextSize, batchSize: contextSize, threads});
  const room = contextSize - marks;

  const partsOf = (text: string): Token[][] => {
    // what looks like a mark of the model's own is read as the letters it is made of
    const read = model.tokenize(text, false);
    const tokens = read.length > 0 ? read : model.tokenize('.', false);
    const count = Math.min(mostParts, Math.max(1, Math.ceil(tokens.length / room)));
    return Array.from({length: count}, (_, i) => tokens.slice(i * room, (i + 1) * room));
  };
  const vectorOf = async (text: string, signal: AbortSignal): Promise<Float32Array> => {
    const vectors: Float32Array[] = [];
    for (const part of partsOf(text)) {
      signal.throwIfAborted();
      const {vector} = await context.getEmbeddingFor(part);
      // a part that says nothing takes nothing from the others
      vectors.push(...(vector.some(value => value !== 0) ? soundVectors([vector], 1) : []));
    }
    const [first = new Float32Array(model.embeddingVectorSize)] = vectors;
    return first.map((_, i) => vectors.reduce((sum, one) => sum + (one[i] ?? 0), 0));
  };

  return {
    embed: async (request, signal) => {
      const vectors: Float32Array[] = [];
      for (const text of prefixed(family, request)) vectors.push(await vectorOf(text, signal));
      return vectors;
    },
    close: async () => {
      await context.dispose();
      await llama.dispose();
    },
  };
};
