import type {Embedder} from './embedder.ts';
import type {Instruct} from './instruct.ts';
import type {Labeller} from './labeller.ts';
import {type Ask, type FromModel, packVector} from './protocol.ts';

/** What the inference process does with a request, whichever kind of model it has loaded. */
export type Answering = {
  /** Requests at once. */
  places: number;
  answer: (
    ask: {id: number} & Ask,
    onText: (piece: string) => void,
    signal: AbortSignal,
  ) => Promise<FromModel>;
  forget: (conversationId: string) => Promise<void>;
};

export const answerWithLabeller = async (labeller: Labeller): Promise<Answering> => {
  // The first evaluation allocates: it is paid here, not by the first visitor.
  await labeller.point({locale: 'en', turns: [{role: 'visitor', text: 'ok'}]});
  return {
    places: 1,
    answer: async ask => {
      if (!('point' in ask)) throw new Error('A labelling model only points.');
      return {id: ask.id, result: await labeller.point(ask.point)};
    },
    forget: async () => {},
  };
};

export const answerWithInstruct = async (instruct: Instruct): Promise<Answering> => {
  const {chat, generate, pool} = instruct;
  // Also here: the first evaluation reads the weights from the disk.
  const prompt = chat.prompt('ok', [{role: 'user', text: 'ok'}]);
  await generate({prompt, maxTokens: 1, signal: new AbortController().signal});
  return {
    places: pool.places,
    answer: async (ask, onText, signal) => {
      if ('embed' in ask) throw new Error('An instruct model makes no vectors.');
      return 'write' in ask
        ? {id: ask.id, written: await instruct.write(ask.write, onText, signal)}
        : {id: ask.id, result: await instruct.point(ask.point, signal)};
    },
    forget: pool.forget,
  };
};

export const answerWithEmbedder = async (embedder: Embedder): Promise<Answering> => {
  await embedder.embed({texts: ['ok'], as: 'question'}, new AbortController().signal);
  return {
    places: 1,
    answer: async (ask, _onText, signal) => {
      if (!('embed' in ask)) throw new Error('An embedding model only makes vectors.');
      return {id: ask.id, vectors: (await embedder.embed(ask.embed, signal)).map(packVector)};
    },
    forget: async () => {},
  };
};
