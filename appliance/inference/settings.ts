import {z} from 'zod';
import {spanFields} from '../adapters/llm/contract.ts';
import {defaultThresholds, type Thresholds} from './decode.ts';
import {badModel, type GgufHeader} from './gguf.ts';
import {defaultRoom, type Room} from './sequence.ts';
import {createVocabulary, type Vocabulary} from './vocabulary.ts';

export type Settings = {room: Room; thresholds: Thresholds; vocabulary: Vocabulary};

const size = z.number().int().min(16).max(4096);
const share = z.number().min(0).max(1);
const labelling = z.object({
  version: z.literal(1),
  room: z.object({context: size, message: size}).default(defaultRoom),
  thresholds: z
    .object({
      intent: share,
      authority: share,
      span: share,
      spans: z.partialRecord(z.enum(spanFields), share).default(defaultThresholds.spans),
      sign: share.default(defaultThresholds.sign),
      intentSign: share.default(defaultThresholds.intentSign),
      authoritySign: share.default(defaultThresholds.authoritySign),
    })
    .default(defaultThresholds),
});

/** The file says itself how it is to be read; a file that does not is no labelling model. */
export const readSettings = (header: GgufHeader): Settings => {
  const described = header.metadata.get('crowlit.labelling');
  const tokens = header.metadata.get('tokenizer.ggml.tokens');
  if (typeof described !== 'string' || !Array.isArray(tokens))
    throw badModel('The file is a GGUF model, but not a labelling model of this appliance.');
  try {
    const {room, thresholds} = labelling.parse(JSON.parse(described));
    return {room, thresholds, vocabulary: createVocabulary(tokens.map(String))};
  } catch {
    throw badModel(
      'The model’s description of its labels is damaged, or of a version this appliance cannot read.',
    );
  }
};
