import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {parseArgs} from 'node:util';
import type {LanguageModel} from '../../appliance/adapters/llm/contract.ts';
import {
  bundledModelPath,
  createInference,
  judgeModel,
  readCatalogue,
} from '../../appliance/inference/index.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {type Dialogue, readDialogues} from './format.ts';
import {measure, type Report} from './measure.ts';
import {errorPage} from './page.ts';
import {type Prediction, predict} from './predict.ts';
import {type Ablation, printAblation, printTable} from './table.ts';

const usage = `npm run eval:qualification -- FILE... [--model ID|none|bundled|PATH] [--data DIR] [--ablation] [--json] [--predictions OUT] [--page OUT.html]

Runs the dialogues of the files (one JSON object a line) through the pipeline the appliance uses and prints how many
facts and intents it gets right, with 95 % intervals.
  --model        the name or the SHA-256 (or its first digits) of a model that was imported, an id of models/catalogue.json, the
                 path of a model file, bundled (what the appliance uses; the default), or none: deterministic reading alone
  --data         the appliance's data directory, where imported models lie; data/ by default
  --ablation     also without the model, and by the model alone, side by side
  --json         for machines (npm run --silent keeps npm's own lines out)
  --predictions  writes a JSON line per dialogue: {"id", "facts"}
  --page         where the page goes that shows every error in its dialogue, with its evidence; else build/evaluation/`;

const pages = join(import.meta.dirname, '../../build/evaluation');

class UsageError extends Error {}

type Opened = {model: LanguageModel | undefined; name: string; close: () => Promise<void>};

/** Imported models lie under their SHA-256, and are asked for by the name they bear as well. */
const findImported = async (wanted: string, folder: string): Promise<string | undefined> => {
  const files = existsSync(folder)
    ? readdirSync(folder).filter(name => /^[0-9a-f]{64}\.gguf$/.test(name))
    : [];
  const isHash = /^[0-9a-f]{6,64}$/i.test(wanted);
  const named = await Promise.all(
    files.map(async name => {
      const path = join(folder, name);
      if (isHash && name.startsWith(wanted.toLowerCase())) return path;
      return (await judgeModel(path)).name.toLowerCase() === wanted.toLowerCase() ? path : undefined;
    }),
  );
  const found = named.filter(path => path !== undefined);
  if (found.length > 1)
    throw new UsageError(
      `${found.length} imported models are called “${wanted}”: give more digits of its SHA-256.`,
    );
  return found[0];
};

const pathOf = async (wanted: string, data: string): Promise<string> => {
  if (wanted === 'bundled') return bundledModelPath;
  const catalogue = await readCatalogue();
  const entry = catalogue.find(({id}) => id === wanted);
  const folder = join(data, 'models');
  const path =
    (await findImported(wanted, folder)) ?? (entry ? join(dirname(bundledModelPath), entry.file) : wanted);
  if (existsSync(path)) return path;
  throw new UsageError(
    entry
      ? `The file of ${wanted} is not on this machine (${path}). Give the path of a copy, or the SHA-256 under which it was imported.`
      : `There is no model "${wanted}" in ${folder}: give none, bundled, the path of a model file, the name or SHA-256 of an imported one, or an id of the catalogue (${catalogue.map(({id}) => id).join(', ')}).`,
  );
};

const openModel = async (wanted: string, data: string): Promise<Opened> => {
  if (wanted === 'none') return {model: undefined, name: 'none (reading alone)', close: async () => {}};
  const modelPath = await pathOf(wanted, data);
  const inference = createInference({modelPath, log: createLogger('warn')});
  try {
    await inference.ready();
  } catch (error) {
    await inference.close();
    throw error;
  }
  return {model: inference, name: inference.info()?.id ?? wanted, close: inference.close};
};

type Run = {predictions: Prediction[]; report: Report};
const run = async (
  dialogues: readonly Dialogue[],
  name: string,
  model: LanguageModel | undefined,
  modelAlone = false,
): Promise<Run> => {
  const predictions: Prediction[] = [];
  for (const dialogue of dialogues) predictions.push(await predict(dialogue, model, modelAlone));
  return {predictions, report: measure(dialogues, predictions, name)};
};

const write = (path: string, content: string): void => {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, content);
};

const readOptions = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        model: {type: 'string', default: existsSync(bundledModelPath) ? 'bundled' : 'none'},
        data: {type: 'string', default: 'data'},
        ablation: {type: 'boolean', default: false},
        json: {type: 'boolean', default: false},
        predictions: {type: 'string'},
        page: {type: 'string'},
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

const main = async (): Promise<void> => {
  const {values, positionals: files} = readOptions();
  if (files.length === 0) throw new UsageError('Which file of dialogues?');
  if (values.ablation && values.model === 'none') throw new UsageError('--ablation needs a model.');
  const dialogues = files.flatMap(readDialogues);
  const {model, name, close} = await openModel(values.model, values.data);
  try {
    const {predictions, report} = await run(dialogues, name, model);
    const ablation: Ablation | undefined = values.ablation
      ? {
          'reading alone': (await run(dialogues, 'none (reading alone)', undefined)).report,
          'model alone': (await run(dialogues, `${name} (alone)`, model, true)).report,
          both: report,
        }
      : undefined;
    const tables = [printTable(report), ...(ablation ? [printAblation(ablation)] : [])].join('\n\n');
    if (values.predictions)
      write(
        values.predictions,
        predictions.map(({id, facts}) => `${JSON.stringify({id, facts})}\n`).join(''),
      );
    const page = values.page ?? join(pages, `${basename(files[0] ?? '', '.jsonl')}.html`);
    write(page, errorPage(report, dialogues, tables));
    process.stderr.write(`Errors, each with its evidence: ${page}\n`);
    const machine = {files, ...report, ...(ablation ? {ablation} : {})};
    process.stdout.write(`${values.json ? JSON.stringify(machine, null, 2) : tables}\n`);
  } finally {
    await close();
  }
};

await main().catch((error: unknown) => {
  const isUsage = error instanceof UsageError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(isUsage ? `${message}\n\n${usage}\n` : `${message}\n`);
  process.exitCode = isUsage ? 2 : 1;
});
