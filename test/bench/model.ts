/**
 * `npm run bench:model -- [--model FILE] [--threads N] [--rounds 3] [--quick] [--json]`
 * Tokens a second of an instruct model with 1, 4 and 8 sequences, beside llama.cpp itself on the same file and with the
 * same libraries, interleaved; and how long a turn takes with the bundled model. Without a file, one of random weights is
 * made: speed does not depend on what a model has learned.
 */
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import type {Token} from 'node-llama-cpp';
import {createInstruct} from '../../appliance/inference/instruct.ts';
import {readHeader} from '../../appliance/inference/model-file.ts';
import {randomInstructModel} from '../../models/training/random-instruct.ts';
import {measureNative, nativeBenchmark, type Speed} from './native-llama.ts';
import {measureTurns} from './turns.ts';

const {values: options} = parseArgs({
  options: {
    model: {type: 'string'},
    threads: {type: 'string', default: String(Math.max(1, availableParallelism() - 1))},
    rounds: {type: 'string', default: '3'},
    quick: {type: 'boolean', default: false},
    json: {type: 'boolean', default: false},
  },
});
const threads = Number(options.threads);
const rounds = options.quick ? 1 : Number(options.rounds);
const sequences = [1, 4, 8];
const prompt = options.quick ? 64 : 256;
const generated = options.quick ? 16 : 64;
const shape = {
  width: 768,
  layers: 12,
  heads: 12,
  keyHeads: 4,
  inner: 2048,
  context: 4096,
  vocabulary: 32_000,
};
const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

const scratch = mkdtempSync(join(tmpdir(), 'crowlit-bench-model-'));
process.once('exit', () => rmSync(scratch, {recursive: true, force: true}));
const file = options.model ?? join(scratch, 'random.gguf');
if (!options.model) writeFileSync(file, randomInstructModel({family: 'llama', shape, format: 'q8_0'}));
const modelSize = statSync(file).size;
const handle = await open(file, 'r');
const header = await readHeader(handle, modelSize);
await handle.close();

let texts = 0;
const vocabulary = header.metadata.get('tokenizer.ggml.tokens');
const words = Array.isArray(vocabulary) ? vocabulary.length : 1000;
/** Texts that have nothing in common, so that nothing evaluated before is of use. */
const text = (): Token[] => {
  texts += 1;
  return Array.from({length: prompt}, (_, i) => ((300 + i * 7919 + texts * 104_729) % (words - 1)) as Token);
};

const measureOurs = async (): Promise<Speed[]> => {
  const stateDirectory = mkdtempSync(join(scratch, 'state-'));
  const instruct = await createInstruct(file, header, {threads, sequences: 8, stateDirectory, modelSize});
  const signal = new AbortController().signal;
  const speeds: Speed[] = [];
  for (const count of sequences) {
    const prompts = Array.from({length: count}, () => ({tokens: text(), shared: 0}));
    const all = async (maxTokens: number) => {
      const from = performance.now();
      const done = await Promise.all(
        prompts.map((each, i) =>
          instruct.generate({prompt: each, maxTokens, owner: `${count}-${i}`, signal}),
        ),
      );
      const tokens = done.reduce((sum, one) => sum + one.tokens, 0);
      return {tokens, seconds: (performance.now() - from) / 1000};
    };
    // The prompt's last token is evaluated with the first that is written: what is held makes the second run all writing.
    const read = await all(1);
    const written = await all(generated);
    speeds.push({
      sequences: count,
      promptPerSecond: (count * prompt) / read.seconds,
      generatedPerSecond: written.tokens / written.seconds,
    });
  }
  await instruct.close();
  return speeds;
};

const native = await nativeBenchmark().catch((error: unknown) => {
  const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  return {missing: `llama.cpp's benchmark could not be built here (git and g++ are needed): ${why}`};
});
const ours: Speed[][] = [];
const theirs: Speed[][] = [];
for (let round = 0; round < rounds; round++) {
  if (typeof native === 'string')
    theirs.push(await measureNative(native, {model: file, threads, sequences, prompt, generated}));
  ours.push(await measureOurs());
}

const of = (runs: Speed[][], count: number, what: 'promptPerSecond' | 'generatedPerSecond') =>
  median(runs.map(run => run.find(speed => speed.sequences === count)?.[what] ?? 0));
const rows = sequences.map(count => {
  const beside = (what: 'promptPerSecond' | 'generatedPerSecond') => {
    const [here, there] = [of(ours, count, what), of(theirs, count, what)];
    return {
      product: Math.round(here),
      ...(there > 0 ? {native: Math.round(there), ratio: Number((here / there).toFixed(2))} : {}),
    };
  };
  return {sequences: count, prompt: beside('promptPerSecond'), generation: beside('generatedPerSecond')};
});
const result = {
  model: options.model ?? 'random weights, llama architecture, 110M parameters, q8_0',
  megabytes: Math.round(modelSize / 1e6),
  threads,
  cores: availableParallelism(),
  tokens: {prompt, generated},
  rounds,
  rows,
  native: typeof native === 'string' ? 'the same libraries' : native.missing,
  turn: await measureTurns(options.quick ? 40 : 200),
};
if (options.json) console.log(JSON.stringify(result));
else {
  console.log(
    `${result.model} (${result.megabytes} MB), ${threads} thread(s) of ${result.cores} cores, median of ${rounds}`,
  );
  for (const row of rows)
    for (const what of ['prompt', 'generation'] as const) {
      const {product, native: there, ratio} = row[what];
      const beside = there === undefined ? '' : `, llama.cpp ${there}, ratio ${ratio}`;
      console.log(`${row.sequences} sequence(s), ${what.padEnd(10)} ${product} tokens/s${beside}`);
    }
  if (typeof native !== 'string') console.log(native.missing);
  const {medianMs, p95Ms, turns, model} = result.turn;
  console.log(
    `a turn with ${model}, guided reply included: median ${medianMs} ms, 95 % within ${p95Ms} ms (${turns} turns; bar 150 ms)`,
  );
}
