import {authorities, intents, type Pointed, type PointRequest} from '../adapters/llm/contract.ts';
import {decode, type Scores} from './decode.ts';
import type {GgufHeader} from './gguf.ts';
import {openLlama} from './native.ts';
import {buildSequence, contextSizeFor} from './sequence.ts';
import {readSettings} from './settings.ts';
import {authorityNames, intentNames, tagNames} from './vocabulary.ts';

/** Runs only in the inference process (and in training's parity check): everything here touches native code. */
export type Labeller = {
  point: (request: PointRequest) => Promise<Pointed>;
  /** Raw scores of one sequence of tokens: what the parity check compares. */
  score: (tokens: number[], ask: number, positions: number[]) => Promise<Scores>;
  close: () => Promise<void>;
};

export const createLabeller = async (
  modelPath: string,
  header: GgufHeader,
  {threads}: {threads: number},
): Promise<Labeller> => {
  const {vocabulary, ...settings} = readSettings(header);
  const llama = await openLlama(threads);
  const model = await llama.loadModel({modelPath, gpuLayers: 0});
  const size = contextSizeFor(settings.room);
  // Attention goes both ways, so a message must be evaluated in one batch: batch and context are the same size.
  const context = await model.createContext({contextSize: size, batchSize: size, sequences: 1, threads});
  const sequence = context.getSequence();

  const ids = (names: readonly string[]) => names.map(vocabulary.id);
  const tags = ids(tagNames);
  const asked = [...ids(intentNames), ...ids(authorityNames)];
  const request = (filter: number[]) => ({
    generateNext: {logits: {filter: {tokens: filter as never[]}}, options: {temperature: 0}},
  });

  const score = async (tokens: number[], ask: number, positions: number[]): Promise<Scores> => {
    const labelled = new Set(positions);
    const input = tokens.map((token, position) => {
      if (position === ask) return [token as never, request(asked)] as [never, ReturnType<typeof request>];
      if (labelled.has(position))
        return [token as never, request(tags)] as [never, ReturnType<typeof request>];
      return token as never;
    });
    await sequence.clearHistory();
    const output = await sequence.controlledEvaluate(input);
    const row = (position: number, wanted: number[]) =>
      wanted.map(token => output[position]?.next.logits?.get(token as never) ?? -30);
    const answers = row(ask, asked);
    return {
      tags: positions.map(position => row(position, tags)),
      intents: answers.slice(0, intents.length),
      authorities: answers.slice(intents.length, intents.length + authorities.length + 1),
    };
  };

  return {
    score,
    point: async request => {
      const built = buildSequence(vocabulary, request, settings.room);
      const scores = await score(
        built.tokens,
        built.ask,
        built.slots.map(slot => slot.position),
      );
      return decode(built, scores, settings.thresholds);
    },
    close: async () => {
      await context.dispose();
      await llama.dispose();
    },
  };
};
