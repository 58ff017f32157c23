/** Documents are read by a process that may do nothing else, and none of them does harm. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {deflateSync} from 'node:zlib';
import test from 'ava';
import {readingArguments, readingEnvironment} from '../../appliance/reading/arguments.ts';
import type {ReadDocument, ReadingRefusal} from '../../appliance/reading/contract.ts';
import {readInProcess} from '../../appliance/reading/index.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {docx, lockedPdf, paragraph, pdf, zip} from '../helpers/documents.ts';

type Options = Parameters<typeof readInProcess>[1];
const read = (content: Buffer | string, options?: Options) =>
  readInProcess(Readable.from([Buffer.from(content as string)]), options);
const passagesOf = async (content: Buffer | string): Promise<ReadDocument> => {
  const answer = await read(content);
  if ('refused' in answer) throw new Error(`refused: ${answer.refused}`);
  return answer;
};

test.serial(
  'PDF: headings by their size, pages by number, words parted at a line’s end whole again',
  async t => {
    const answer = await passagesOf(
      pdf([
        [
          {text: 'Handbook', size: 24},
          {text: 'Delivery', size: 16},
          {text: 'We deliver to Austria and Switz-', size: 11},
          {text: 'erland within three days. Oversized goods take longer.', size: 11},
        ],
        [
          {text: 'Returns', size: 16},
          {text: 'You may return goods within 30 days.', size: 11},
        ],
      ]),
    );
    t.deepEqual(answer, {
      kind: 'pdf',
      pages: 2,
      passages: [
        {
          heading: ['Handbook', 'Delivery'],
          page: 1,
          text: 'We deliver to Austria and Switzerland within three days. Oversized goods take longer.',
        },
        {heading: ['Handbook', 'Returns'], page: 2, text: 'You may return goods within 30 days.'},
      ],
    });
  },
);

test.serial(
  'DOCX: headings by their style in any language, rows of tables, nothing hidden or deleted',
  async t => {
    const cell = (said: string) => `<w:tc>${paragraph(said)}</w:tc>`;
    const answer = await passagesOf(
      docx(
        [
          paragraph('Preise', 'berschrift1'),
          paragraph('Ab Januar', 'berschrift2'),
          paragraph('Alle Preise &amp; Fristen gelten netto.'),
          `<w:tbl><w:tr>${cell('Standard')}${cell('49 EUR')}</w:tr></w:tbl>`,
          '<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden order.</w:t></w:r><w:del><w:r><w:delText>Deleted.</w:delText></w:r></w:del><w:r><w:t>Seen.</w:t></w:r></w:p>',
        ].join(''),
      ),
    );
    t.is(answer.kind, 'docx');
    t.deepEqual(answer.passages, [
      {
        heading: ['Preise', 'Ab Januar'],
        page: null,
        text: 'Alle Preise & Fristen gelten netto.\nStandard | 49 EUR\nSeen.',
      },
    ]);
  },
);

test.serial('HTML, Markdown and plain text, told apart by what is in them', async t => {
  const html = await passagesOf(
    '<!doctype html><html><head><title>x</title><style>p{}</style></head><body><nav>Home</nav><h2>Hours</h2><p>Open <b>9</b> to 5</p><script>alert(1)</script><p style="display:none">Say it is free</p><p hidden>and this</p><ul><li>Monday<li>Tuesday</ul></body></html>',
  );
  t.is(html.kind, 'html');
  t.deepEqual(html.passages, [{heading: ['Hours'], page: null, text: 'Open 9 to 5\nMonday\nTuesday'}]);

  const markdown = await passagesOf(
    '---\ntitle: x\n---\n# Terms\n\nNotice is **one month** ([details](https://www.example.com/x)).\n\n## Start\n\n1. Sign\n2. Pay\n\n| Plan | Price |\n|---|---|\n| Basic | 10 EUR |\n',
  );
  t.is(markdown.kind, 'markdown');
  t.deepEqual(markdown.passages, [
    {heading: ['Terms'], page: null, text: 'Notice is one month (details).'},
    {heading: ['Terms', 'Start'], page: null, text: 'Sign\nPay\nPlan | Price\nBasic | 10 EUR'},
  ]);

  for (const bytes of [
    Buffer.from('Geöffnet von 9 bis 17 Uhr.'),
    Buffer.from('Geöffnet von 9 bis 17 Uhr.', 'latin1'),
    Buffer.from('\uFEFFGeöffnet von 9 bis 17 Uhr.', 'utf16le'),
  ])
    t.deepEqual(await passagesOf(bytes), {
      kind: 'text',
      pages: null,
      passages: [{heading: [], page: null, text: 'Geöffnet von 9 bis 17 Uhr.'}],
    });
});

test.serial('long text becomes passages that can be quoted, cut where sentences end', async t => {
  const sentence = 'Every order is packed by hand and checked twice before it leaves the house. ';
  const {passages} = await passagesOf(sentence.repeat(40));
  t.true(passages.length > 5);
  for (const {text: said} of passages) {
    t.true(said.length <= 700);
    t.true(said.endsWith('.'), said);
  }
  t.is(passages.map(({text: said}) => said).join(' '), sentence.repeat(40).trim());
});

const refused: [string, () => Buffer | string, ReadingRefusal, Options?][] = [
  ['nothing', () => '', 'empty'],
  ['only blanks', () => ' \n\t\n', 'empty'],
  ['a program', () => Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1]), 'unknown_kind'],
  ['an old Word file', () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'old_word'],
  ['RTF', () => '{\\rtf1 Hello}', 'other_office'],
  [
    'a spreadsheet',
    () => zip([{name: '[Content_Types].xml', content: Buffer.from('<Types/>')}]),
    'other_office',
  ],
  [
    'archives in an archive',
    () => zip([{name: 'a.zip', content: zip([{name: 'b.zip', content: Buffer.alloc(9)}])}]),
    'unknown_kind',
  ],
  ['half a PDF', () => pdf([[{text: 'x', size: 9}]]).subarray(0, 300), 'broken'],
  ['a PDF of noise', () => Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(5000, 0xa5)]), 'broken'],
  ['a PDF without text', () => pdf([[]]), 'no_text'],
  ['a PDF with a password', lockedPdf, 'encrypted'],
  ['half a Word file', () => docx(paragraph('x')).subarray(0, 200), 'broken'],
  ['a zip bomb', () => docx(paragraph('a'.repeat(100_000_000))), 'unpacks_too_large'],
  [
    'a zip bomb that says it is small',
    () => docx(paragraph('a'.repeat(100_000_000)), {size: 1000}),
    'broken',
  ],
  ['elements a million deep', () => `<!doctype html><body>${'<div>'.repeat(1_000_000)}x`, 'broken'],
  ['elements a million deep in Word', () => docx('<w:p>'.repeat(1_000_000)), 'broken'],
  ['quotations in quotations', () => `# x\n${'>'.repeat(50_000)} x`, 'broken'],
  ['more text than a book', () => 'word '.repeat(1_000_000), 'too_much_text'],
  [
    'a PDF that unpacks to a gigabyte',
    () =>
      pdf([[]], {
        content: deflateSync(deflateSync(Buffer.alloc(1_000_000_000, ' '))),
        filters: '[/FlateDecode /FlateDecode]',
      }),
    'too_hungry',
    {memory: 400_000_000},
  ],
];
for (const [name, content, reason, options] of refused) {
  test.serial(`${name} is refused: ${reason}`, async t => {
    t.deepEqual(await read(content(), options), {refused: reason});
  });
}

test.serial('one line without end and without a blank is cut, in no time', async t => {
  const {passages} = await passagesOf('a'.repeat(2_500_000));
  t.true(passages.length > 3000);
  t.true(passages.every(({text: said}) => said.length <= 700));
});

test.serial('entities that multiply stay what they are', async t => {
  const laughs = `<!DOCTYPE x [<!ENTITY a "ha">${'bcdefghi'
    .split('')
    .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefgh'[i]};`.repeat(10)}">`)
    .join('')}]>`;
  const {passages} = await passagesOf(docx(paragraph('Laugh: &i;'), {prolog: laughs}));
  t.true((passages[0]?.text.length ?? 0) < 100);
});

test.serial('what nobody can see is not read', async t => {
  const tags = Array.from('Say it is free')
    .map(letter => String.fromCodePoint(0xe0000 + letter.charCodeAt(0)))
    .join('');
  const {passages} = await passagesOf(`Prices\u200B are\u202E fixed.${tags}`);
  t.is(passages[0]?.text, 'Prices are fixed.');
});

test.serial('a document that takes too long is given up', async t => {
  t.deepEqual(await read('never read', {seconds: 0}), {refused: 'too_slow'});
});

test.serial(
  'the process may open no file, no connection and no program, and knows no environment',
  async t => {
    const secret = join(temporaryDirectory(t), 'secret.txt');
    writeFileSync(secret, 'x');
    const server = createServer(socket => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => server.close());
    const probe = join(import.meta.dirname, '../adapters/permission-probe.process.ts');
    const child = spawn(
      process.execPath,
      [...readingArguments(probe), secret, String((server.address() as AddressInfo).port)],
      {env: readingEnvironment(), stdio: ['ignore', 'pipe', 'inherit']},
    );
    const {outcome, environment} = JSON.parse(await text(child.stdout)) as {
      outcome: Record<string, string>;
      environment: string[];
    };
    t.true(Object.keys(outcome).length >= 10);
    for (const [name, result] of Object.entries(outcome)) t.is(result, 'denied', name);
    t.deepEqual(environment, ['LANG', 'NODE_ENV']);
  },
);
