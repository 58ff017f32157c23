/**
 * How long a turn takes: `node models/evaluation/turn-time.ts [MODEL] [--threads N] [--json]`. Through the inference
 * process, as a conversation does it: pipe, reading, one pass, decoding.
 */
import {parseArgs} from 'node:util';
import {bundledModelPath, createInference} from '../../appliance/inference/index.ts';
import {createLogger} from '../../appliance/kit/logger.ts';

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    threads: {type: 'string', default: '1'},
    rounds: {type: 'string', default: '200'},
    json: {type: 'boolean', default: false},
  },
});

const before = [
  {
    role: 'assistant' as const,
    text: 'Hello, I am the assistant of this website. What are you looking for, and for how many people would it be?',
  },
  {
    role: 'visitor' as const,
    text: 'hi, first of all: does it also run on tablets, because the drivers have nothing else with them on the road?',
  },
  {
    role: 'assistant' as const,
    text: 'It does. May I ask who I am talking to, and what budget and what start you have in mind?',
  },
];
const sixtyWords =
  'Sure, I am Wendeline Oosterhuis from Thornfield Cold Stores, we are about 140 people on two sites and run the night ' +
  'shift with sheets of paper. We would need something for the gate and the yard before the end of September, the board ' +
  'has agreed to 1,800 a month, and the easiest is to write to w.oosterhuis@thornfield.example or call me.';
const short = 'about 140, on two sites';
const long = `${sixtyWords} `.repeat(12);

const started = performance.now();
const model = createInference({
  modelPath: positionals[0] ?? bundledModelPath,
  log: createLogger('silent'),
  threads: Number(values.threads),
  ...(positionals[0] ? {catalogue: []} : {}),
});
await model.ready();
const loadMs = performance.now() - started;

const time = async (text: string) => {
  const times: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const from = performance.now();
    await model.point({locale: 'en-GB', turns: [...before, {role: 'visitor', text}]});
    times.push(performance.now() - from);
  }
  const sorted = times.slice(5).toSorted((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1));
  return {medianMs: at(0.5), p95Ms: at(0.95)};
};

const result = {
  model: model.info()?.id,
  threads: Number(values.threads),
  loadMs: Math.round(loadMs),
  short: await time(short),
  sixtyWords: await time(sixtyWords),
  tooLong: await time(long),
};
await model.close();
if (values.json) console.log(JSON.stringify(result));
else {
  console.log(`${result.model}, ${result.threads} thread(s), loaded in ${result.loadMs} ms`);
  for (const name of ['short', 'sixtyWords', 'tooLong'] as const)
    console.log(
      `${name.padEnd(11)} median ${result[name].medianMs} ms, 95 % within ${result[name].p95Ms} ms`,
    );
}
