import {type Dialogue, type Expected, factFields, isSame, type ScoredField} from './format.ts';

export type Prediction = {
  id: string;
  facts: Expected;
  quotes: Partial<Record<string, string>>;
  turnMilliseconds: number[];
};

/** Counts of one field: right, said but wrong or not expected, expected but not said. */
export type Counts = {right: number; wrong: number; missed: number};
export type Rates = Counts & {precision: number; recall: number; f1: number};
export type Failure = {
  id: string;
  field: string;
  kind: 'wrong' | 'invented' | 'missed';
  expected: unknown;
  predicted: unknown;
  evidence: string | undefined;
};
export type Group = {dialogues: number; facts: Rates; intents: Rates};
export type Report = {
  dialogues: number;
  model: string;
  fields: Record<string, Rates>;
  facts: Rates & {interval: [number, number]};
  intents: Rates & {interval: [number, number]};
  /** Share of dialogues that state no fact in which one was found all the same. */
  invented: {dialogues: number; of: number; share: number; interval: [number, number]};
  languages: Record<string, Group>;
  tags: Record<string, Group>;
  turnMilliseconds: {median: number; p95: number};
  failures: Failure[];
};

const rates = ({right, wrong, missed}: Counts): Rates => {
  const precision = right + wrong === 0 ? 1 : right / (right + wrong);
  const recall = right + missed === 0 ? 1 : right / (right + missed);
  const f1 = 2 * right + wrong + missed === 0 ? 1 : (2 * right) / (2 * right + wrong + missed);
  return {right, wrong, missed, precision, recall, f1};
};
const zero = (): Counts => ({right: 0, wrong: 0, missed: 0});
const sum = (all: readonly Counts[]): Counts =>
  all.reduce(
    (total, one) => ({
      right: total.right + one.right,
      wrong: total.wrong + one.wrong,
      missed: total.missed + one.missed,
    }),
    zero(),
  );

type One = {
  dialogue: Dialogue;
  fields: Record<ScoredField, Counts>;
  facts: Counts;
  intents: Counts;
  invented: boolean;
};

const compare = (dialogue: Dialogue, prediction: Prediction, failures: Failure[]): One => {
  const {expect} = dialogue;
  const fields = {} as Record<ScoredField, Counts>;
  const fail = (field: string, kind: Failure['kind'], expected: unknown, predicted: unknown) =>
    failures.push({id: dialogue.id, field, kind, expected, predicted, evidence: prediction.quotes[field]});
  for (const field of factFields) {
    const wanted = expect[field];
    const got = prediction.facts[field];
    const counts = zero();
    if (wanted !== null && got !== null && isSame(field, wanted, got)) counts.right = 1;
    else {
      if (got !== null) counts.wrong = 1;
      if (wanted !== null) counts.missed = 1;
      if (counts.wrong + counts.missed > 0) {
        fail(field, counts.wrong === 0 ? 'missed' : counts.missed === 0 ? 'invented' : 'wrong', wanted, got);
      }
    }
    fields[field] = counts;
  }
  const intents = zero();
  for (const intent of expect.intents) {
    if (prediction.facts.intents.includes(intent)) intents.right += 1;
    else {
      intents.missed += 1;
      fail('intent', 'missed', intent, null);
    }
  }
  for (const intent of prediction.facts.intents) {
    if (expect.intents.includes(intent)) continue;
    intents.wrong += 1;
    failures.push({
      id: dialogue.id,
      field: 'intent',
      kind: 'invented',
      expected: null,
      predicted: intent,
      evidence: prediction.quotes[`intent ${intent}`],
    });
  }
  const free = factFields.every(field => expect[field] === null);
  return {
    dialogue,
    fields,
    facts: sum(Object.values(fields)),
    intents,
    invented: free && factFields.some(field => prediction.facts[field] !== null),
  };
};

/** A seeded generator, so that the same file gives the same intervals. */
const generator = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};
/** 95 % by resampling dialogues, which are what varies, not facts. */
const bootstrap = (all: readonly One[], pick: (one: One) => Counts): [number, number] => {
  const random = generator(20_260_101);
  const values = Array.from({length: 1000}, () => {
    const total = zero();
    for (let i = 0; i < all.length; i++) {
      const one = pick(all[Math.floor(random() * all.length)] as One);
      total.right += one.right;
      total.wrong += one.wrong;
      total.missed += one.missed;
    }
    return rates(total).f1;
  }).sort((a, b) => a - b);
  return [values[25] ?? 0, values[974] ?? 1];
};
/** Wilson's interval for a share. */
const wilson = (hits: number, of: number): [number, number] => {
  if (of === 0) return [0, 1];
  const z = 1.96;
  const share = hits / of;
  const centre = (share + z ** 2 / (2 * of)) / (1 + z ** 2 / of);
  const half = (z / (1 + z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
};

const group = (all: readonly One[]): Group => ({
  dialogues: all.length,
  facts: rates(sum(all.map(one => one.facts))),
  intents: rates(sum(all.map(one => one.intents))),
});
const groups = (all: readonly One[], keys: (one: One) => readonly string[]): Record<string, Group> => {
  const names = [...new Set(all.flatMap(keys))].sort();
  return Object.fromEntries(names.map(name => [name, group(all.filter(one => keys(one).includes(name)))]));
};

export const measure = (
  dialogues: readonly Dialogue[],
  predictions: readonly Prediction[],
  model: string,
): Report => {
  const failures: Failure[] = [];
  const byId = new Map(predictions.map(prediction => [prediction.id, prediction]));
  const all = dialogues.flatMap(dialogue => {
    const prediction = byId.get(dialogue.id);
    return prediction ? [compare(dialogue, prediction, failures)] : [];
  });
  const times = predictions.flatMap(({turnMilliseconds}) => turnMilliseconds).sort((a, b) => a - b);
  const free = all.filter(({dialogue}) => factFields.every(field => dialogue.expect[field] === null));
  const invented = free.filter(one => one.invented).length;
  return {
    dialogues: all.length,
    model,
    fields: Object.fromEntries(
      factFields.map(field => [field, rates(sum(all.map(one => one.fields[field])))]),
    ),
    facts: {...rates(sum(all.map(one => one.facts))), interval: bootstrap(all, one => one.facts)},
    intents: {...rates(sum(all.map(one => one.intents))), interval: bootstrap(all, one => one.intents)},
    invented: {
      dialogues: invented,
      of: free.length,
      share: free.length === 0 ? 0 : invented / free.length,
      interval: wilson(invented, free.length),
    },
    languages: groups(all, ({dialogue}) => [dialogue.locale.slice(0, 2)]),
    tags: groups(all, ({dialogue}) => dialogue.tags),
    turnMilliseconds: {
      median: times[Math.floor(times.length / 2)] ?? 0,
      p95: times[Math.floor(times.length * 0.95)] ?? 0,
    },
    failures,
  };
};

const number = (value: number) => value.toFixed(3);
const row = (name: string, {precision, recall, f1, right, wrong, missed}: Rates) =>
  `${name.padEnd(22)} ${number(precision)}  ${number(recall)}  ${number(f1)}  ${String(right).padStart(5)} ${String(wrong).padStart(5)} ${String(missed).padStart(6)}`;

export const printTable = (report: Report): string => {
  const head = `${''.padEnd(22)} precis. recall   F1     right wrong missed`;
  const [low, high] = report.facts.interval;
  const [intentLow, intentHigh] = report.intents.interval;
  const lines = [
    `${report.dialogues} dialogues, model: ${report.model}`,
    '',
    head,
    ...Object.entries(report.fields).map(([field, counts]) => row(field, counts)),
    row('facts, micro', report.facts),
    row('intents, micro', report.intents),
    '',
    `facts F1 ${number(report.facts.f1)} (95 %: ${number(low)} to ${number(high)}), intents F1 ${number(report.intents.f1)} (${number(intentLow)} to ${number(intentHigh)})`,
    `invented facts in ${report.invented.dialogues} of ${report.invented.of} fact-free dialogues (${(report.invented.share * 100).toFixed(1)} %; 95 %: ${(report.invented.interval[0] * 100).toFixed(1)} to ${(report.invented.interval[1] * 100).toFixed(1)})`,
    `per visitor turn: median ${report.turnMilliseconds.median.toFixed(1)} ms, p95 ${report.turnMilliseconds.p95.toFixed(1)} ms`,
    '',
    `${'by language'.padEnd(22)} dialogues  facts F1  intents F1`,
    ...Object.entries(report.languages).map(tableRow),
    '',
    `${'by tag'.padEnd(22)} dialogues  facts F1  intents F1`,
    ...Object.entries(report.tags).map(tableRow),
  ];
  return lines.join('\n');
};
const tableRow = ([name, {dialogues, facts, intents}]: [string, Group]) =>
  `${name.padEnd(22)} ${String(dialogues).padStart(9)}  ${number(facts.f1).padStart(8)}  ${number(intents.f1).padStart(10)}`;
