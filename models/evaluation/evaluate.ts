import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import type {LanguageModel, Turn} from '../../appliance/adapters/llm/contract.ts';
import {type Fact, qualify} from '../../appliance/features/qualification/engine/index.ts';
import {mask} from '../../appliance/kit/mask.ts';
import {type Dialogue, type Expected, readDialogues} from './format.ts';
import {measure, type Prediction, printTable} from './measure.ts';
import {errorPage} from './page.ts';

const bundled = fileURLToPath(new URL('../bundled/qualifier.gguf', import.meta.url));

const usage = `npm run eval:qualification -- FILE [--model none|bundled|PATH.gguf] [--json] [--predictions OUT] [--page OUT.html]

Runs the dialogues of FILE (one JSON object a line) through the pipeline the appliance uses and prints how many facts
and intents it gets right. --model none: deterministic reading
alone. Without --model: the bundled model where there is one, as the appliance does.`;

/** Goes through a dialogue turn by turn, as the appliance does, and keeps what holds at its end. */
export const predict = async (dialogue: Dialogue, model: LanguageModel | undefined): Promise<Prediction> => {
  const turns: Turn[] = [];
  let facts: Fact[] = [];
  const turnMilliseconds: number[] = [];
  for (const {role, text} of dialogue.turns) {
    turns.push({role, text: mask(text)});
    if (role !== 'visitor') continue;
    const started = performance.now();
    const result = await qualify({
      turns: [...turns],
      locale: dialogue.locale,
      region: dialogue.region,
      today: dialogue.today,
      model,
      known: facts.map(({field, value}) => ({field, value})),
    });
    turnMilliseconds.push(performance.now() - started);
    const replaced = (old: Fact) =>
      result.retracted.includes(old.field) ||
      result.facts.some(
        ({field, value}) => field === old.field && (field !== 'intent' || value === old.value),
      );
    facts = [...facts.filter(old => !replaced(old)), ...result.facts];
    if (model && !result.model.used)
      throw new Error(`the model did not answer: ${result.model.code ?? result.model.reason}`);
  }
  const value = (field: string) => facts.findLast(fact => fact.field === field)?.value ?? null;
  return {
    id: dialogue.id,
    facts: {
      name: value('name'),
      email: value('email'),
      phone: value('phone'),
      company: value('company'),
      job_title: value('job_title'),
      company_size: value('company_size'),
      budget: value('budget'),
      timeline: value('timeline'),
      authority: value('authority'),
      intents: facts.filter(({field}) => field === 'intent').map(fact => fact.value),
    } as Expected,
    quotes: Object.fromEntries(
      facts.map(fact => [
        fact.field === 'intent' ? `intent ${fact.value as string}` : fact.field,
        `${fact.evidence.quote} [${fact.source}]`,
      ]),
    ),
    turnMilliseconds,
  };
};

type Opened = {model: LanguageModel | undefined; name: string; close: () => Promise<void>};
const openModel = async (wanted: string): Promise<Opened> => {
  if (wanted === 'none') return {model: undefined, name: 'none (reading alone)', close: async () => {}};
  const [{createInference}, {createLogger}] = await Promise.all([
    import('../../appliance/inference/index.ts'),
    import('../../appliance/kit/logger.ts'),
  ]);
  const modelPath = wanted === 'bundled' ? bundled : wanted;
  const inference = createInference({modelPath, log: createLogger('warn')});
  await inference.ready();
  return {model: inference, name: inference.info()?.id ?? wanted, close: inference.close};
};

const main = async (): Promise<void> => {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {
      model: {type: 'string', default: existsSync(bundled) ? 'bundled' : 'none'},
      json: {type: 'boolean', default: false},
      predictions: {type: 'string'},
      page: {type: 'string'},
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    process.stderr.write(`${usage}\n`);
    process.exitCode = 2;
    return;
  }
  const dialogues = readDialogues(file);
  const {model, name, close} = await openModel(values.model);
  try {
    const predictions: Prediction[] = [];
    for (const dialogue of dialogues) predictions.push(await predict(dialogue, model));
    const report = measure(dialogues, predictions, name);
    const write = (path: string, content: string) => {
      mkdirSync(dirname(path), {recursive: true});
      writeFileSync(path, content);
    };
    if (values.predictions) {
      write(
        values.predictions,
        predictions.map(({id, facts}) => `${JSON.stringify({id, facts})}\n`).join(''),
      );
    }
    if (values.page) write(values.page, errorPage(report, dialogues));
    process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : printTable(report)}\n`);
  } finally {
    await close();
  }
};

if (import.meta.main) {
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
