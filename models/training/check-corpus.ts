/**
 * `npm run corpus:check [-- --corpus FOLDER]`: reads all training dialogues strictly, prints what is in them, and exits 1
 * on any fault.
 */
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {checkCorpus} from './corpus-faults.ts';

const {values} = parseArgs({
  options: {corpus: {type: 'string', default: join(import.meta.dirname, 'corpus')}},
});

const count = (keys: Iterable<string>): string => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([key, n]) => `  ${key} ${n}`)
    .join('\n');
};

const {dialogues, skeletons, faults} = checkCorpus(values.corpus, join(import.meta.dirname, '../evaluation'));
const visitorTurns = dialogues.flatMap(dialogue => dialogue.turns).filter(turn => turn.role === 'visitor');
const plain = dialogues.filter(dialogue => dialogue.tags.length === 0).length;
const factless = dialogues.filter(dialogue =>
  dialogue.turns.every(turn => turn.spans.length === 0 && turn.authority === null),
).length;
const wordless = visitorTurns.filter(
  turn => turn.spans.length > 0 && turn.text.split(/\s+/).length <= 3,
).length;

console.log(`dialogues ${dialogues.length}, visitor turns ${visitorTurns.length}, skeletons ${skeletons}`);
console.log(`plain ${plain}, hard ${dialogues.length - plain}, without a fact ${factless}`);
console.log(`labelled visitor turns of at most three words ${wordless}`);
console.log(`languages\n${count(dialogues.map(dialogue => dialogue.locale.slice(0, 2)))}`);
console.log(`locales\n${count(dialogues.map(dialogue => dialogue.locale))}`);
console.log(`fields\n${count(visitorTurns.flatMap(turn => turn.spans.map(span => span.field)))}`);
console.log(`intents\n${count(visitorTurns.flatMap(turn => turn.intents))}`);
console.log(`authority\n${count(visitorTurns.flatMap(turn => turn.authority ?? []))}`);
console.log(`trades ${new Set(dialogues.map(dialogue => dialogue.trade)).size}`);
console.log(`faults ${faults.length}`);
for (const fault of faults) console.error(`fault: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
