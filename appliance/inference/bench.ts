import {open} from 'node:fs/promises';
import type {LanguageModel, PointRequest} from '../adapters/llm/contract.ts';
import {readHeader} from './model-file.ts';
import {buildSequence} from './sequence.ts';
import {readSettings} from './settings.ts';

/** `tokensPerSecond`: read, of a labelling model; written, of an instruct model. Null where it could not be counted. */
export type Bench = {turnMs: number; slowestMs: number; tokensPerSecond: number | null; turns: number};

const asks = 'Hello, I am the assistant of this website. What are you looking for, and for how many people?';
const messages: [string, string][] = [
  ['en-GB', 'about 140, on two sites'],
  [
    'en-GB',
    'Sure, I am Wendeline Oosterhuis from Thornfield Cold Stores, we run the night shift with sheets of paper and would need something for the gate and the yard before the end of September; the board has agreed to 1,800 a month.',
  ],
  ['de-DE', 'Wir sind 35 Leute in Graz und würden gern im März anfangen, was kostet das?'],
  [
    'de-DE',
    'Guten Tag, ich leite den Einkauf bei einem Mittelständler mit drei Werken; unser Rahmen liegt bei etwa 20.000 Euro im Jahr, entscheiden muss aber die Geschäftsführung.',
  ],
  ['fr-FR', 'Bonjour, nous sommes une petite association de 12 salariés, est-ce que l’essai est gratuit ?'],
  [
    'es-ES',
    'Hola, llevo la contabilidad de cuatro restaurantes y quiero una demostración la semana que viene.',
  ],
];
const requests: PointRequest[] = messages.map(([locale, text]) => ({
  locale,
  turns: [
    {role: 'assistant', text: asks},
    {role: 'visitor', text},
  ],
}));
const rounds = 3;

/** How many tokens a labelling model reads for each request. */
const tokensRead = async (path: string): Promise<number[]> => {
  const file = await open(path, 'r');
  try {
    const {vocabulary, room} = readSettings(await readHeader(file, (await file.stat()).size));
    return requests.map(request => buildSequence(vocabulary, request, room).tokens.length);
  } finally {
    await file.close();
  }
};

const tokensWritten = async (model: LanguageModel): Promise<number | null> => {
  if (!model.write) return null;
  let pieces = 0;
  const started = performance.now();
  await model.write(
    {
      locale: 'en-GB',
      system: 'You are the assistant of a company’s website. You answer in plain sentences.',
      turns: requests[0]?.turns ?? [],
      task: 'Thank the visitor and ask in three sentences what they need, when, and for how many people.',
      maxTokens: 96,
    },
    () => {
      pieces += 1;
    },
  );
  return pieces === 0 ? null : (pieces * 1000) / (performance.now() - started);
};

/** The same turns each time, one after the other, as a conversation asks them: through the pipe of the model's process. */
export const benchModel = async (
  model: LanguageModel,
  path: string | undefined,
  onProgress: (done: number, total: number) => void,
): Promise<Bench> => {
  const times: number[] = [];
  const total = rounds * requests.length;
  for (let round = 0; round < rounds; round++) {
    for (const request of requests) {
      const from = performance.now();
      await model.point(request);
      times.push(performance.now() - from);
      onProgress(times.length, total);
    }
  }
  const sorted = times.toSorted((a, b) => a - b);
  const whole = times.reduce((sum, time) => sum + time, 0);
  const read =
    path === undefined
      ? 0
      : (await tokensRead(path).catch(() => [])).reduce((sum, count) => sum + count, 0) * rounds;
  return {
    turnMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    slowestMs: sorted.at(-1) ?? 0,
    tokensPerSecond: model.info()?.kind === 'instruct' ? await tokensWritten(model) : (read * 1000) / whole,
    turns: times.length,
  };
};
