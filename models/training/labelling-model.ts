import {byteTokens, reservedTokens} from '../../appliance/inference/vocabulary.ts';
import {contextSizeFor, type Room} from '../../appliance/inference/sequence.ts';
import {defaultThresholds, type Thresholds} from '../../appliance/inference/decode.ts';
import {type GgufEntry, type WeightFormat, type WeightTensor, writeGguf} from './gguf-writer.ts';

/**
 * The labelling model's shape. `llada` is llama.cpp's llama with attention in both directions and no cache: every word
 * sees the whole message, and one pass labels all of it.
 */
export type Shape = {width: number; layers: number; heads: number; inner: number};
export type Labelling = {version: 1; room: Room; thresholds: Thresholds};

export const tensorShapes = (shape: Shape, vocabularySize: number): {name: string; shape: number[]}[] => [
  {name: 'token_embd.weight', shape: [shape.width, vocabularySize]},
  {name: 'output_norm.weight', shape: [shape.width]},
  ...Array.from({length: shape.layers}, (_, layer) =>
    (
      [
        ['attn_norm', [shape.width]],
        ['attn_q', [shape.width, shape.width]],
        ['attn_k', [shape.width, shape.width]],
        ['attn_v', [shape.width, shape.width]],
        ['attn_output', [shape.width, shape.width]],
        ['ffn_norm', [shape.width]],
        ['ffn_gate', [shape.width, shape.inner]],
        ['ffn_up', [shape.width, shape.inner]],
        ['ffn_down', [shape.inner, shape.width]],
      ] as [string, number[]][]
    ).map(([name, size]) => ({name: `blk.${layer}.${name}.weight`, shape: size})),
  ).flat(),
];

const tokenType = (index: number): number => {
  if (index === 0) return 2;
  if (index < reservedTokens.length) return 3;
  return index < reservedTokens.length + byteTokens.length ? 6 : 1;
};

const metadataOf = (
  name: string,
  shape: Shape,
  pieces: readonly string[],
  labelling: Labelling,
): Record<string, GgufEntry> => {
  const tokens = [...reservedTokens, ...byteTokens, ...pieces];
  return {
    'general.architecture': {type: 'string', value: 'llada'},
    'general.name': {type: 'string', value: name},
    'crowlit.labelling': {type: 'string', value: JSON.stringify(labelling)},
    'llada.block_count': {type: 'u32', value: shape.layers},
    'llada.context_length': {type: 'u32', value: contextSizeFor(labelling.room)},
    'llada.embedding_length': {type: 'u32', value: shape.width},
    'llada.feed_forward_length': {type: 'u32', value: shape.inner},
    'llada.attention.head_count': {type: 'u32', value: shape.heads},
    'llada.attention.head_count_kv': {type: 'u32', value: shape.heads},
    'llada.attention.layer_norm_rms_epsilon': {type: 'f32', value: 1e-5},
    'llada.rope.dimension_count': {type: 'u32', value: shape.width / shape.heads},
    'llada.rope.freq_base': {type: 'f32', value: 10_000},
    'llada.vocab_size': {type: 'u32', value: tokens.length},
    'tokenizer.ggml.model': {type: 'string', value: 'llama'},
    'tokenizer.ggml.pre': {type: 'string', value: 'default'},
    'tokenizer.ggml.tokens': {type: 'strings', value: tokens},
    'tokenizer.ggml.scores': {type: 'f32s', value: tokens.map((_, i) => -i)},
    'tokenizer.ggml.token_type': {type: 'i32s', value: tokens.map((_, i) => tokenType(i))},
    'tokenizer.ggml.unknown_token_id': {type: 'u32', value: 0},
    'tokenizer.ggml.bos_token_id': {type: 'u32', value: 1},
    'tokenizer.ggml.eos_token_id': {type: 'u32', value: 2},
    'tokenizer.ggml.add_bos_token': {type: 'bool', value: false},
    'tokenizer.ggml.add_eos_token': {type: 'bool', value: false},
    'tokenizer.ggml.add_space_prefix': {type: 'bool', value: false},
  };
};

export type LabellingModel = {
  name: string;
  shape: Shape;
  pieces: readonly string[];
  labelling: Labelling;
  weights: (name: string, count: number) => Float32Array;
};

export const writeLabellingModel = (model: LabellingModel, format: WeightFormat): Buffer => {
  const size = reservedTokens.length + byteTokens.length + model.pieces.length;
  const tensors: WeightTensor[] = tensorShapes(model.shape, size).map(({name, shape}) => ({
    name,
    shape,
    values: model.weights(
      name,
      shape.reduce((product, length) => product * length, 1),
    ),
  }));
  return writeGguf(metadataOf(model.name, model.shape, model.pieces, model.labelling), tensors, format);
};

/** Weights nobody trained: what such a model says is noise, and even noise must not become an invented fact. */
export const randomLabellingModel = (seed = 1): Buffer => {
  let state = seed >>> 0 || 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789.,!?@-/+€$'.split('');
  return writeLabellingModel(
    {
      name: `random-${seed}`,
      shape: {width: 32, layers: 2, heads: 2, inner: 64},
      pieces: letters.flatMap(letter => [`▁${letter}`, letter]),
      labelling: {
        version: 1,
        room: {context: 112, message: 384},
        thresholds: {...defaultThresholds, span: 0},
      },
      weights: (name, count) =>
        Float32Array.from({length: count}, () => (name.includes('norm') ? 1 : (random() - 0.5) * 1.2)),
    },
    'f32',
  );
};
