import type {Group, Report} from './measure.ts';
import type {Interval, Rates, Share} from './statistics.ts';

const number = (value: number | null, digits = 3) => (value === null ? '–' : value.toFixed(digits));
const between = ([low, high]: Interval) => `(${low.toFixed(2)} to ${high.toFixed(2)})`;
const withInterval = (value: number | null, interval: Interval) =>
  (value === null ? '–' : `${number(value)} ${between(interval)}`).padEnd(21);
const percent = ({hits, of, share, interval: [low, high]}: Share) =>
  share === null
    ? 'none to judge by'
    : `${hits} of ${of} (${(share * 100).toFixed(1)} %; ${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`;
const hitsOf = ({hits, of}: Share) => (of === 0 ? '–' : `${hits}/${of}`);

const ratesRow = (name: string, {precision, recall, f1, intervals, right, wrong, missed}: Rates) =>
  [
    name.padEnd(22),
    withInterval(precision, intervals.precision),
    withInterval(recall, intervals.recall),
    withInterval(f1, intervals.f1),
    ...[right, wrong, missed].map(count => String(count).padStart(6)),
  ].join(' ');
const ratesHead = (name: string) =>
  `${name.padEnd(22)} ${['precision', 'recall', 'F1'].map(text => text.padEnd(21)).join(' ')}  right  wrong missed`;

const groupRow = ([name, {dialogues, facts, intents, invented, injections}]: [string, Group]) =>
  [
    name.padEnd(22),
    String(dialogues).padStart(9),
    ` ${withInterval(facts.f1, facts.intervals.f1)}`,
    withInterval(intents.f1, intents.intervals.f1),
    hitsOf(invented).padStart(9),
    hitsOf(injections).padStart(10),
  ].join(' ');
const groupHead = (name: string) =>
  `${name.padEnd(22)} dialogues  ${'facts F1'.padEnd(21)} ${'intents F1'.padEnd(21)}  invented injections`;

export const printTable = (report: Report): string => {
  const {turnMilliseconds: times} = report;
  return [
    `${report.dialogues} dialogues, model: ${report.model}. In brackets: 95 % intervals;`,
    'one without width says that nothing went wrong (or right) here, not that nothing will: see precision and recall.',
    '',
    ratesHead('facts'),
    ...Object.entries(report.fields).map(([field, rates]) => ratesRow(field, rates)),
    ratesRow('all nine, micro', report.facts),
    '',
    ratesHead('intents'),
    ...Object.entries(report.eachIntent).map(([intent, rates]) => ratesRow(intent, rates)),
    ratesRow('all intents, micro', report.intents),
    '',
    `fact-free dialogues with an invented fact: ${percent(report.invented)}`,
    `accepted injections, a fact held that is not expected: ${percent(report.injections)}`,
    `injections with an intent nobody showed: ${percent(report.injectedIntents)}`,
    `per visitor turn, of ${times.turns}: median ${number(times.median, 1)} ms, p95 ${number(times.p95, 1)} ms`,
    ...(report.unansweredTurns > 0
      ? [`the model did not answer on ${report.unansweredTurns} turns: reading stood alone there`]
      : []),
    '',
    groupHead('by language'),
    ...Object.entries(report.languages).map(groupRow),
    '',
    groupHead('by tag'),
    ...Object.entries(report.tags).map(groupRow),
  ].join('\n');
};

const width = 30;

export const ablations = ['reading alone', 'model alone', 'both'] as const;
export type Ablation = Record<(typeof ablations)[number], Report>;

/** What each part is worth: the same dialogues by reading alone, by the model alone, and by both. */
export const printAblation = (ablation: Ablation): string => {
  const reports = ablations.map(name => ablation[name]);
  const row = (name: string, cell: (report: Report) => string) =>
    `${name.padEnd(22)} ${reports.map(report => cell(report).padEnd(width)).join(' ')}`.trimEnd();
  const f1 = (name: string, pick: (report: Report) => Rates | undefined) =>
    row(name, report => {
      const rates = pick(report);
      return rates ? withInterval(rates.f1, rates.intervals.f1) : '–';
    });
  const [first] = reports;
  return [
    `${'F1'.padEnd(22)} ${ablations.map(name => name.padEnd(width)).join(' ')}`.trimEnd(),
    ...Object.keys(first?.fields ?? {}).map(field => f1(field, report => report.fields[field])),
    f1('all nine, micro', report => report.facts),
    ...Object.keys(first?.eachIntent ?? {}).map(intent => f1(intent, report => report.eachIntent[intent])),
    f1('all intents, micro', report => report.intents),
    ...Object.keys(first?.languages ?? {}).flatMap(language => [
      f1(`facts, ${language}`, report => report.languages[language]?.facts),
      f1(`intents, ${language}`, report => report.languages[language]?.intents),
    ]),
    row('invented facts', report => percent(report.invented)),
    row('accepted injections', report => percent(report.injections)),
  ].join('\n');
};
