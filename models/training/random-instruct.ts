/**
 * Instruct models with weights nobody trained, in several architectures, each with a tokenizer and the chat template its
 * family uses: what is tested with them is the path a real one takes, never how well a model answers.
 */
import {type GgufEntry, type WeightFormat, type WeightTensor, writeGguf} from './gguf-writer.ts';
import {byteLevelTokenizer, sentencePieceTokenizer, type Tokenizer} from './small-tokenizers.ts';

export type Family = 'llama' | 'qwen2' | 'gemma' | 'phi3';
export const families: readonly Family[] = ['llama', 'qwen2', 'gemma', 'phi3'];
export type InstructShape = {
  width: number;
  layers: number;
  heads: number;
  /** Heads of keys and values: fewer than `heads` where several queries share one. */
  keyHeads: number;
  inner: number;
  context: number;
  /** Tokens at least; the tokenizer is filled up with words that no text is cut into. */
  vocabulary: number;
};
const smallShape: InstructShape = {
  width: 64,
  layers: 2,
  heads: 4,
  keyHeads: 2,
  inner: 96,
  context: 2048,
  vocabulary: 0,
};

const chatMl =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
const llama3 =
  "{% for message in messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + " +
  "message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}" +
  "{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";
const gemma =
  "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" +
  "{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}" +
  "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}" +
  "{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}" +
  "{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}";
const phi3 =
  "{% for message in messages %}{{'<|' + message['role'] + '|>\n' + message['content'] + '<|end|>\n'}}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}";

const familyOf: Record<Family, {template: string; tokenizer: (atLeast: number) => Tokenizer}> = {
  llama: {
    template: llama3,
    tokenizer: atLeast =>
      byteLevelTokenizer({
        pre: 'llama-bpe',
        special: ['<|begin_of_text|>', '<|eot_id|>', '<|start_header_id|>', '<|end_header_id|>'],
        bos: true,
        atLeast,
      }),
  },
  qwen2: {
    template: chatMl,
    tokenizer: atLeast =>
      byteLevelTokenizer({
        pre: 'qwen2',
        special: ['<|endoftext|>', '<|im_end|>', '<|im_start|>'],
        bos: false,
        atLeast,
      }),
  },
  gemma: {
    template: gemma,
    tokenizer: atLeast =>
      sentencePieceTokenizer({
        special: ['<pad>', '<eos>', '<bos>', '<start_of_turn>', '<end_of_turn>'],
        bos: 2,
        eos: 1,
        atLeast,
      }),
  },
  phi3: {
    template: phi3,
    tokenizer: atLeast =>
      sentencePieceTokenizer({
        special: [
          '<pad>',
          '<s>',
          '<|endoftext|>',
          '<|end|>',
          '</s>',
          '<|system|>',
          '<|user|>',
          '<|assistant|>',
        ],
        bos: 1,
        eos: 2,
        userDefinedFrom: 5,
        atLeast,
      }),
  },
};

const tensorShapes = (family: Family, shape: InstructShape, tokens: number): [string, number[]][] => {
  const {width, inner} = shape;
  const keys = (width / shape.heads) * shape.keyHeads;
  const apart: [string, number[]][] = [
    ['attn_q.weight', [width, width]],
    ['attn_k.weight', [width, keys]],
    ['attn_v.weight', [width, keys]],
    ['ffn_gate.weight', [width, inner]],
    ['ffn_up.weight', [width, inner]],
  ];
  const fused: [string, number[]][] = [
    ['attn_qkv.weight', [width, width + 2 * keys]],
    ['ffn_up.weight', [width, 2 * inner]],
  ];
  const biases: [string, number[]][] = [
    ['attn_q.bias', [width]],
    ['attn_k.bias', [keys]],
    ['attn_v.bias', [keys]],
  ];
  const layer: [string, number[]][] = [
    ['attn_norm.weight', [width]],
    ['ffn_norm.weight', [width]],
    ['attn_output.weight', [width, width]],
    ['ffn_down.weight', [inner, width]],
    ...(family === 'phi3' ? fused : apart),
    ...(family === 'qwen2' ? biases : []),
  ];
  return [
    ['token_embd.weight', [width, tokens]],
    ['output_norm.weight', [width]],
    ...(family === 'phi3' ? ([['output.weight', [width, tokens]]] as [string, number[]][]) : []),
    ...Array.from({length: shape.layers}, (_, i) =>
      layer.map(([name, size]): [string, number[]] => [`blk.${i}.${name}`, size]),
    ).flat(),
  ];
};

const metadataOf = (
  family: Family,
  name: string,
  shape: InstructShape,
  tokenizer: Tokenizer,
): Record<string, GgufEntry> => ({
  'general.architecture': {type: 'string', value: family},
  'general.name': {type: 'string', value: name},
  [`${family}.block_count`]: {type: 'u32', value: shape.layers},
  [`${family}.context_length`]: {type: 'u32', value: shape.context},
  [`${family}.embedding_length`]: {type: 'u32', value: shape.width},
  [`${family}.feed_forward_length`]: {type: 'u32', value: shape.inner},
  [`${family}.attention.head_count`]: {type: 'u32', value: shape.heads},
  [`${family}.attention.head_count_kv`]: {type: 'u32', value: shape.keyHeads},
  [`${family}.attention.key_length`]: {type: 'u32', value: shape.width / shape.heads},
  [`${family}.attention.value_length`]: {type: 'u32', value: shape.width / shape.heads},
  [`${family}.attention.layer_norm_rms_epsilon`]: {type: 'f32', value: 1e-5},
  [`${family}.rope.dimension_count`]: {type: 'u32', value: shape.width / shape.heads},
  [`${family}.rope.freq_base`]: {type: 'f32', value: 10_000},
  [`${family}.rope.scaling.original_context_length`]: {type: 'u32', value: shape.context},
  [`${family}.vocab_size`]: {type: 'u32', value: tokenizer.size},
  ...tokenizer.metadata,
  'tokenizer.chat_template': {type: 'string', value: familyOf[family].template},
});

/** The tokens that mean more than their letters: what a visitor types must never become one. */
export const controlTokens = (family: Family): number[] => familyOf[family].tokenizer(0).control;

export const randomInstructModel = ({
  family,
  seed = 1,
  shape = smallShape,
  format = 'f32',
}: {
  family: Family;
  seed?: number;
  shape?: InstructShape;
  format?: WeightFormat;
}): Buffer => {
  let state = seed >>> 0 || 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const tokenizer = familyOf[family].tokenizer(shape.vocabulary);
  // Gemma multiplies it by the root of its width, and would else say its last word again and again.
  const embedding = family === 'gemma' ? 0.5 / shape.width : 4 / Math.sqrt(shape.width);
  // Matrices of one size share one table of numbers: what a large model of random weights is for is its speed.
  const tables = new Map<string, Float32Array>();
  const valuesOf = (name: string, size: number[]): Float32Array => {
    const count = size.reduce((product, length) => product * length, 1);
    if (name.includes('norm')) return new Float32Array(count).fill(1);
    const key = shape === smallShape ? name : String(count);
    const known = tables.get(key);
    if (known) return known;
    const matrix = name === 'token_embd.weight' ? embedding : 4 / Math.sqrt(size[0] ?? 1);
    const reach = size.length === 1 ? 0.1 : matrix;
    const made = Float32Array.from({length: count}, () => (random() - 0.5) * reach);
    tables.set(key, made);
    return made;
  };
  const tensors: WeightTensor[] = tensorShapes(family, shape, tokenizer.size).map(([name, size]) => ({
    name,
    shape: size,
    values: valuesOf(name, size),
  }));
  return writeGguf(metadataOf(family, `random-${family}-${seed}`, shape, tokenizer), tensors, format);
};
