import {badModel, type GgufHeader} from './gguf.ts';

/** What the file of an instruct model says of itself. Sizes are in tokens and bytes. */
export type InstructSettings = {
  template: string;
  /** What one conversation may fill; never more than the model was trained for. */
  contextSize: number;
  /** Memory of one sequence when it is full. */
  bytesOfSequence: number;
};

/** Room for a playbook, what was said lately and a reply; more costs memory that another visitor's sequence could have. */
const largestContext = 4096;
const smallestContext = 512;

/** A file that can be talked to: whole, in one part, with a tokenizer and the chat template it was trained with. */
export const readInstruct = ({metadata}: GgufHeader): InstructSettings => {
  const architecture = metadata.get('general.architecture');
  const template = metadata.get('tokenizer.chat_template');
  if (typeof template !== 'string' || template.trim() === '')
    throw badModel(
      'The file is a GGUF model, but none this appliance has a use for: it has no chat template, as an instruct model ' +
        'has, and does not say how it pools, as an embedding model does. Import the “instruct” or “chat” version of it.',
    );
  if (Number(metadata.get('split.count') ?? 1) > 1)
    throw badModel(
      'The file is one part of a model in several. Join the parts with `llama-gguf-split --merge`, and import the whole.',
    );
  if (typeof architecture !== 'string' || !Array.isArray(metadata.get('tokenizer.ggml.tokens')))
    throw badModel('The model file names no architecture, or has no tokenizer.');
  const number = (key: string, otherwise: number) => {
    const value = metadata.get(`${architecture}.${key}`);
    const largest = Array.isArray(value) ? Math.max(0, ...value.map(Number)) : Number(value ?? otherwise);
    return Number.isFinite(largest) && largest > 0 ? largest : otherwise;
  };
  const trained = number('context_length', largestContext);
  if (trained < smallestContext)
    throw badModel(
      `The model reads ${trained} tokens at once; a conversation needs ${smallestContext} at least.`,
    );
  const heads = number('attention.head_count', 1);
  const width = number('attention.key_length', number('embedding_length', 4096) / heads);
  const keysAndValues = 2 * 2 * number('block_count', 32) * number('attention.head_count_kv', heads) * width;
  const contextSize = Math.min(largestContext, trained);
  return {template, contextSize, bytesOfSequence: keysAndValues * contextSize};
};

/**
 * How many conversations are evaluated side by side: as many as memory beside the model allows, at most two a core (they
 * share each pass over the weights, so more are worth having than there are cores), one at least and eight at most.
 */
export const sequencesFor = (
  {bytesOfSequence}: InstructSettings,
  {memory, modelSize, cores}: {memory: number; modelSize: number; cores: number},
): number => {
  const fit = Math.floor(((memory - modelSize) * 0.6) / bytesOfSequence);
  return Math.max(1, Math.min(8, cores * 2, fit));
};
