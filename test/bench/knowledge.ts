/**
 * `npm run bench:knowledge -- [--json] [--database sqlite|postgres] [--passages 10000] [--size 384] [--questions 200]`
 * Looking a question up by its words and by its meaning, beside its words alone: the same passages and questions in the
 * same run, by turns, medians. The model is left out (its vector is there at once): what is measured is what comes beside
 * it. Figures of one machine mean little by themselves; the ratio is what counts.
 */
import {parseArgs} from 'node:util';
import {createKnowledgeStore, type PassageRow} from '../../appliance/features/knowledge/knowledge.store.ts';
import {createMeaning} from '../../appliance/features/knowledge/meaning.ts';
import {createSearch} from '../../appliance/features/knowledge/search.ts';
import {createVectorIndex} from '../../appliance/features/knowledge/vector-index.ts';
import {createVectorStore} from '../../appliance/features/knowledge/vectors.store.ts';
import {createWordIndex} from '../../appliance/features/knowledge/word-index.ts';
import {systemClock} from '../../appliance/kit/clock.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {openStorage} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import {type DatabaseKind, freshDatabase} from '../helpers/databases.ts';

const {values: options} = parseArgs({
  options: {
    json: {type: 'boolean', default: false},
    database: {type: 'string', default: 'sqlite'},
    passages: {type: 'string', default: '10000'},
    size: {type: 'string', default: '384'},
    questions: {type: 'string', default: '200'},
  },
});
const [count, size, questions] = [Number(options.passages), Number(options.size), Number(options.questions)];
const perDocument = 500;
const key = 'bench';

let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const vocabulary = Array.from({length: 4000}, () =>
  Array.from(
    {length: 4 + Math.floor(random() * 6)},
    () => 'bcdfgklmnprstaeiou'[Math.floor(random() * 18)],
  ).join(''),
);
/** Some words in every other text, most in few: as in documents. */
const word = (): string => vocabulary[Math.floor(random() ** 3 * vocabulary.length)] ?? '';
const words = (length: number): string => Array.from({length}, word).join(' ');
const vector = (): Float32Array => {
  const values = Float32Array.from({length: size}, () => random() - 0.5);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map(value => value / length);
};
const median = (numbers: number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
const percentile95 = (numbers: number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length * 0.95)] ?? 0;

const takeDown: (() => unknown)[] = [];
try {
  const given = await freshDatabase(
    {teardown: undo => void takeDown.push(undo)},
    options.database as DatabaseKind,
  );
  const storage = await openStorage({...given, clock: systemClock, tables: allTables});
  takeDown.push(storage.close);
  const reader = storage.personal.reader('qualification');
  const store = createKnowledgeStore(storage.personal, reader);
  const vectors = createVectorStore(storage.personal, reader);
  const index = createWordIndex(storage);
  const wordsOf = index.reader();

  for (let from = 0; from < count; from += perDocument) {
    const documentId = newId();
    const rows: PassageRow[] = Array.from({length: Math.min(perDocument, count - from)}, (_, i) => ({
      id: newId(),
      document_id: documentId,
      seq: i + 1,
      page: null,
      heading: JSON.stringify([words(2)]),
      text: words(60),
      language: 'en',
      gives_orders: 0,
    }));
    await storage.transaction(async trx => {
      await store.insert(trx, {
        id: documentId,
        title: words(2),
        file_name: 'bench.txt',
        kind: 'text',
        size: 1,
        sha256: documentId,
        state: 'ready',
        refusal: null,
        pages: null,
        passages: rows.length,
        languages: '["en"]',
        lease_owner: null,
        uploaded_by: documentId,
        uploaded_at: systemClock.iso(),
        read_at: systemClock.iso(),
      });
      for (let at = 0; at < rows.length; at += 50) {
        const some = rows.slice(at, at + 50);
        await store.insertPassages(trx, some);
        await index.put(
          trx,
          some.map(({id, text}) => ({passageId: id, words: wordsOf(text, 'en')})),
        );
        const made = new Map(some.map(({id}) => [id, vector()]));
        await vectors.put(trx, {documentId, embedder: key}, made);
      }
      await vectors.finish(trx, documentId, key);
    });
  }

  const memory = createVectorIndex({bytes: 1 << 30});
  const meaning = createMeaning({
    storage,
    clock: systemClock,
    log: createLogger('silent'),
    store: vectors,
    index: memory,
    patienceMs: 60_000,
    embedder: () =>
      Promise.resolve({
        key,
        name: key,
        here: true,
        problem: null,
        bar: () => 0.6,
        embed: ({texts}) => Promise.resolve(texts.map(vector)),
      }),
  });
  const loadFrom = performance.now();
  await meaning.prepare();
  const load = performance.now() - loadFrom;
  const both = createSearch({storage, store, words: index, meaning});
  const alone = createSearch({
    storage,
    store,
    words: index,
    meaning: {near: () => Promise.resolve({state: 'off'})},
  });
  const times: Record<'both' | 'alone', number[]> = {both: [], alone: []};
  /** Of this process: what a machine that is busy with other things does not stretch. */
  const work: Record<'both' | 'alone', number[]> = {both: [], alone: []};
  const timed = async (which: 'both' | 'alone', text: string): Promise<void> => {
    const from = performance.now();
    const before = process.cpuUsage();
    await (which === 'both' ? both : alone).find({text, locale: 'en', price: false});
    times[which].push(performance.now() - from);
    const {user, system} = process.cpuUsage(before);
    work[which].push((user + system) / 1000);
  };
  for (let i = 0; i < questions + 20; i++) {
    // both are compiled and in the caches by now
    if (i === 20) for (const one of [times, work]) Object.assign(one, {both: [], alone: []});
    const question = `${words(6)}?`;
    for (const which of i % 2 === 0 ? (['both', 'alone'] as const) : (['alone', 'both'] as const))
      await timed(which, question);
  }
  const result = {
    database: options.database,
    passages: count,
    size,
    questions,
    loadMs: Math.round(load),
    vectorsMegabytes: Math.round((count * size * 4) / 1e6),
    wordsMs: median(times.alone),
    wordsMs95: percentile95(times.alone),
    bothMs: median(times.both),
    bothMs95: percentile95(times.both),
    ratio: median(times.both) / median(times.alone),
    wordsWorkMs: median(work.alone),
    bothWorkMs: median(work.both),
    workRatio: median(work.both) / median(work.alone),
  };
  if (options.json) console.log(JSON.stringify(result));
  else {
    console.log(`${count} passages, vectors of ${size} numbers, ${questions} questions, ${options.database}`);
    console.log(
      `words alone        ${result.wordsMs.toFixed(1)} ms (95 %: ${result.wordsMs95.toFixed(1)} ms)`,
    );
    console.log(`words and meaning  ${result.bothMs.toFixed(1)} ms (95 %: ${result.bothMs95.toFixed(1)} ms)`);
    console.log(
      `processor time     ${result.wordsWorkMs.toFixed(1)} ms and ${result.bothWorkMs.toFixed(1)} ms of this process`,
    );
    console.log(
      `ratio              ${result.ratio.toFixed(2)}; of processor time ${result.workRatio.toFixed(2)}`,
    );
    console.log(`vectors            ${result.vectorsMegabytes} MB, loaded at a start in ${result.loadMs} ms`);
  }
} finally {
  for (const undo of takeDown.toReversed()) await undo();
}
