import {authorities, intents, spanFields} from '../adapters/llm/contract.ts';
import {plainWord, type Unit} from './words.ts';

/**
 * The token inventory of a labelling model. Control and label tokens come first and are never produced from text, so
 * nothing a visitor types can act as one of them.
 */
export const tagNames = ['<O>', ...spanFields.flatMap(field => [`<B-${field}>`, `<I-${field}>`])];
export const intentNames = intents.map(intent => `<intent:${intent}>`);
export const authorityNames = ['none', ...authorities].map(authority => `<authority:${authority}>`);
export const languageNames = ['<lang:en>', '<lang:de>', '<lang:fr>', '<lang:es>', '<lang:other>'];
const controls = ['<assistant>', '<visitor>', '<message>', '<ask>', '<end>', '<mail>', '<url>', '<break>'];
const casings = ['<capital>', '<upper>'];
const lengths = ['<digits:5>', '<digits:6>', '<digits:7>', '<digits:8>', '<digits:9>', '<digits:10+>'];

/** In this order at the head of every labelling model's token list; the 256 byte tokens follow, then the pieces. */
export const reservedTokens = [
  '<unk>',
  '<s>',
  '</s>',
  '<pad>',
  ...tagNames,
  ...intentNames,
  ...authorityNames,
  ...languageNames,
  ...controls,
  ...casings,
  ...lengths,
];
export const byteTokens = Array.from(
  {length: 256},
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);
/** Marks the first piece of a unit. */
export const unitStart = '▁';
const longestPiece = 16;
const mostPiecesOfUnit = 12;

export type Vocabulary = {
  size: number;
  id: (reserved: string) => number;
  /** `split` may refuse a piece (training does, at random, so that the model sees words cut in many ways). */
  encode: (text: string, unit: Unit, split?: (piece: string) => boolean) => number[];
};

export const createVocabulary = (tokens: readonly string[]): Vocabulary => {
  const head = [...reservedTokens, ...byteTokens];
  const strange = head.findIndex((name, i) => tokens[i] !== name);
  if (strange !== -1) throw new Error(`The model's token ${strange} is not ${head[strange]}.`);
  const reserved = new Map(reservedTokens.map((name, i) => [name, i]));
  const pieces = new Map<string, number>();
  for (let i = head.length; i < tokens.length; i++) pieces.set(tokens[i] ?? '', i);
  const id = (name: string): number => {
    const found = reserved.get(name);
    if (found === undefined) throw new Error(`No reserved token ${name}.`);
    return found;
  };
  const firstByte = reservedTokens.length;

  const cut = (plain: string, split?: (piece: string) => boolean): number[] => {
    const characters = Array.from(plain);
    const ids: number[] = [];
    for (let at = 0; at < characters.length && ids.length < mostPiecesOfUnit; ) {
      const prefix = at === 0 ? unitStart : '';
      let length = Math.min(longestPiece, characters.length - at);
      for (; length > 0; length--) {
        const piece = prefix + characters.slice(at, at + length).join('');
        const known = pieces.get(piece);
        if (known === undefined || (length > 1 && split?.(piece))) continue;
        ids.push(known);
        break;
      }
      if (length === 0) {
        for (const byte of Buffer.from(characters[at] ?? '', 'utf8')) ids.push(firstByte + byte);
        length = 1;
      }
      at += length;
    }
    return ids.slice(0, mostPiecesOfUnit);
  };

  const encode = (text: string, unit: Unit, split?: (piece: string) => boolean): number[] => {
    if (unit.kind === 'mail' || unit.kind === 'url' || unit.kind === 'break') return [id(`<${unit.kind}>`)];
    const {plain, casing} = plainWord(text.slice(unit.start, unit.end));
    if (unit.kind === 'number' && plain.length > 4)
      return [id(plain.length > 9 ? '<digits:10+>' : `<digits:${plain.length}>`)];
    // Digits are read one by one: how long a number is tells more than which one it is.
    const ids = cut(plain, unit.kind === 'number' ? piece => piece.length > 0 : split);
    if (ids.length === 0) return [0];
    return unit.kind === 'word' && casing !== 'lower' ? [id(`<${casing}>`), ...ids] : ids;
  };

  return {size: tokens.length, id, encode};
};
