/**
 * `npm run test:controls -- [--database sqlite|postgres] [--control ID]`
 * Breaks every promise in turn on a real appliance, on both databases, and sees that exactly its control turns red.
 * Exits 1 when one did not, when another did, or when a control has nothing that breaks it.
 */
import {parseArgs} from 'node:util';
import {databaseKinds, type Scope} from '../helpers/databases.ts';
import {statesOf, tryMutation, unmatched} from './check.ts';
import {mutations} from './mutations/index.ts';
import {startWorld} from './world.ts';

const {values: options} = parseArgs({options: {database: {type: 'string'}, control: {type: 'string'}}});
const kinds = databaseKinds.filter(kind => options.database === undefined || kind === options.database);
const chosen = mutations.filter(({control}) => options.control === undefined || control === options.control);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
if (kinds.length === 0 || chosen.length === 0) {
  process.stderr.write('There is no such database, or no such control.\n');
  process.exit(2);
}

const ends: (() => unknown)[] = [];
const scope: Scope = {teardown: end => void ends.push(end)};
let [right, wrong] = [0, 0];
for (const kind of kinds) {
  const world = await startWorld(scope, kind, kinds);
  const before = await statesOf(world);
  say(`\n${kind}: ${before.size} controls`);
  for (const problem of [
    ...unmatched(before),
    ...[...before]
      .filter(([, state]) => state === 'broken')
      .map(([id]) => `${id} is broken before anything was done`),
  ]) {
    wrong += 1;
    say(`  WRONG  ${problem}`);
  }
  for (const mutation of chosen.filter(({database = kind}) => database === kind)) {
    const {problems, ms} = await tryMutation(world, mutation, before);
    if (problems.length === 0) right += 1;
    else wrong += 1;
    say(
      `  ${problems.length === 0 ? 'red   ' : 'WRONG '} ${mutation.control.padEnd(24)} ${mutation.how.padEnd(56)} ${String(ms).padStart(6)} ms`,
    );
    for (const problem of problems) say(`           ${problem}`);
  }
}
for (const end of ends.toReversed()) await end();
say(
  `\n${right} of ${right + wrong} as they should be: the control that was broken turned red, every other stayed as it was.`,
);
process.exit(wrong === 0 ? 0 : 1);
