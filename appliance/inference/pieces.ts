import type {LlamaModel, Token} from 'node-llama-cpp';

/** Turns tokens into text as they come; a character in several tokens waits for its last. */
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
  let said = 0;
  const flush = (last: boolean) => {
    const pending = tokens.slice(said);
    if (pending.length === 0) return;
    const text = model.detokenize(pending, false, tokens.slice(Math.max(0, said - 8), said));
    if (text.endsWith('\uFFFD') && !last && pending.length < longestCharacter) return;
    said = tokens.length;
    whole += text;
    if (text !== '') onText?.(text);
  };
  return {
    tokens: () => tokens,
    push: token => {
      tokens.push(token);
      flush(false);
    },
    end: () => {
      flush(true);
      return whole;
    },
  };
};
