import {join} from 'node:path';
import {setImmediate as breath} from 'node:timers/promises';
import type {LanguageModel} from '../../appliance/adapters/llm/contract.ts';
import {readDialogues} from './format.ts';
import {countsOf} from './measure.ts';
import {type Prediction, predict} from './predict.ts';
import {f1Of, quantile} from './statistics.ts';

const developmentSet = join(import.meta.dirname, 'qualification-dev.jsonl');

/**
 * What an appliance that serves visitors measures of a model beside that: the development set through the very pipeline,
 * without the intervals, which take a second of nothing but computing.
 */
export const summarise = async (
  model: LanguageModel,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
) => {
  const dialogues = readDialogues(developmentSet);
  const predictions: Prediction[] = [];
  for (const dialogue of dialogues) {
    signal.throwIfAborted();
    predictions.push(await predict(dialogue, model));
    onProgress(predictions.length, dialogues.length);
    await breath();
  }
  const {facts, intents, invented} = countsOf(dialogues, predictions);
  const times = predictions.flatMap(({turnMilliseconds}) => turnMilliseconds).sort((a, b) => a - b);
  return {
    f1: f1Of(facts),
    intentsF1: f1Of(intents),
    invented,
    dialogues: dialogues.length,
    turns: times.length,
    unanswered: predictions.reduce((sum, {unanswered}) => sum + unanswered, 0),
    turnMs: quantile(times, 0.5),
  };
};
