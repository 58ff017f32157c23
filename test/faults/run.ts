/**
 * `npm run test:faults -- [--cycles 100] [--postgres-cycles 30] [--seed N] [--quick] [--json]`
 * Kills the appliance while people write, on SQLite and on PostgreSQL, and counts what was lost or doubled.
 * Exits 1 when anything was.
 */
import {parseArgs} from 'node:util';
import type {DatabaseKind, Scope} from '../helpers/databases.ts';
import {type Figures, runFaults} from './faults.ts';
import {moments} from './kill.ts';
import {faultKinds} from './ledger.ts';

const {values: options} = parseArgs({
  options: {
    cycles: {type: 'string'},
    'postgres-cycles': {type: 'string'},
    seed: {type: 'string'},
    quick: {type: 'boolean', default: false},
    json: {type: 'boolean', default: false},
  },
});
const count = (text: string | undefined, otherwise: number): number => {
  const number = Number(text ?? otherwise);
  if (Number.isInteger(number) && number >= 0) return number;
  process.stderr.write(`${text} is not a number of cycles.\n`);
  return process.exit(2);
};
const cycles: Record<DatabaseKind, number> = {
  sqlite: count(options.cycles, options.quick ? 5 : 100),
  postgres: count(options['postgres-cycles'], options.quick ? 2 : 30),
};
const seed = count(options.seed, Math.floor(Math.random() * 1_000_000));

const table = (all: Figures[]): string => {
  const rows: [string, ...(string | number)[]][] = [
    ['', ...all.map(({database}) => database)],
    ['cycles of kill -9 and restart', ...all.map(one => one.cycles)],
    ...moments.map((moment): [string, ...number[]] => [
      `  killed: ${moment}`,
      ...all.map(({kills}) => kills[moment]),
    ]),
    ['start, median ms', ...all.map(({startMs}) => startMs.median)],
    ['start, slowest ms', ...all.map(({startMs}) => startMs.slowest)],
    ['conversations', ...all.map(one => one.conversations)],
    ['messages acknowledged', ...all.map(one => one.acknowledged)],
    ['answers of the AI', ...all.map(one => one.answers)],
    ['turns given to a person after five deaths', ...all.map(one => one.gaveUp)],
    ['leads', ...all.map(one => one.leads)],
    ['leads delivered, by idempotency key', ...all.map(one => one.deliveries)],
    ['deliveries resent under the same key', ...all.map(one => one.resent)],
    ['messages before an earlier one', ...all.map(one => one.early)],
    ['socket folders left behind', ...all.map(one => one.leftFolders)],
    ...faultKinds.map((kind): [string, ...number[]] => [
      `FAULT ${kind}`,
      ...all.map(({faults}) => faults[kind]),
    ]),
    ['seconds', ...all.map(one => one.seconds)],
  ];
  return rows
    .map(([label, ...values]) => label.padEnd(44) + values.map(value => String(value).padStart(10)).join(''))
    .join('\n');
};

const ends: (() => unknown)[] = [];
const scope: Scope = {teardown: end => void ends.push(end)};
const all: Figures[] = [];
try {
  for (const database of ['sqlite', 'postgres'] as const) {
    if (cycles[database] === 0) continue;
    const progress = (line: string) => process.stderr.write(`${line}\n`);
    all.push(await runFaults(scope, {database, cycles: cycles[database], seed, progress}));
  }
} finally {
  for (const end of ends.toReversed()) await end();
}
const faults = all.reduce((sum, one) => sum + Object.values(one.faults).reduce((a, b) => a + b, 0), 0);
process.stdout.write(
  options.json ? `${JSON.stringify({seed, faults, runs: all}, null, 2)}\n` : `${table(all)}\n`,
);
for (const {database, examples} of all)
  for (const example of examples) process.stderr.write(`${database}: ${example}\n`);
process.exit(faults === 0 ? 0 : 1);
