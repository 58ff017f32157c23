import type {Turn} from '../adapters/llm/contract.ts';
import type {Vocabulary} from './vocabulary.ts';
import {cutUnits, type Unit} from './words.ts';

/** What the model reads for one message: what went before, the message, and where each of its units stands. */
export type Sequence = {
  tokens: number[];
  /** Where intents and authority are read. */
  ask: number;
  /** One per unit a label may fall on. `fresh`: a line break went before, no span runs across it. */
  slots: {position: number; unit: Unit; fresh: boolean}[];
};
export type Room = {context: number; message: number};
export const defaultRoom: Room = {context: 112, message: 384};
export const contextSizeFor = (room: Room): number => room.context + room.message + 16;

const contextTurns = 3;
/** Longer than any message that is let in; a text beyond it is cut at a blank, and its newest part is read. */
const charactersRead = 12_000;

const newest = (text: string): {text: string; offset: number} => {
  if (text.length <= charactersRead) return {text, offset: 0};
  const rough = text.length - charactersRead;
  const blank = text.slice(rough).search(/\s/u);
  const offset = blank === -1 ? text.length : rough + blank;
  return {text: text.slice(offset), offset};
};

const languageToken = (locale: string): string => {
  const language = locale.slice(0, 2).toLowerCase();
  return ['en', 'de', 'fr', 'es'].includes(language) ? `<lang:${language}>` : '<lang:other>';
};

type Encoded = {unit: Unit; ids: number[]};
const encodeNewest = (
  vocabulary: Vocabulary,
  text: string,
  room: number,
  split?: (piece: string) => boolean,
): {encoded: Encoded[]; offset: number} => {
  const part = newest(text);
  const units = cutUnits(part.text);
  const encoded: Encoded[] = [];
  let used = 0;
  for (const unit of units.reverse()) {
    const ids = vocabulary.encode(part.text, unit, split);
    used += ids.length;
    if (used > room) break;
    encoded.push({unit, ids});
  }
  return {encoded: encoded.reverse(), offset: part.offset};
};

export const buildSequence = (
  vocabulary: Vocabulary,
  {locale, turns}: {locale: string; turns: Turn[]},
  room: Room = defaultRoom,
  split?: (piece: string) => boolean,
): Sequence => {
  const before: number[][] = [];
  let left = room.context;
  for (const turn of turns.slice(0, -1).slice(-contextTurns).reverse()) {
    if (left < 8) break;
    const {encoded} = encodeNewest(vocabulary, turn.text, left - 1, split);
    const ids = [vocabulary.id(`<${turn.role}>`), ...encoded.flatMap(part => part.ids)];
    left -= ids.length;
    before.unshift(ids);
  }
  const tokens = [vocabulary.id(languageToken(locale)), ...before.flat(), vocabulary.id('<message>')];
  const ask = tokens.push(vocabulary.id('<ask>')) - 1;
  const {encoded, offset} = encodeNewest(vocabulary, turns.at(-1)?.text ?? '', room.message, split);
  const slots: Sequence['slots'] = [];
  let fresh = true;
  for (const {unit, ids} of encoded) {
    if (unit.kind === 'break') fresh = true;
    else {
      slots.push({
        position: tokens.length,
        unit: {...unit, start: unit.start + offset, end: unit.end + offset},
        fresh,
      });
      fresh = false;
    }
    tokens.push(...ids);
  }
  tokens.push(vocabulary.id('<end>'));
  return {tokens, ask, slots};
};
