/** Tokenizers of a few hundred tokens, in the two kinds that nearly every model has: enough to write any text. */
import {byteTokens, unitStart} from '../../appliance/inference/vocabulary.ts';
import type {GgufEntry} from './gguf-writer.ts';

export type Tokenizer = {size: number; control: number[]; metadata: Record<string, GgufEntry>};

const normal = 1;
const unknown = 2;
const control = 3;
const userDefined = 4;
const byte = 6;
const filler = (from: number, atLeast: number) =>
  Array.from({length: Math.max(0, atLeast - from)}, (_, i) => `filler${from + i}`);

/** The character that stands for each byte in GPT-2's scheme: printable ones for themselves, the rest moved up. */
const byteCharacters = (): string[] => {
  let moved = 0;
  return Array.from({length: 256}, (_, code) => {
    const printable = (code >= 33 && code <= 126) || (code >= 161 && code <= 172) || code >= 174;
    return String.fromCodePoint(printable ? code : 256 + moved++);
  });
};

const merges = [
  'Ġ t',
  'h e',
  'i n',
  'e r',
  'a n',
  'o n',
  'Ġ a',
  'Ġ w',
  'e n',
  'Ġt he',
  'Ġa n',
  'in g',
  'o u',
];

/** Byte-level BPE. `special[0]` begins a text or ends it, `special[1]` ends a turn. */
export const byteLevelTokenizer = ({
  pre,
  special,
  bos,
  atLeast,
}: {
  pre: string;
  special: string[];
  bos: boolean;
  atLeast: number;
}): Tokenizer => {
  const pieces = [...byteCharacters(), ...merges.map(merge => merge.replace(' ', ''))];
  const known = [...pieces, ...special];
  const tokens = [...known, ...filler(known.length, atLeast)];
  const typeOf = (i: number) => (i >= pieces.length && i < known.length ? control : normal);
  return {
    size: tokens.length,
    control: special.map((_, i) => pieces.length + i),
    metadata: {
      'tokenizer.ggml.model': {type: 'string', value: 'gpt2'},
      'tokenizer.ggml.pre': {type: 'string', value: pre},
      'tokenizer.ggml.tokens': {type: 'strings', value: tokens},
      'tokenizer.ggml.token_type': {type: 'i32s', value: tokens.map((_, i) => typeOf(i))},
      'tokenizer.ggml.merges': {type: 'strings', value: merges},
      'tokenizer.ggml.bos_token_id': {type: 'u32', value: pieces.length},
      'tokenizer.ggml.eos_token_id': {type: 'u32', value: pieces.length + 1},
      'tokenizer.ggml.add_bos_token': {type: 'bool', value: bos},
    },
  };
};

const letters =
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?@-/+€$"\'()[]{}<>|_'.split('');

/** SentencePiece with a token a byte to fall back on. */
export const sentencePieceTokenizer = ({
  special,
  bos,
  eos,
  userDefinedFrom = special.length,
  atLeast,
}: {
  special: string[];
  bos: number;
  eos: number;
  /** From this one on, the special tokens are of the kind that a tokenizer finds in any text. */
  userDefinedFrom?: number;
  atLeast: number;
}): Tokenizer => {
  const pieces = [unitStart, ...letters, ...['the', 'we', 'are', 'people'].map(word => unitStart + word)];
  const known = ['<unk>', ...byteTokens, ...pieces];
  const tokens = [...special, ...known, ...filler(special.length + known.length, atLeast)];
  const typeOf = (i: number) => {
    if (i < special.length) return i < userDefinedFrom ? control : userDefined;
    if (i === special.length) return unknown;
    return i <= special.length + byteTokens.length ? byte : normal;
  };
  return {
    size: tokens.length,
    control: special.map((_, i) => i),
    metadata: {
      'tokenizer.ggml.model': {type: 'string', value: 'llama'},
      'tokenizer.ggml.pre': {type: 'string', value: 'default'},
      'tokenizer.ggml.tokens': {type: 'strings', value: tokens},
      'tokenizer.ggml.scores': {type: 'f32s', value: tokens.map((_, i) => -i)},
      'tokenizer.ggml.token_type': {type: 'i32s', value: tokens.map((_, i) => typeOf(i))},
      'tokenizer.ggml.unknown_token_id': {type: 'u32', value: special.length},
      'tokenizer.ggml.bos_token_id': {type: 'u32', value: bos},
      'tokenizer.ggml.eos_token_id': {type: 'u32', value: eos},
      'tokenizer.ggml.add_bos_token': {type: 'bool', value: true},
      'tokenizer.ggml.add_space_prefix': {type: 'bool', value: false},
    },
  };
};
