/**
 * Embedding models with weights written by hand or by chance, in three architectures: what is tested with them is the path a
 * real one takes. With `concepts`, words of one concept lie on one axis, so that it is known which texts are near.
 */
import {type GgufEntry, type WeightTensor, writeGguf} from './gguf-writer.ts';
import {byteLevelTokenizer} from './small-tokenizers.ts';

export type EmbedderFamily = 'bert' | 'nomic-bert' | 'llama';
export const embedderFamilies: readonly EmbedderFamily[] = ['bert', 'nomic-bert', 'llama'];
/** Words as they are compared: lower case, without accents. Plain ones mean nothing. */
export type Concepts = {axes: readonly (readonly string[])[]; plain: readonly string[]};

const width = 64;
const inner = 96;
const layers = 2;
const heads = 4;
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'.split('');
/** Two by two, so that words of like letters are not alike. */
const pairs = letters.flatMap(one => letters.map(other => one + other));
const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

const chance = (seed: number) => {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32 - 0.5;
  };
};

/** WordPiece: words of the concepts whole, every other one by pairs of letters. */
const wordPieces = ({axes, plain}: Concepts) => {
  const whole = [...new Set([...axes.flat(), ...plain])];
  const marks = '.,:;!?\'"()-'.split('');
  // a word of one letter is a letter, too: the library takes no token twice
  const tokens = [
    ...new Set([
      ...special,
      ...[...whole, ...marks].map(word => `▁${word}`),
      ...[...letters, ...pairs].flatMap(piece => [`▁${piece}`, piece]),
    ]),
  ];
  const id = (name: string) => ({type: 'u32' as const, value: special.indexOf(name)});
  const metadata: Record<string, GgufEntry> = {
    'tokenizer.ggml.model': {type: 'string', value: 'bert'},
    'tokenizer.ggml.pre': {type: 'string', value: 'default'},
    'tokenizer.ggml.tokens': {type: 'strings', value: tokens},
    'tokenizer.ggml.token_type': {
      type: 'i32s',
      value: tokens.map((_, i) => (i === 1 ? 2 : i < special.length ? 3 : 1)),
    },
    'tokenizer.ggml.token_type_count': {type: 'u32', value: 2},
    'tokenizer.ggml.padding_token_id': id('[PAD]'),
    'tokenizer.ggml.unknown_token_id': id('[UNK]'),
    'tokenizer.ggml.bos_token_id': id('[CLS]'),
    'tokenizer.ggml.cls_token_id': id('[CLS]'),
    'tokenizer.ggml.eos_token_id': id('[SEP]'),
    'tokenizer.ggml.seperator_token_id': id('[SEP]'),
    'tokenizer.ggml.mask_token_id': id('[MASK]'),
  };
  return {tokens, metadata};
};

/** A concept's words are one axis, letters point anywhere else, plain words and marks nowhere. */
const meant = ({axes, plain}: Concepts, tokens: readonly string[], random: () => number): Float32Array => {
  const values = new Float32Array(tokens.length * width);
  const axisOf = new Map(
    axes.flatMap((words, axis) => words.map((word): [string, number] => [`▁${word}`, axis])),
  );
  const isPlain = new Set(plain.map(word => `▁${word}`));
  const byPiece = new Map(
    [...letters, ...pairs].map(piece => [piece, Array.from({length: width - axes.length}, random)]),
  );
  tokens.forEach((token, i) => {
    const axis = axisOf.get(token);
    if (axis !== undefined) values[i * width + axis] = 1;
    else if (!isPlain.has(token))
      byPiece.get(token.replace('▁', ''))?.forEach((value, at) => {
        values[i * width + axes.length + at] = value;
      });
  });
  return values;
};

const bert = (family: 'bert' | 'nomic-bert', tokens: number, context: number): [string, number[]][] => {
  const both = (name: string, shape: number[]): [string, number[]][] => [
    [`${name}.weight`, shape],
    [`${name}.bias`, shape.slice(-1)],
  ];
  const layer: [string, number[]][] = [
    ...(family === 'bert'
      ? ['attn_q', 'attn_k', 'attn_v', 'attn_output'].flatMap(name => both(name, [width, width]))
      : ([
          ['attn_qkv.weight', [width, 3 * width]],
          ['attn_output.weight', [width, width]],
          ['ffn_gate.weight', [width, inner]],
          ['ffn_up.weight', [width, inner]],
          ['ffn_down.weight', [inner, width]],
        ] as [string, number[]][])),
    ...(family === 'bert' ? [...both('ffn_up', [width, inner]), ...both('ffn_down', [inner, width])] : []),
    ...both('attn_output_norm', [width]),
    ...both('layer_output_norm', [width]),
  ];
  return [
    ['token_embd.weight', [width, tokens]],
    ['token_types.weight', [width, 2]],
    ...(family === 'bert' ? ([['position_embd.weight', [width, context]]] as [string, number[]][]) : []),
    ...both('token_embd_norm', [width]),
    ...Array.from({length: layers}, (_, i) =>
      layer.map(([name, shape]): [string, number[]] => [`blk.${i}.${name}`, shape]),
    ).flat(),
  ];
};
const llama = (tokens: number): [string, number[]][] => [
  ['token_embd.weight', [width, tokens]],
  ['output_norm.weight', [width]],
  ...Array.from({length: layers}, (_, i) =>
    (
      [
        ['attn_norm.weight', [width]],
        ['ffn_norm.weight', [width]],
        ['attn_q.weight', [width, width]],
        ['attn_k.weight', [width, width]],
        ['attn_v.weight', [width, width]],
        ['attn_output.weight', [width, width]],
        ['ffn_gate.weight', [width, inner]],
        ['ffn_up.weight', [width, inner]],
        ['ffn_down.weight', [inner, width]],
      ] as [string, number[]][]
    ).map(([name, shape]): [string, number[]] => [`blk.${i}.${name}`, shape]),
  ).flat(),
];

const none: Concepts = {axes: [], plain: ['the', 'we']};

export const smallEmbedder = ({
  family = 'bert',
  name = `small-${family}`,
  concepts,
  seed = 1,
  context = 128,
  pooling = 1,
}: {
  family?: EmbedderFamily;
  name?: string;
  /** Without any, all weights are random. With them only `bert`, whose layers then add nothing. */
  concepts?: Concepts;
  seed?: number;
  context?: number;
  /** llama.cpp's numbers: 1 the mean, 2 the first token, 3 the last one, 4 a rank. */
  pooling?: number;
} = {}): Buffer => {
  const random = chance(seed);
  const pieces = wordPieces(concepts ?? none);
  const tokenizer =
    family === 'llama'
      ? byteLevelTokenizer({
          pre: 'llama-bpe',
          special: ['<|begin_of_text|>', '<|eot_id|>'],
          bos: true,
          atLeast: 0,
        })
      : {size: pieces.tokens.length, metadata: pieces.metadata};
  const shapes = family === 'llama' ? llama(tokenizer.size) : bert(family, tokenizer.size, context);
  const tensors: WeightTensor[] = shapes.map(([tensor, shape]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const isNorm = tensor.includes('norm') && tensor.endsWith('.weight');
    const values = isNorm
      ? new Float32Array(count).fill(1)
      : concepts
        ? tensor === 'token_embd.weight'
          ? meant(concepts, pieces.tokens, random)
          : new Float32Array(count)
        : Float32Array.from({length: count}, () => random() * (4 / Math.sqrt(shape[0] ?? 1)));
    return {name: tensor, shape, values};
  });
  const number = (key: string, value: number): [string, GgufEntry] => [
    `${family}.${key}`,
    {type: 'u32', value},
  ];
  const real = (key: string, value: number): [string, GgufEntry] => [
    `${family}.${key}`,
    {type: 'f32', value},
  ];
  return writeGguf(
    {
      'general.architecture': {type: 'string', value: family},
      'general.name': {type: 'string', value: name},
      ...Object.fromEntries([
        number('block_count', layers),
        number('context_length', context),
        number('embedding_length', width),
        number('feed_forward_length', inner),
        number('attention.head_count', heads),
        number('attention.head_count_kv', heads),
        number('pooling_type', pooling),
        real('attention.layer_norm_epsilon', 1e-12),
        real('attention.layer_norm_rms_epsilon', 1e-5),
        number('rope.dimension_count', width / heads),
        real('rope.freq_base', 10_000),
        number('vocab_size', tokenizer.size),
      ]),
      ...(family === 'llama'
        ? {}
        : {[`${family}.attention.causal`]: {type: 'bool', value: false} as GgufEntry}),
      ...tokenizer.metadata,
    },
    tensors,
    'f32',
  );
};
