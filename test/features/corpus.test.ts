import {mkdirSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {maskedText, parseCorpus, skeletonOf} from '../../models/training/corpus.ts';
import {checkCorpus} from '../../models/training/corpus-faults.ts';
import {findAlike, gramsOf, longestShared, mostShared} from '../../models/training/resemblance.ts';
import {temporaryDirectory} from '../helpers/databases.ts';

const models = resolve(import.meta.dirname, '../../models');

test('the committed training dialogues are many, distinct, and none resembles an evaluation set', t => {
  const {dialogues, faults} = checkCorpus(join(models, 'training/corpus'), join(models, 'evaluation'));
  t.deepEqual(faults, []);
  t.deepEqual([...new Set(dialogues.map(({locale}) => locale.slice(0, 2)))].sort(), ['de', 'en', 'es', 'fr']);
});

// --- the measure

test('values, numbers and case are masked: what is left of two such dialogues is the same', t => {
  const [one, other] = parseCorpus(
    [
      '@ en-GB GB bakery -\nA: Who is it?\nV: [name|Ada Bell], room 12, up to [budget|40k a year]!',
      '@ en-US US garage -\nA: Who is it?\nV: [name|Udo Kern-Ott], Room 7, up to [budget|about ninety pounds]',
    ].join('\n\n'),
  ) as [ReturnType<typeof parseCorpus>[0], ReturnType<typeof parseCorpus>[0]];
  t.is(maskedText(one), 'who is it <name> room 0 up to <budget>');
  t.is(maskedText(other), maskedText(one));
  t.is(skeletonOf(other), skeletonOf(one));
});

test('a pair is alike above three tenths of the smaller one, not at it', t => {
  const words = (from: number, count: number) =>
    Array.from({length: count}, (_, i) => `w${from + i}`).join(' ');
  const ten = gramsOf(words(0, 14)); // ten grams
  t.is(ten.size, 10);
  t.deepEqual(findAlike([ten, gramsOf(`${words(0, 7)} ${words(100, 60)}`)]), [], 'three of ten');
  t.deepEqual(findAlike([ten, gramsOf(`${words(0, 8)} ${words(100, 60)}`)]), [
    {a: 1, b: 0, shared: 4, of: 10},
  ]);
  t.is(longestShared(ten, gramsOf(`${words(0, 8)} ${words(100, 60)}`)), words(0, 8));
});

test('fewer than five words are one gram: they resemble their equal only', t => {
  t.deepEqual([...gramsOf('who are you')], ['who are you']);
  t.deepEqual(findAlike(['who are you', 'who are you', 'and who are you today my friend'].map(gramsOf)), [
    {a: 1, b: 0, shared: 1, of: 1},
  ]);
  t.deepEqual(findAlike([gramsOf(''), gramsOf('')]), []);
});

test('the index finds exactly the pairs that comparing all with all finds', t => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c'), {maxLength: 14})
    .map(words => gramsOf(words.join(' ')));
  fc.assert(
    fc.property(fc.array(text, {maxLength: 8}), texts => {
      const all = texts.flatMap((one, a) =>
        texts.slice(0, a).flatMap((other, b) => {
          const shared = one.intersection(other).size;
          return shared > 0 && shared / Math.min(one.size, other.size) > mostShared ? [`${a} ${b}`] : [];
        }),
      );
      t.deepEqual(
        findAlike(texts)
          .map(({a, b}) => `${a} ${b}`)
          .sort(),
        all.sort(),
      );
    }),
  );
});

// --- the whole check, on a corpus made for it

const corpusOf = (t: ExecutionContext, files: Record<string, string>, evaluation: object[] = []) => {
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'evaluation'));
  const filler = {
    id: 'e0',
    locale: 'en-GB',
    region: 'GB',
    today: '2026-05-04',
    turns: [{role: 'visitor', text: 'Nothing of the kind'}],
    expect: {},
  };
  writeFileSync(
    join(folder, 'evaluation/set.jsonl'),
    [filler, ...evaluation.map(one => ({...filler, ...one}))].map(one => JSON.stringify(one)).join('\n'),
  );
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'corpus', name.slice(0, 2)), {recursive: true});
    writeFileSync(join(folder, 'corpus', name), text);
  }
  return checkCorpus(join(folder, 'corpus'), join(folder, 'evaluation')).faults.filter(
    fault => !fault.includes('distinct skeletons'),
  );
};
const said = (text: string) => `@ en-GB GB bakery -\nV: ${text}\n`;

test('a dialogue copied with other values, or half of it, is told with both places', t => {
  const copied = corpusOf(t, {
    'en/a.txt': said('we are [company_size|40] in the bakehouse and start at three every night'),
    'en/b.txt': `${said('this one is about something else altogether, thank you')}\n${said('We are [company_size|nine] in the bakehouse and start at three every night.')}`,
  });
  t.deepEqual(copied, ['en/b.txt, line 4: the same dialogue as en/a.txt, line 1']);
  const half = corpusOf(t, {
    'en/a.txt': said('we are [company_size|40] in the bakehouse and start at three every night'),
    'en/b.txt': said('we are [company_size|nine] in the bakehouse and sell until the shelves are empty'),
  });
  t.deepEqual(half, [
    'en/b.txt, line 1: shares 3 of 8 word 5-grams with en/a.txt, line 1: "we are <company_size> in the bakehouse and"',
  ]);
});

test('a dialogue that resembles an evaluation set is told by its place, without the words of the set', t => {
  const text = 'Clementine Farrow from Millbrook Looms, we weave blankets and want the orders in one place';
  const faults = corpusOf(
    t,
    {
      'en/a.txt': said(
        '[name|Ada Bell] from [company|Bell Ropes], we weave blankets and want the orders in one place',
      ),
    },
    [
      {
        id: 'e1',
        turns: [{role: 'visitor', text}],
        expect: {name: 'Clementine Farrow', company: 'Millbrook Looms'},
      },
    ],
  );
  t.deepEqual(faults, ['en/a.txt, line 1: shares 9 of 9 word 5-grams with e1 in set.jsonl']);
});

test('a wrong folder, a broken line and a foreign file are faults', t => {
  const faults = corpusOf(t, {
    'de/a.txt': said('good evening, is anybody there at this hour'),
    'en/b.txt': '@ en-GB GB bakery -\nV: [nmae|Ada]\n',
    'en/notes.md': 'x',
  });
  t.deepEqual(faults.sort(), [
    'de/a.txt, line 1: en-GB in de/',
    'en/b.txt, line 2: unknown field "nmae"',
    'en/notes.md: not a .txt file',
  ]);
});
