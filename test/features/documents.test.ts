/** What is said about privacy: made from what really runs, in four languages, as page, PDF and JSON. Pure: no appliance. */
import {Ajv2020} from 'ajv/dist/2020.js';
import test from 'ava';
import {getDocumentProxy} from 'unpdf';
import {z} from 'zod';
import {egressPurposes} from '../../appliance/egress/contract.ts';
import {assessmentDocument} from '../../appliance/features/privacy/documents/assessment.ts';
import {differenceOf} from '../../appliance/features/privacy/documents/difference.ts';
import {type Document, linesOf, plainWords} from '../../appliance/features/privacy/documents/document.ts';
import {items, visitorColumns} from '../../appliance/features/privacy/documents/items.ts';
import {noticeIn, renderNotice} from '../../appliance/features/privacy/documents/notice.ts';
import {renderNoticePage} from '../../appliance/features/privacy/documents/notice-page.ts';
import {renderPdf} from '../../appliance/features/privacy/documents/pdf.ts';
import {recordDocument, recordOf} from '../../appliance/features/privacy/documents/record.ts';
import {registerDocument} from '../../appliance/features/privacy/documents/register.ts';
import {noticeTexts} from '../../appliance/features/privacy/documents/texts/texts.ts';
import {files} from '../../appliance/features/privacy/documents.schema.ts';
import {regions} from '../../appliance/features/privacy/regions.ts';
import {
  egressPurposesKnown,
  type Recipient,
  recipientsOf,
  type Running,
  runningOf,
} from '../../appliance/features/privacy/running.ts';
import type {Locale} from '../../appliance/kit/schema.ts';
import {declareTable, personal, purposes, technical} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';

const locales = Object.keys(noticeTexts) as Locale[];
const base: Running = {
  company: 'Example Bank',
  contact: {name: 'Privacy office', email: 'privacy@example.com', postalAddress: '', officer: ''},
  region: 'eu-at',
  recipients: [],
  retention: {days: {conversations: 180, leads: 365, usage: 30, mail: 30}, sites: [], minimums: []},
  purposes: ['service', 'qualification', 'crm_sync', 'security', 'administration', 'privacy_rights'],
  model: {place: 'here', name: null},
  database: 'sqlite',
  usage: {measured: ['address', 'device', 'pages', 'time'], off: [], fullAddress: null, modes: ['inform']},
  tables: allTables,
};
const run = (change: Partial<Running> = {}): Running => runningOf({...base, ...change});
const recipient = (change: Partial<Recipient> = {}): Recipient => ({
  destinationId: 'one',
  purpose: 'crm_sync',
  name: 'Signed webhook, Sales',
  host: 'crm.example.com',
  region: 'eu-at',
  inside: true,
  ownNetwork: false,
  categories: ['D1', 'D2', 'D4'],
  ...change,
});
const modelServer = recipient({purpose: 'model_server', name: 'Model server, big', host: 'llm.example.com'});
const linesIn = ({sections}: Document, id: string): string[] =>
  sections.filter(section => section.id === id).flatMap(linesOf);
const wordsOf = (document: Document): string =>
  [document.title, ...document.sections.flatMap(section => [section.title, ...linesOf(section)])].join('\n');
const version = {number: 3, at: '2026-11-27T23:30:00.000Z', hash: 'ab'.repeat(32)};
const page = (document: Document, siteName = 'www.example.com') =>
  renderNoticePage({document, version, versions: [version], siteName, address: '/privacy/one', nonce: 'n'});

test('the notice says the same set of sections in every language, each in its own words, and leaves nothing unfilled', t => {
  for (const running of [
    run(),
    run({recipients: [recipient(), modelServer], model: {place: 'server', name: 'big'}, region: 'us'}),
    run({
      recipients: [recipient({inside: false, region: 'us'})],
      contact: {...base.contact, name: '', officer: 'Ada', postalAddress: 'Hauptplatz 1'},
    }),
  ]) {
    const english = noticeIn(running, 'en');
    const shape = ({sections}: Document) =>
      sections.map(({id, blocks}) => [
        id,
        ...blocks.map(block =>
          'list' in block
            ? block.list.length
            : 'table' in block
              ? [block.table.head.length, block.table.rows.length]
              : Object.keys(block),
        ),
      ]);
    for (const language of locales) {
      const notice = noticeIn(running, language);
      t.is(notice.language, language);
      t.deepEqual(shape(notice), shape(english), language);
      t.notRegex(wordsOf(notice), /[{}]|undefined|NaN/, language);
      if (language === 'en') continue;
      const same = notice.sections.filter((section, at) => section.title === english.sections[at]?.title);
      t.deepEqual(same, [], `${language}: a heading is not translated`);
    }
  }
});

test('the notice has what GDPR Art. 13 asks for', t => {
  const running = run({recipients: [recipient()]});
  t.deepEqual(
    noticeIn(running, 'en').sections.map(({id}) => id),
    [
      'controller',
      'ai',
      'data',
      'usage',
      'purposes',
      'recipients',
      'place',
      'retention',
      'qualification',
      'rights',
      'complaint',
      'duty',
      'changes',
    ],
  );
  for (const language of locales) {
    const words = wordsOf(noticeIn(running, language));
    for (const article of [4, 6, 12, 15, 16, 17, 18, 20, 21, 22, 50, 77])
      t.regex(
        words,
        new RegExp(`[Aa]rt[íi]?[a-zé]* ${article}\\b|\\(art[a-zé]* ${article}\\b`),
        `${language}: Art. ${article}`,
      );
    for (const word of ['Example Bank', 'privacy@example.com', 'crm.example.com', '180', '365', '30'])
      t.true(words.includes(word), `${language}: ${word}`);
  }
  t.true(wordsOf(noticeIn(run({region: 'uk'}), 'en')).includes('UK GDPR'));
  t.true(wordsOf(noticeIn(run({region: 'us'}), 'de')).includes('Vereinigte Staaten'));
  for (const {code} of regions) t.notThrows(() => renderNotice(run({region: code})), code);
});

test('what is off is not claimed: no model server, no recipient, no CRM', t => {
  const serverWords: Record<Locale, RegExp> = {
    en: /model server/i,
    de: /Modellserver/i,
    fr: /serveur de modèles/i,
    es: /servidor de modelos/i,
  };
  const crmWords: Record<Locale, RegExp> = {
    en: /CRM|sales system/,
    de: /CRM|Vertriebssystem/,
    fr: /CRM|système de vente/,
    es: /CRM|sistema de ventas/,
  };
  for (const language of locales) {
    const none = wordsOf(noticeIn(run(), language));
    t.notRegex(none, serverWords[language]);
    t.notRegex(none, crmWords[language]);
    const crm = wordsOf(noticeIn(run({recipients: [recipient()]}), language));
    t.notRegex(crm, serverWords[language]);
    t.regex(crm, crmWords[language]);
    const server = wordsOf(
      noticeIn(run({recipients: [modelServer], model: {place: 'server', name: 'big'}}), language),
    );
    t.regex(server, serverWords[language]);
    t.true(server.includes('llm.example.com'));
    t.notRegex(server, crmWords[language]);
  }
  for (const document of [registerDocument(run()), recordDocument(run()), assessmentDocument(run())])
    t.notRegex(
      JSON.stringify(document.sections.filter(({id}) => id !== 'unused' && id !== 'columns')),
      /model server|\bCRM\b/i,
      document.title,
    );
  t.regex(
    wordsOf(assessmentDocument(run({recipients: [modelServer], model: {place: 'server', name: 'big'}}))),
    /operator of the model server/,
  );
  t.regex(wordsOf(recordDocument(run())), /database file is encrypted as a whole/);
  t.notRegex(wordsOf(recordDocument(run({database: 'postgres'}))), /file is encrypted/);
});

test('a purpose is named only where something acts for it', t => {
  for (const purpose of ['usage', 'routing'] as const) {
    const words = noticeTexts.en.purposeWords[purpose];
    t.false(wordsOf(noticeIn(run(), 'en')).includes(words));
    t.is(
      wordsOf(noticeIn(run({purposes: [...base.purposes, purpose]}), 'en')).includes(words),
      visitorColumns(allTables).some(({column}) => column.purposes.includes(purpose)),
    );
  }
  const named = recordOf(run()).activities.map(one => one.purpose);
  t.false(named.includes('crm_sync'), 'no CRM is connected');
  t.true(recordOf(run({recipients: [recipient()]})).activities.some(one => one.purpose === 'crm_sync'));
});

test('a declared destination counts as in use unless its owner says that it is off', t => {
  const declared = {
    id: 'one',
    host: 'crm.example.com',
    port: 443,
    region: 'eu-at',
    purpose: 'crm_sync',
    categories: ['D1', 'D9'],
    private: false,
    plain: false,
    state: 'in_force' as const,
    declaredBy: 'ada',
    declaredAt: version.at,
    approvedBy: 'berta',
    approvedAt: version.at,
    viaProxy: true,
    exception: null,
    owner: null,
  };
  const of = (uses: [string, {name: string; inUse: boolean}][]) =>
    recipientsOf([declared], new Map(uses), 'eu');
  t.like(of([])[0], {name: 'crm.example.com', inside: true, categories: ['D1']});
  t.like(of([['one', {name: 'Sales', inUse: true}]])[0], {name: 'Sales'});
  t.deepEqual(of([['one', {name: 'Sales', inUse: false}]]), []);
  t.deepEqual(recipientsOf([{...declared, state: 'waiting'}], new Map(), 'eu'), [], 'it gets nothing yet');
  t.deepEqual(recipientsOf([declared], new Map(), 'us'), [], 'outside, and no exception');
  const exception = {
    by: 'ada',
    reason: 'the move',
    until: '2027-01-05T10:00:00.000Z',
    basis: 'standard_clauses',
    ended: false,
  } as const;
  const [abroad] = recipientsOf([{...declared, exception}], new Map(), 'us');
  t.false(abroad?.inside);
  t.deepEqual(recipientsOf([{...declared, exception: {...exception, ended: true}}], new Map(), 'us'), []);
  if (!abroad) return t.fail();
  const told = wordsOf(registerDocument(run({region: 'us', recipients: [abroad]})));
  t.regex(told, /until 2027-01-05: standard contractual clauses \(Art\. 46 GDPR\)/);
  for (const language of locales) {
    const notice = wordsOf(noticeIn(run({region: 'us', recipients: [abroad]}), language));
    t.true(notice.includes(noticeTexts[language].transferBases.standard_clauses), language);
    t.true(notice.includes('2027'), language);
  }
});

test('a host of the own network is not told to the public; the register has it', t => {
  const running = run({recipients: [recipient({ownNetwork: true, host: 'crm.bank.internal'})]});
  for (const language of locales)
    t.false(wordsOf(noticeIn(running, language)).includes('internal'), language);
  t.true(wordsOf(registerDocument(running)).includes('crm.bank.internal'));
});

test('a recipient gets in the data map what its categories and its purpose both allow', t => {
  const {columns} = recordOf(run({recipients: [recipient({categories: ['D2']}), modelServer]}));
  const of = (name: string) => columns.find(one => `${one.table}.${one.column}` === name)?.recipients;
  t.deepEqual(of('conversations_messages.text_sealed'), ['Signed webhook, Sales', 'Model server, big']);
  t.deepEqual(of('crm_leads.contact_sealed'), [], 'D1 does not go to that CRM, and no model reads a lead');
  t.deepEqual(of('conversations_visitors.ip_sealed'), []);
  t.deepEqual(of('crm_connectors.config_sealed'), [], 'credentials go to nobody');
  t.deepEqual([...egressPurposesKnown].toSorted(), [...egressPurposes].toSorted());
});

test('every personal column of a visitor stands behind a line of the notice, so nothing is collected in silence', t => {
  const silent = (tables: Running['tables']): string[] =>
    visitorColumns(tables)
      .map(({name}) => name)
      .filter(name => !Object.values(items).some(columns => (columns as readonly string[]).includes(name)));
  t.deepEqual(silent(allTables), [], 'say in documents/items.ts and in four languages what these are');
  const known = visitorColumns(allTables).map(({name}) => name);
  for (const name of Object.values(items).flat()) t.true(known.includes(name), `${name} is a column`);
  const added = declareTable({
    table: 'conversations_moods',
    room: 'conversations',
    rowId: 'id',
    person: 'visitor_id',
    retention: 'conversations',
    columns: {
      id: technical(),
      mood: personal({
        category: 'D5',
        purposes: ['service'],
        basis: 'consent',
        retention: 'usage',
        erasedBy: 'row',
      }),
    },
  });
  t.deepEqual(silent([...allTables, added]), ['conversations_moods.mood']);
});

const hostile = {
  markup: `<script>alert(1)</script> & "Söhne" <img src=x onerror=alert(1)>`,
  steered: 'Bank\u202e\u2066 evil\u2069\u0000\u200b\nSecond line',
  arabic: 'بنك المثال والشركاء',
  long: 'W'.repeat(190),
};

test('a hostile name is words and nothing else, in the page and in the PDF', async t => {
  for (const [kind, company] of Object.entries(hostile)) {
    const running = run({
      company,
      contact: {name: company, email: '"><b>@example.com', postalAddress: company, officer: company},
    });
    for (const language of locales) {
      const document = noticeIn(running, language);
      const html = page(document, company);
      t.notRegex(html, /<script|<img|<b>|onerror=alert\(1\)>/, kind);
      t.notRegex(
        html.replace(/<bdi>.*?<\/bdi>/s, ''),
        /[\u200b\u202a-\u202e\u2066]/u,
        `${kind}: nothing steers the text around it`,
      );
    }
    t.regex(page(noticeIn(running, 'en'), company), /href="mailto:&quot;&gt;&lt;b&gt;@example\.com"/);
    const pdf = await getDocumentProxy(new Uint8Array(await renderPdf(noticeIn(running, 'en'), version)));
    const lines = await (await pdf.getPage(1)).getTextContent();
    const text = lines.items.map(item => ('str' in item ? item.str : '')).join('');
    if (kind === 'markup') t.true(text.includes('<script>alert(1)</script> & "Söhne"'));
    if (kind === 'arabic')
      t.regex(text.normalize('NFKC'), /\p{Script=Arabic}{3}/u, 'letters, not empty boxes');
    if (kind === 'long') t.true((text.match(/W/g)?.length ?? 0) >= 190);
    const {width} = (await pdf.getPage(1)).getViewport({scale: 1});
    for (const item of lines.items)
      if ('transform' in item)
        t.true((item.transform[4] as number) + item.width <= width, `${kind}: stays on the page`);
  }
  t.is(plainWords(hostile.steered), 'Bank evil Second line');
  t.true(
    wordsOf(noticeIn(run({company: hostile.arabic}), 'en')).includes(`\u2068${hostile.arabic}\u2069`),
    'kept to its place',
  );
  t.is(plainWords('x'.repeat(1000)).length, 300);
});

test('a PDF has title, language, headings and text that can be selected; the same content is the same bytes', async t => {
  const document = noticeIn(run({recipients: [recipient()]}), 'de');
  const first = await renderPdf(document, version);
  t.deepEqual(await renderPdf(structuredClone(document), {...version}), first);
  const dates = [...first.toString('latin1').matchAll(/D:\d+/g)].map(([date]) => date);
  t.deepEqual([...new Set(dates)], ['D:20261127233000'], 'no date but the version’s');
  t.notDeepEqual(await renderPdf(document, {...version, number: 4}), first);
  const pdf = await getDocumentProxy(new Uint8Array(first));
  const {info} = await pdf.getMetadata();
  t.like(info, {Title: 'Datenschutzhinweise: Chat von Example Bank', Language: 'de'});
  t.like(await pdf.getMarkInfo(), {Marked: true});
  const pages = await Promise.all(Array.from({length: pdf.numPages}, (_, at) => pdf.getPage(at + 1)));
  const texts = await Promise.all(pages.map(one => one.getTextContent()));
  const text = texts
    .flatMap(({items: all}) => all.map(item => ('str' in item ? item.str : '')))
    .join(' ')
    .replace(/\s+/g, ' ');
  t.true(text.includes('Fassung 3 vom 27. November 2026'));
  for (const section of document.sections) t.true(text.includes(section.title), section.title);
  const tree = JSON.stringify(await Promise.all(pages.map(one => one.getStructTree())));
  for (const role of ['H1', 'H2', 'P', 'L', 'LI', 'Table', 'TR', 'TH', 'TD'])
    t.true(tree.includes(`"role":"${role}"`), role);
});

test('the files keep to their JSON Schemas, which say no to another shape', t => {
  const running = run({recipients: [recipient()]});
  const contents = {
    record: recordOf(running),
    register: {recipients: recordOf(running).recipients, unused: ['mail']},
    notice: {document: noticeIn(running, 'fr')},
    assessment: {document: assessmentDocument(running)},
  };
  for (const [series, content] of Object.entries(contents)) {
    const validate = new Ajv2020({strict: false, validateFormats: false}).compile(
      z.toJSONSchema(files[series as keyof typeof files]),
    );
    const file = {series, version, ...content};
    t.true(validate(JSON.parse(JSON.stringify(file))), `${series}: ${JSON.stringify(validate.errors)}`);
    t.false(validate({...file, version: undefined}), series);
    t.false(validate({series, version}), series);
  }
  const {mappings, activities} = recordOf(running);
  for (const framework of ['gdpr', 'dora', 'iso27001', 'soc2'] as const)
    for (const mapping of mappings) t.true(mapping[framework].length > 3, `${framework}: ${mapping.what}`);
  for (const activity of activities) {
    t.true(purposes.includes(activity.purpose));
    t.true(
      activity.bases.length > 0 && activity.subjects.length > 0 && activity.retention.length > 0,
      activity.purpose,
    );
  }
});

test('a difference names the section and the lines, and nothing where nothing changed', t => {
  const before = noticeIn(run(), 'en');
  t.deepEqual(differenceOf(before, noticeIn(run(), 'en')), []);
  const after = noticeIn(
    run({retention: {...base.retention, days: {...base.retention.days, conversations: 90}}}),
    'en',
  );
  t.deepEqual(
    differenceOf(before, after).map(({id, removed, added}) => ({id, removed, added})),
    [
      {
        id: 'retention',
        removed: ['messages, facts, assessment · Kept: Until 180 days after the last message'],
        added: ['messages, facts, assessment · Kept: Until 90 days after the last message'],
      },
    ],
  );
  t.is(differenceOf(undefined, before).length, before.sections.length);
});

test('what is measured of the chat is said as it is switched: what is off is in none of the documents', t => {
  const all = ['address', 'device', 'pages', 'time'] as const;
  const usage = {...base.usage, measured: all};
  const itemWords = {
    address: 'Network address (IP), shortened.',
    device: 'Kind of device and browser.',
    pages: 'Pages you visit while the chat is open or minimised',
    time: 'How long the chat was open.',
  };
  const columnWords = {
    address: 'conversations_visitors.ip_sealed',
    device: 'conversations_visitors.device_sealed',
    pages: 'insights_pages.page_sealed',
    time: 'insights_visitors.seconds_personal',
  };
  const everything = run({usage});
  for (const one of all) {
    t.true(wordsOf(noticeIn(everything, 'en')).includes(itemWords[one]), one);
    t.true(wordsOf(recordDocument(everything)).includes(columnWords[one]), one);
    const without = run({usage: {...usage, measured: all.filter(other => other !== one), off: [one]}});
    t.false(wordsOf(noticeIn(without, 'en')).includes(itemWords[one]), one);
    t.false(wordsOf(recordDocument(without)).includes(columnWords[one]), one);
    for (const language of locales)
      t.true(
        linesIn(noticeIn(without, language), 'usage').some(line =>
          line.includes(noticeTexts[language].itemNames[one]),
        ),
        `${language}: ${one} is said to be off`,
      );
    t.regex(wordsOf(recordDocument(without)), /Switched off and not measured/);
  }
  const nothing = run({usage: {...usage, measured: [], off: [...all]}});
  t.regex(wordsOf(noticeIn(nothing, 'en')), /How you use the chat is not measured here/);
  t.notRegex(wordsOf(noticeIn(nothing, 'en')), /To find faults|which pages|IP/);
});

test('whole addresses stand with their reason, and the basis is the one by which the websites ask', t => {
  const usage = {...base.usage};
  const whole = run({usage: {...usage, fullAddress: 'Fraud is reported to the authority.'}});
  for (const language of locales)
    t.regex(linesIn(noticeIn(whole, language), 'usage').join(), /Fraud is reported to the authority/);
  t.regex(wordsOf(noticeIn(whole, 'en')), /Network address \(IP\), whole/);
  t.notRegex(wordsOf(noticeIn(whole, 'en')), /shortened/);
  for (const document of [recordDocument(whole), assessmentDocument(whole)])
    t.regex(wordsOf(document), /stored whole.*Fraud is reported to the authority/);
  t.regex(wordsOf(assessmentDocument(run())), /truncated before they are stored/);

  const purposesOf = (running: Running) => linesIn(noticeIn(running, 'en'), 'purposes').join('\n');
  const asked = run({usage: {...usage, modes: ['ask']}, purposes: ['service', 'usage']});
  t.regex(purposesOf(asked), /find faults.*6\(1\)\(a\)/);
  t.notRegex(purposesOf(asked), /6\(1\)\(f\)/);
  t.regex(linesIn(noticeIn(asked, 'en'), 'usage').join(), /before you say yes/);
  const informed = run({purposes: ['service', 'usage']});
  t.regex(purposesOf(informed), /find faults.*6\(1\)\(f\)/);
  t.notRegex(linesIn(noticeIn(informed, 'en'), 'usage').join(), /before you say yes/);
  const both = linesIn(noticeIn(run({usage: {...usage, modes: ['ask', 'inform']}}), 'en'), 'usage').join();
  t.regex(both, /before you say yes.*until you object/);
});
