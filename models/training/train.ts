/** `npm run train:qualifier`: from the written dialogues to the bundled model, with fixed seeds. */
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {readGguf} from '../../appliance/inference/gguf.ts';
import {createLabeller} from '../../appliance/inference/labeller.ts';
import {defaultRoom} from '../../appliance/inference/sequence.ts';
import {byteTokens, createVocabulary, reservedTokens} from '../../appliance/inference/vocabulary.ts';
import {writeCard, writeCatalogue} from './card.ts';
import type {WeightFormat} from './gguf-writer.ts';
import {tensorShapes, writeLabellingModel} from './labelling-model.ts';
import {compare, measure} from './measure.ts';
import {type Prepared, prepare, type Recipe} from './prepare.ts';
import {acceleratedRecipe, hasAccelerator, hasTorch, qualifierRecipe} from './recipe.ts';

const modelName = 'crowlit-qualifier-1';
/** Chosen by the figures of all three sets in models/evaluation: rather silent than wrong. */
const thresholds = {
  intent: 0.8,
  authority: 0.97,
  span: 0.85,
  spans: {company: 0.7, company_size: 0.7},
  sign: 0.15,
  intentSign: 0.001,
  authoritySign: 0.05,
};
const bundled = resolve(import.meta.dirname, '../bundled');

const {values: options} = parseArgs({
  options: {
    steps: {type: 'string'},
    threads: {type: 'string', default: String(qualifierRecipe.threads)},
    /** By the recipe for an accelerator; without it, only where PyTorch finds one. */
    accelerated: {type: 'boolean', default: false},
    /** The Python that has PyTorch and NumPy. */
    python: {type: 'string', default: '/usr/bin/python3'},
    /** A folder to work in and keep; without it, a temporary one. */
    work: {type: 'string'},
    /** Leaves in --work what train.py reads, for a machine that has the accelerator but no Node. */
    'prepare-only': {type: 'boolean', default: false},
    /** Packs and measures what train.py left in --work. */
    'pack-only': {type: 'boolean', default: false},
  },
});

const chosenRecipe = (): Recipe => {
  const chosen = options.accelerated || hasAccelerator(options.python) ? acceleratedRecipe : qualifierRecipe;
  return {...chosen, steps: Number(options.steps ?? chosen.steps), threads: Number(options.threads)};
};

const pack = (folder: string, {shape}: Recipe, prepared: Prepared, format: WeightFormat): Buffer => {
  const bytes = readFileSync(join(folder, 'weights.bin'));
  const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const size = reservedTokens.length + byteTokens.length + prepared.pieces.length;
  const places = new Map<string, number>();
  let at = 0;
  for (const {name, shape: lengths} of tensorShapes(shape, size)) {
    places.set(name, at);
    at += lengths.reduce((product, length) => product * length, 1);
  }
  if (at !== numbers.length) throw new Error('weights.bin does not fit the recipe.');
  return writeLabellingModel(
    {
      name: modelName,
      shape,
      pieces: prepared.pieces,
      labelling: {version: 1, room: defaultRoom, thresholds},
      weights: (name, count) => numbers.subarray(places.get(name), (places.get(name) ?? 0) + count),
    },
    format,
  );
};

const openPacked = async (path: string, bytes: Buffer) => {
  writeFileSync(path, bytes);
  return await createLabeller(path, readGguf(bytes, bytes.length), {threads: Number(options.threads)});
};

const main = async (folder: string) => {
  const summary = join(folder, 'prepared.json');
  if (!options['pack-only']) {
    if (!options['prepare-only'] && !hasTorch(options.python)) {
      console.error(
        'Training needs PyTorch: apt-get install -y python3-torch python3-numpy libopenblas0-pthread',
      );
      process.exitCode = 1;
      return;
    }
    const recipe = chosenRecipe();
    const prepared = prepare(folder, recipe);
    writeFileSync(summary, JSON.stringify({recipe, prepared}));
    console.log(
      `${prepared.dialogues} dialogues, ${prepared.heldOutDialogues} of them held out`,
      prepared.byLanguage,
    );
    if (options['prepare-only']) return;
    execFileSync(options.python, [join(import.meta.dirname, 'train.py'), folder], {stdio: 'inherit'});
  }
  const {recipe, prepared} = JSON.parse(readFileSync(summary, 'utf8')) as {
    recipe: Recipe;
    prepared: Prepared;
  };
  const vocabulary = createVocabulary([...reservedTokens, ...byteTokens, ...prepared.pieces]);

  const exact = await openPacked(join(folder, 'f32.gguf'), pack(folder, recipe, prepared, 'f32'));
  const exactParity = await compare(folder, exact, vocabulary, prepared.heldOut);
  await exact.close();
  console.log('torch and the GGUF in 32 bits:', exactParity);
  // where two labels are as good as equal, the last digit of a sum decides: that much, and no more
  if (exactParity.furthest > 0.02 || exactParity.sameLabels < exactParity.labels * 0.9999)
    throw new Error('The GGUF does not say what torch says: nothing was written.');

  const bytes = pack(folder, recipe, prepared, 'q8_0');
  const quantised = await openPacked(join(folder, 'q8_0.gguf'), bytes);
  const parity = await compare(folder, quantised, vocabulary, prepared.heldOut);
  const measured = await measure(quantised, prepared.heldOut);
  await quantised.close();
  console.log('torch and the quantised GGUF:', parity);
  if (parity.sameLabels < parity.labels * 0.995)
    throw new Error('Quantising changed more than one label in two hundred: nothing was written.');

  mkdirSync(bundled, {recursive: true});
  writeFileSync(join(bundled, 'qualifier.gguf'), bytes);
  const facts = {
    id: modelName,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  writeCard(join(bundled, 'model-card.md'), {
    ...facts,
    recipe,
    thresholds,
    prepared,
    measured,
    exactParity,
    parity,
  });
  writeCatalogue(resolve(import.meta.dirname, '../catalogue.json'), facts);
  console.log(`Wrote ${join(bundled, 'qualifier.gguf')}: ${facts.size} bytes, SHA-256 ${facts.sha256}`);
};

const folder = options.work ? resolve(options.work) : mkdtempSync(join(tmpdir(), 'crowlit-training-'));
mkdirSync(folder, {recursive: true});
try {
  await main(folder);
} finally {
  if (!options.work) rmSync(folder, {recursive: true, force: true});
}
