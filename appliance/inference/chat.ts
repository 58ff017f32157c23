import type {LlamaModel, Token} from 'node-llama-cpp';
import {alternating, type Said, type Spoken} from '../adapters/llm/dialogue.ts';

/** `shared`: how many of the first tokens are the same for whoever is spoken to under the same system text. */
export type Prompt = {tokens: Token[]; shared: number};
export type Chat = {
  /** The last turn is the user's; what follows is for the model to write. */
  prompt: (system: string, turns: readonly Said[]) => Prompt;
  /** Whether a token is one of the template's own marks, and no word of a reply. */
  isMark: (token: Token) => boolean;
};

type Message = Spoken | {role: 'system'; parts: string[]};
type Shape = (system: string, turns: readonly Said[]) => Message[];
export type RenderTemplate = (values: Record<string, unknown>) => string;

const apart: Shape = (system, turns) => [{role: 'system', parts: [system]}, ...alternating(turns)];
/** For templates without a system role, Gemma's for one. */
const folded: Shape = (system, turns) =>
  alternating(turns).map((message, i) =>
    i === 0 ? {role: 'user', parts: [system, '\n\n', ...message.parts]} : message,
  );

const placeholder = /crowlit-content-(\d+)-end/g;
const probe: Said[] = [
  {role: 'user', text: 'a'},
  {role: 'assistant', text: 'b'},
  {role: 'user', text: 'c'},
];

/**
 * The template is rendered with placeholders and filled in afterwards, as tokens: the template's own markers become
 * control tokens, and nothing in a playbook or a visitor's text can.
 */
export const createChat = (model: LlamaModel, render: RenderTemplate): Chat => {
  const {tokens: special} = model;
  const marks = marksOf(model);
  const firstMark = finderOf([...marks.values()]);
  const tokenize = (text: string, control: boolean) =>
    text === '' ? [] : model.tokenize(text, control, 'trimLeadingSpace');
  // A mark is cut after its first character, and neither part is one.
  const contentTokens = (text: string): Token[] => {
    const tokens: Token[] = [];
    let from = 0;
    for (let at = firstMark(text, 0); at !== -1; at = firstMark(text, at + 1)) {
      tokens.push(...tokenize(text.slice(from, at + 1), false));
      from = at + 1;
    }
    return [...tokens, ...tokenize(text.slice(from), false)];
  };

  const frame = (messages: readonly Message[]): string[] | undefined => {
    const rendered = render({
      messages: messages.map(({role}, i) => ({role, content: `crowlit-content-${i}-end`})),
      add_generation_prompt: true,
      enable_thinking: false,
      bos_token: special.bosString ?? '',
      eos_token: special.eosString ?? '',
    });
    const found = [...rendered.matchAll(placeholder)].map(match => Number(match[1]));
    if (found.length !== messages.length || found.some((number, i) => number !== i)) return undefined;
    return rendered.split(/crowlit-content-\d+-end/);
  };
  const shape = [apart, folded].find(candidate => {
    try {
      return frame(candidate('s', probe)) !== undefined;
    } catch {
      return false;
    }
  });
  if (!shape) throw new Error('it leaves out what is said');
  const framing = new Set(frame(shape('s', probe))?.flatMap(piece => tokenize(piece, true)));

  return {
    isMark: token => model.getTokenAttributes(token).control || (marks.has(token) && framing.has(token)),
    prompt: (system, turns) => {
      const messages = shape(system, turns);
      const around = frame(messages);
      if (!around) throw new Error('The chat template leaves out what is said.');
      const tokens: Token[] = tokenize(around[0] ?? '', true);
      if (special.shouldPrependBosToken && special.bos !== null && tokens[0] !== special.bos)
        tokens.unshift(special.bos);
      let shared = 0;
      messages.forEach(({parts}, i) => {
        for (const part of parts) {
          tokens.push(...contentTokens(part));
          shared ||= tokens.length;
        }
        tokens.push(...tokenize(around[i + 1] ?? '', true));
      });
      return {tokens, shared};
    },
  };
};

/** Tokens that mean more than their letters, with their text: some tokenizers find those in any text. */
const marksOf = (model: LlamaModel): Map<Token, string> => {
  const marks = new Map<Token, string>();
  for (const token of model.iterateAllTokens()) {
    const {control, userDefined} = model.getTokenAttributes(token);
    if (!control && !userDefined) continue;
    const text = model.detokenize([token], true);
    if (text.length > 2 && /^[<[|]/.test(text)) marks.set(token, text);
  }
  return marks;
};

/** Where the first mark at or after `from` begins; -1 where there is none. */
const finderOf = (texts: string[]): ((text: string, from: number) => number) => {
  if (texts.length === 0) return () => -1;
  const pattern = new RegExp(
    texts.map(text => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|'),
    'g',
  );
  return (text, from) => {
    pattern.lastIndex = from;
    return pattern.exec(text)?.index ?? -1;
  };
};
