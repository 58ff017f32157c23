import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {defaultRoom} from '../../appliance/inference/sequence.ts';
import {
  authorityNames,
  byteTokens,
  createVocabulary,
  intentNames,
  reservedTokens,
  tagNames,
} from '../../appliance/inference/vocabulary.ts';
import {collectPools, type Example, examplesOf, noised, vary} from './augment.ts';
import {createComposer, readFragments} from './fragments.ts';
import {type CorpusDialogue, parseCorpus} from './corpus.ts';
import {type Shape, tensorShapes} from './labelling-model.ts';
import {learnPieces} from './pieces.ts';
import {createRandom} from './random.ts';
import {packSamples, toSample} from './samples.ts';
import {familyNames, givenNames, jobTitles} from './values/people.ts';
import {companyParts, timelines} from './values/things.ts';

export type Recipe = {
  seed: number;
  shape: Shape;
  merges: number;
  /** How often each message is varied. */
  variants: number;
  /** Messages put together from fragments, for each varied one that was written. */
  composed: number;
  steps: number;
  batchTokens: number;
  rate: number;
  dropout: number;
  /** Share of tokens hidden from the model while it learns. */
  hide: number;
  bf16: boolean;
  /** Models that learn first, and from whose agreement this one learns: what differs from its own recipe. */
  teachers?: Shape & {members: number} & Pick<Recipe, 'steps' | 'batchTokens' | 'rate' | 'dropout' | 'hide'>;
  threads: number;
  /** Every n-th dialogue is kept away from training, to measure on. */
  heldOutEvery: number;
};

export type Prepared = {
  pieces: string[];
  dialogues: number;
  heldOutDialogues: number;
  byLanguage: Record<string, number>;
  heldOut: Example[];
};

const languages = ['en', 'de', 'fr', 'es'];
const corpusFolder = join(import.meta.dirname, 'corpus');

export const readCorpus = (folder = corpusFolder): CorpusDialogue[] =>
  readdirSync(folder, {withFileTypes: true})
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .toSorted()
    .flatMap(language =>
      readdirSync(join(folder, language))
        .filter(file => file.endsWith('.txt'))
        .toSorted()
        .flatMap(file => parseCorpus(readFileSync(join(folder, language, file), 'utf8'))),
    );

const valueTexts = (): string[] =>
  [givenNames, familyNames, jobTitles, timelines]
    .flatMap(pool => Object.values(pool).flat())
    .concat(Object.values(companyParts).flatMap(({core, trade}) => [...core, ...trade]));

/** From the corpus to files of numbers: pieces, samples to train on, samples to measure on. */
export const prepare = (
  folder: string,
  recipe: Recipe,
  corpus: readonly CorpusDialogue[] = readCorpus(),
): Prepared => {
  const isHeldOut = (_: unknown, i: number) => i % recipe.heldOutEvery === recipe.heldOutEvery - 1;
  const heldOut = corpus.filter(isHeldOut).flatMap(examplesOf);
  const examples = corpus.filter((dialogue, i) => !isHeldOut(dialogue, i)).flatMap(examplesOf);
  const texts = examples.flatMap(example => [
    ...example.before.map(turn => turn.text),
    example.parts.map(part => part.text).join(''),
  ]);
  const clauses = languages.flatMap(language => {
    const {byKind, needs} = readFragments(language);
    return [...Object.values(byKind).flatMap(list => list.map(fragment => fragment.text)), ...needs];
  });
  const pieces = learnPieces([...texts, ...texts, ...clauses, ...valueTexts()], recipe.merges);
  const vocabulary = createVocabulary([...reservedTokens, ...byteTokens, ...pieces]);
  const random = createRandom(recipe.seed);
  const pools = collectPools(examples);
  for (const language of languages)
    pools.needs.set(language, [...(pools.needs.get(language) ?? []), ...readFragments(language).needs]);
  const composers = languages.map(createComposer);
  const buffers: Buffer[] = [];
  for (let variant = 0; variant < recipe.variants; variant++) {
    const written = examples.map(example => (variant === 0 ? example : vary(example, pools, random)));
    const composed = Array.from({length: Math.round(examples.length * recipe.composed)}, () =>
      noised(random.pick(composers)(pools, random), random),
    );
    const samples = [...written, ...composed].map(example =>
      toSample(vocabulary, example, defaultRoom, random),
    );
    buffers.push(packSamples(samples));
  }
  writeFileSync(join(folder, 'train.bin'), Buffer.concat(buffers));
  writeFileSync(
    join(folder, 'held-out.bin'),
    packSamples(heldOut.map(example => toSample(vocabulary, example, defaultRoom))),
  );
  const {shape, ...rest} = recipe;
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      ...rest,
      ...shape,
      vocabulary: vocabulary.size,
      tags: tagNames.map(vocabulary.id),
      intents: intentNames.map(vocabulary.id),
      authorities: authorityNames.map(vocabulary.id),
      tensors: tensorShapes(shape, vocabulary.size),
    }),
  );
  const byLanguage: Record<string, number> = {};
  for (const {locale} of corpus) byLanguage[locale.slice(0, 2)] = (byLanguage[locale.slice(0, 2)] ?? 0) + 1;
  return {
    pieces,
    heldOut,
    byLanguage,
    dialogues: corpus.length,
    heldOutDialogues: corpus.filter(isHeldOut).length,
  };
};
