import type {LlamaModel, Token} from 'node-llama-cpp';
import {answerOf} from '../adapters/llm/dialogue.ts';

/**
 * Turns tokens into text as they come; a character in several tokens waits for its last. What a model thinks aloud before
 * it answers is no part of the answer.
 */
export type Pieces = {
  push: (token: Token) => void;
  tokens: () => readonly Token[];
  /** The whole text. */
  end: () => string;
};

const longestCharacter = 6;
export const createPieces = (model: LlamaModel, onText?: (piece: string) => void): Pieces => {
  const tokens: Token[] = [];
  let whole = '';
  let answered = 0;
  let said = 0;
  const flush = (last: boolean) => {
    const pending = tokens.slice(said);
    if (pending.length === 0) return;
    const text = model.detokenize(pending, false, tokens.slice(Math.max(0, said - 8), said));
    if (text.endsWith('\uFFFD') && !last && pending.length < longestCharacter) return;
    said = tokens.length;
    whole += text;
    const answer = answerOf(whole);
    if (answer.length > answered) onText?.(answer.slice(answered));
    answered = answer.length;
  };
  return {
    tokens: () => tokens,
    push: token => {
      tokens.push(token);
      flush(false);
    },
    end: () => {
      flush(true);
      return answerOf(whole);
    },
  };
};
