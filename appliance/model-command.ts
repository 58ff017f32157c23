import {setTimeout as pause} from 'node:timers/promises';
import {resolve} from 'node:path';
import {z} from 'zod';
import {
  type Accuracy,
  type Bench,
  type HostOrder,
  hostOrder,
  type Model,
  type Overview,
} from './features/models/models.schema.ts';
import {AppError} from './kit/errors.ts';

export const modelUsage = `crowlit model <what>

  list [--json]              models here, what was measured of them, and what could be brought
  import FILE --sha256 HEX   take a GGUF file over; HEX is what its publisher shows for it
  import https://… --sha256 HEX [--region CODE --by EMAIL] [--private]
                             fetch it from a host in the region instead. The first time, EMAIL is the administrator who
                             answers for it that the host stands in CODE; --private where it has a private address
  stop                       stop the work under way, an import for instance; nothing is kept of it
  verify MODEL               whether its file is still the one that was imported
  bench MODEL                how fast it is on this machine
  measure MODEL              how accurate it is, on this machine: needed before it may score visitors
  activate MODEL             let it answer visitors; “bundled” for the one that came with the appliance
  remove MODEL               delete it
  server connect URL --model NAME --region CODE --by EMAIL [--private] [--key-file FILE]
                             use a model on an OpenAI-compatible server (llama.cpp, vLLM) instead. EMAIL is the
                             administrator who answers for it that the server stands in CODE; --private where it
                             has a private address; FILE holds its key, readable for the appliance’s user
  server test                whether it is reached, takes the key, keeps to a grammar or JSON schema and streams
  server remove              forget it and its key

  MODEL is a name, a SHA-256 or its first digits, “bundled”, or “server” for the connected one. While the appliance
  runs, it does the work.
`;

const acts = ['list', 'stop', 'import', 'verify', 'bench', 'measure', 'activate', 'remove'] as const;
const alone: readonly string[] = ['list', 'stop'];
const isAddress = (text: string): boolean => /^https?:\/\//i.test(text);

export type ModelOptions = {
  sha256?: string | undefined;
  model?: string | undefined;
  region?: string | undefined;
  by?: string | undefined;
  private?: boolean | undefined;
  'key-file'?: string | undefined;
};

const serverOrder = (
  [what, url, ...rest]: readonly string[],
  options: ModelOptions,
  workingDirectory: string,
): HostOrder | undefined => {
  if (what !== 'connect')
    return url === undefined && (what === 'test' || what === 'remove')
      ? {act: what === 'test' ? 'verify' : 'remove', target: 'server'}
      : undefined;
  const {model, region, by, 'key-file': keyFile} = options;
  if (url === undefined || rest.length > 0 || model === undefined || region === undefined || by === undefined)
    return undefined;
  const server = hostOrder.body.shape.order.shape.server.safeParse({
    url,
    model,
    region,
    by,
    private: options.private ?? false,
    ...(keyFile === undefined ? {} : {keyFile: resolve(workingDirectory, keyFile)}),
  });
  if (server.success) return {act: 'connect', server: server.data};
  throw new AppError('invalid', 'models.server_malformed', z.prettifyError(server.error));
};

/** Words of the command line as an order; undefined where they make none. */
export const readOrder = (
  words: readonly string[],
  options: ModelOptions,
  workingDirectory: string,
): HostOrder | undefined => {
  if (words[0] === 'server') return serverOrder(words.slice(1), options, workingDirectory);
  const act = acts.find(one => one === words[0]);
  if (!act || words.length !== (alone.includes(act) ? 1 : 2)) return undefined;
  const target = words[1];
  const hash = options.sha256?.trim().toLowerCase();
  if (hash !== undefined && !/^[0-9a-f]{64}$/.test(hash))
    throw new AppError(
      'invalid',
      'models.hash_malformed',
      `--sha256 ${hash} is not a SHA-256: 64 digits and letters a to f.`,
    );
  if (act === 'import' && target !== undefined && isAddress(target)) {
    const {region, by} = options;
    if ((region === undefined) !== (by === undefined)) return undefined;
    const mirror =
      region === undefined || by === undefined
        ? {}
        : {mirror: {region, by, private: options.private ?? false}};
    return {act, target, ...(hash === undefined ? {} : {sha256: hash}), ...mirror};
  }
  return {
    act,
    ...(target === undefined ? {} : {target: act === 'import' ? resolve(workingDirectory, target) : target}),
    ...(hash === undefined ? {} : {sha256: hash}),
  };
};

const size = (bytes: number): string =>
  bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
const measured = (
  {bench, accuracy}: {bench: Bench | null; accuracy: Accuracy | null},
  unmeasured: string,
): string =>
  `${bench ? `${Math.round(bench.turnMs)} ms a turn` : 'speed not measured'}; ${accuracy ? `F1 ${accuracy.f1?.toFixed(2) ?? '–'} here` : unmeasured}`;
const spoken = (languages: readonly string[]): string =>
  languages.length === 0 ? 'languages not stated' : languages.join(' ');
const line = (model: Model, {active}: Overview): string => {
  const answers = active.modelId === model.id ? '*' : ' ';
  const accuracy = measured(model, model.bundled ? 'accuracy on its card' : 'accuracy not measured here');
  const gone = model.present ? '' : '  ITS FILE IS GONE';
  return `${answers} ${model.name}  ${model.kind}, ${size(model.size)}, ${size(model.ram)} of memory, ${model.licence ?? 'licence not stated'}, ${spoken(model.languages)}; ${accuracy}${gone}\n    ${model.sha256}`;
};
const serverLine = (server: NonNullable<Overview['server']>, {active}: Overview): string => {
  const answers = active.modelId === 'server' ? '*' : ' ';
  const state = server.usable
    ? measured(server, 'accuracy not measured here')
    : `NOT USABLE: ${server.problem ?? 'its test has not ended yet.'}`;
  return `${answers} server: ${server.name}  in ${server.region}, ${server.hasKey ? 'with a key' : 'without a key'}; ${state}\n    ${server.url}`;
};

const print = (overview: Overview, say: (text: string) => void): void => {
  for (const model of overview.models) say(line(model, overview));
  if (overview.server) say(serverLine(overview.server, overview));
  const {embedder} = overview;
  if (embedder)
    say(
      `  ${embedder.name} finds passages${embedder.server ? `, at ${embedder.server.url}` : ''}${embedder.usable ? '' : `; NOT USABLE: ${embedder.problem ?? 'it was not tried to the end.'}`}`,
    );
  if (overview.active.problem !== null) say(`! ${overview.active.problem}`);
  const here = new Set(overview.models.map(({name}) => name));
  const others = overview.catalogue.filter(({name}) => !here.has(name));
  if (others.length === 0) return;
  say(
    '\nCould be brought (file, about how large, memory, licence, languages, where its publisher has it and its SHA-256):',
  );
  for (const {name, file, approximateSize, ram, licence, languages, source} of others)
    say(
      `  ${name}: ${file}, ${approximateSize === null ? 'size not known' : size(approximateSize)}, ${size(ram)}, ${licence}, ${spoken(languages)}, ${source}`,
    );
};

/** An order as it was typed. */
const inWords = ({act, target}: HostOrder): string => {
  if (act === 'connect') return 'server connect';
  return act === 'verify' && target === 'server' ? 'server test' : act;
};

/** Gives the order, then watches the work until it has ended. `ask` reaches the appliance that runs, or the data itself. */
export const runModelOrder = async (
  order: HostOrder,
  options: {json: boolean; say: (text: string) => void; tell: (text: string) => void},
  ask: (order: HostOrder) => Promise<Overview>,
): Promise<number> => {
  const {say, tell} = options;
  let overview = await ask(order);
  if (order.act === 'list') {
    if (options.json) say(JSON.stringify(overview, null, 2));
    else print(overview, say);
    return 0;
  }
  if (order.act === 'remove' || order.act === 'stop') {
    say(order.act === 'remove' ? 'It is removed.' : 'It is stopped.');
    return 0;
  }
  let told = -1;
  while (overview.task?.state === 'running') {
    const {done, total, unit} = overview.task;
    const percent = Math.floor((100 * done) / Math.max(1, total));
    if (unit !== 'steps' && percent >= told + 10) {
      told = percent;
      tell(`${percent} %`);
    }
    await pause(500);
    overview = await ask({act: 'list'});
  }
  const {task} = overview;
  if (task?.state === 'failed') {
    tell(`crowlit model ${inWords(order)}: ${task.message ?? ''}`);
    return 1;
  }
  const waits = order.act === 'connect' && !task && overview.server?.usable === false;
  say(
    waits
      ? 'Its host waits for a second administrator, who approves it on the console’s page Residency; then it is tested by itself.'
      : (task?.message ?? 'Done.'),
  );
  return 0;
};
