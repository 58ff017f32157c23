// Reads the whole corpus strictly, prints what is in it, and exits 1 on any fault.
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {CorpusError, parseCorpus, skeletonOf} from './corpus.ts';
import type {CorpusDialogue} from './corpus.ts';

const root = join(import.meta.dirname, 'corpus');
const faults: string[] = [];
const all: CorpusDialogue[] = [];
const skeletons = new Map<string, string>();

const count = (keys: Iterable<string>): string => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([key, n]) => `  ${key} ${n}`)
    .join('\n');
};

const checkFile = (language: string, file: string): void => {
  const where = `${language}/${file}`;
  let dialogues: CorpusDialogue[] = [];
  try {
    dialogues = parseCorpus(readFileSync(join(root, language, file), 'utf8'));
  } catch (error) {
    if (!(error instanceof CorpusError)) throw error;
    faults.push(`${where}, ${error.message}`);
  }
  for (const dialogue of dialogues) {
    const place = `${where}, line ${dialogue.line}`;
    if (!dialogue.locale.startsWith(`${language}-`))
      faults.push(`${place}: ${dialogue.locale} in ${language}/`);
    const skeleton = skeletonOf(dialogue);
    const first = skeletons.get(skeleton);
    if (first === undefined) skeletons.set(skeleton, place);
    else faults.push(`${place}: the same dialogue as ${first}`);
    all.push(dialogue);
  }
};

for (const entry of readdirSync(root, {withFileTypes: true})) {
  if (!entry.isDirectory()) continue;
  for (const file of readdirSync(join(root, entry.name)).toSorted()) {
    if (file.endsWith('.txt')) checkFile(entry.name, file);
    else faults.push(`${entry.name}/${file}: not a .txt file`);
  }
}

const visitorTurns = all.flatMap(dialogue => dialogue.turns).filter(turn => turn.role === 'visitor');
const plain = all.filter(dialogue => dialogue.tags.length === 0).length;
const factless = all.filter(dialogue =>
  dialogue.turns.every(turn => turn.spans.length === 0 && turn.authority === null),
).length;
const wordless = visitorTurns.filter(
  turn => turn.spans.length > 0 && turn.text.split(/\s+/).length <= 3,
).length;

console.log(`dialogues ${all.length}, visitor turns ${visitorTurns.length}, skeletons ${skeletons.size}`);
console.log(`plain ${plain}, hard ${all.length - plain}, without a fact ${factless}`);
console.log(`labelled visitor turns of at most three words ${wordless}`);
console.log(`languages\n${count(all.map(dialogue => dialogue.locale.slice(0, 2)))}`);
console.log(`locales\n${count(all.map(dialogue => dialogue.locale))}`);
console.log(`fields\n${count(visitorTurns.flatMap(turn => turn.spans.map(span => span.field)))}`);
console.log(`intents\n${count(visitorTurns.flatMap(turn => turn.intents))}`);
console.log(`authority\n${count(visitorTurns.flatMap(turn => turn.authority ?? []))}`);
console.log(`trades ${new Set(all.map(dialogue => dialogue.trade)).size}`);
if (all.length === 0) faults.push('the corpus is empty');
for (const fault of faults) console.error(`fault: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
