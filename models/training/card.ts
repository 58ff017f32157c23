import {readFileSync, writeFileSync} from 'node:fs';
import type {Thresholds} from '../../appliance/inference/decode.ts';
import {catalogueSchema} from '../../appliance/inference/model-file.ts';
import {type Counts, f1, type Measured, type Parity} from './measure.ts';
import type {Prepared, Recipe} from './prepare.ts';

export type ModelFacts = {id: string; size: number; sha256: string};
type Card = ModelFacts & {
  recipe: Recipe;
  thresholds: Thresholds;
  prepared: Prepared;
  measured: Measured;
  exactParity: Parity;
  parity: Parity;
};

const row = (name: string, counts: Counts) =>
  `| ${name} | ${f1(counts).toFixed(2)} | ${counts.right} | ${counts.wrong} | ${counts.missed} |`;

export const writeCard = (path: string, card: Card): void => {
  const {recipe, prepared, measured, parity, exactParity} = card;
  const languages = Object.entries(prepared.byLanguage).map(([language, count]) => `${language} ${count}`);
  const all = Object.values(measured.fields).reduce(
    (sum, counts) => ({
      right: sum.right + counts.right,
      wrong: sum.wrong + counts.wrong,
      missed: sum.missed + counts.missed,
    }),
    {right: 0, wrong: 0, missed: 0},
  );
  const lines = [
    `# ${card.id}`,
    '',
    'The labelling model that comes with the appliance. It points: which words of a visitor’s message state a name, an',
    'e-mail address, a phone number, a company, a job title, a company size, a budget, a time line or a need, and which',
    'intents and authority the message shows. It writes nothing and cannot generate a sentence.',
    '',
    `- File: \`qualifier.gguf\`, ${card.size} bytes, SHA-256 \`${card.sha256}\``,
    `- Architecture: \`llada\` in llama.cpp (a llama with attention in both directions), ${recipe.shape.layers} layers,`,
    `  width ${recipe.shape.width}, ${recipe.shape.heads} heads, ${prepared.pieces.length} pieces, 8-bit weights (Q8_0)`,
    '- One pass over the last turns and the message; tags are read at each word, intents and authority at one token',
    '- Languages: English, German, French, Spanish',
    '- Licence: that of the appliance. Trained from random weights on dialogues written for it; no other data, no',
    '  pretrained weights, no real person’s words',
    `- Trained by \`npm run train:qualifier\`: ${prepared.dialogues} dialogues (${languages.join(', ')}), multiplied by`,
    `  other values, spellings and joined messages; ${recipe.steps} steps, seed ${recipe.seed}`,
    '',
    '## How sure it must be',
    '',
    'A span, an intent or an authority is only said above a threshold in the file (`crowlit.labelling`): span',
    `${card.thresholds.span}, intent ${card.thresholds.intent}, authority ${card.thresholds.authority}. They were chosen by the figures of the three sets in models/evaluation, so the scores`,
    'there are a little flattered; no text of those sets was trained on.',
    '',
    '## Measured while packing',
    '',
    `On ${prepared.heldOutDialogues} dialogues (${measured.messages} messages) of the same writing that were kept away from training.`,
    'They are few, and by the same hand as the training text: expect less on other wording. `npm run',
    'eval:qualification` measures the whole pipeline on dialogues by others.',
    '',
    '| | F1 | right | wrong | missed |',
    '|---|---|---|---|---|',
    row('all spans, exact', all),
    ...Object.entries(measured.fields).map(([field, counts]) => row(field, counts)),
    row('intents', measured.intents),
    row('authority', measured.authority),
    '',
    `Messages without a fact: ${measured.factFree}; with one found in them: ${measured.invented}.`,
    '',
    `Parity of torch and llama.cpp on those messages: 32-bit weights ${exactParity.sameLabels} of ${exactParity.labels} labels and`,
    `${exactParity.same} of ${exactParity.messages} answers the same; 8-bit weights ${parity.sameLabels} of ${parity.labels} labels and ${parity.same} of`,
    `${parity.messages} answers.`,
    '',
  ];
  writeFileSync(path, lines.join('\n'));
};

/** Puts the bundled model into the catalogue, in place of an earlier one of its name. */
export const writeCatalogue = (path: string, facts: ModelFacts): void => {
  const others = catalogueSchema
    .parse(JSON.parse(readFileSync(path, 'utf8')))
    .filter(entry => entry.file !== 'qualifier.gguf');
  const entry = {
    id: facts.id,
    name: 'Bundled qualifier',
    file: 'qualifier.gguf',
    kind: 'labelling' as const,
    licence: 'part of the appliance',
    size: facts.size,
    sha256: facts.sha256,
    ram: 192 << 20,
    languages: ['en', 'de', 'fr', 'es'],
    source: 'models/training (npm run train:qualifier)',
  };
  writeFileSync(path, `${JSON.stringify([entry, ...others], null, 2)}\n`);
};
