/** The ledger: what was shown to whom, when and where, and how it was answered and taken back. */
import {createHash} from 'node:crypto';
import test from 'ava';
import type {z} from 'zod';
import type {listConsents, listTexts} from '../../appliance/features/privacy/consent/consent.schema.ts';
import {openVisitor} from '../helpers/clients.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {type Started, startAppliance} from '../helpers/start.ts';

type Texts = z.infer<(typeof listTexts)['response']>;
type Entries = z.infer<(typeof listConsents)['response']>;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const textsOf = async (appliance: Started) =>
  (await (await appliance.administrator()).call<Texts>('GET', '/api/admin/consents/texts')).texts;
const entriesOf = async (appliance: Started, query = '') =>
  (await (await appliance.administrator()).call<Entries>('GET', `/api/admin/consents?${query}`)).entries;

for (const database of databaseKinds) {
  test(`${database}: opening the chat records what was shown: that an AI answers, the notice in force, what is measured`, async t => {
    const appliance = await startAppliance(t, {database});
    const admin = await appliance.administrator();
    const visitor = await appliance.visitor();
    const entries = await entriesOf(appliance, `conversationId=${visitor.conversationId}`);
    t.deepEqual(entries.map(({kind, act, how}) => `${kind} ${act} ${how}`).toSorted(), [
      'ai_disclosure shown chat_opened',
      'privacy_notice shown chat_opened',
      'usage_monitoring shown chat_opened',
    ]);
    for (const entry of entries)
      t.like(entry, {
        visitorId: visitor.visitorId,
        siteName: 'www.example.com',
        page: 'https://www.example.com/prices',
        language: 'en',
        version: 1,
      });
    const texts = await textsOf(appliance);
    const disclosure = texts.find(({kind}) => kind === 'ai_disclosure');
    t.is(disclosure?.text, visitor.messages()[0]?.text, 'the very words of the first message');
    t.is(disclosure?.hash, sha256(disclosure?.text ?? ''));
    const {version} = await admin.call<{version: {number: number; hash: string}}>(
      'GET',
      '/api/admin/documents/notice',
    );
    t.like(
      entries.find(({kind}) => kind === 'privacy_notice'),
      {version: version.number, textHash: version.hash},
    );

    // the same words again are the same text; in another language, another one
    await appliance.visitor();
    await appliance.visitor({locale: 'de-AT'});
    const later = await textsOf(appliance);
    const disclosures = later.filter(({kind}) => kind === 'ai_disclosure');
    t.deepEqual(
      disclosures.map(one => [one.language, one.version, one.counts.shown]),
      [
        ['de', 1, 1],
        ['en', 1, 2],
      ],
    );
    const rows = await appliance.inside.storage.db('privacy_consent_texts').count({n: '*'}).first();
    t.is((rows as {n: number}).n, 4, 'two texts in two languages, each once');

    // what is measured changes, and so do the words: a version of its own
    await admin.call('PUT', '/api/admin/usage', {collected: ['device'], fullAddress: false});
    await appliance.visitor();
    t.deepEqual(
      (await textsOf(appliance))
        .filter(({kind, language}) => kind === 'usage_monitoring' && language === 'en')
        .map(({version: number, counts}) => [number, counts.shown]),
      [
        [2, 1],
        [1, 2],
      ],
    );
  });

  test(`${database}: an objection to the AI is recorded with the words it was offered by, or as said in the chat`, async t => {
    const appliance = await startAppliance(t, {database});
    const byButton = await appliance.visitor();
    byButton.socket.send({type: 'object', clientId: 'by-button'});
    await byButton.socket.next('ack', ({clientId}) => clientId === 'by-button');
    const byWords = await appliance.visitor();
    await byWords.say('I do not want to talk to an AI, please no bot.');
    let entries: Entries['entries'] = [];
    while (entries.length < 2) entries = await entriesOf(appliance, 'kind=ai_answers');
    t.deepEqual(
      entries.map(({visitorId, act, how, textHash}) => [visitorId, act, how, textHash === null]),
      [
        [byWords.visitorId, 'objected', 'chat_message', true],
        [byButton.visitorId, 'objected', 'privacy_panel', false],
      ],
    );
    const shown = (await textsOf(appliance)).find(({kind, text}) => kind === 'ai_answers' && text !== null);
    t.regex(shown?.text ?? '', /no AI reads or answers what you write.*\n\[Answer me without AI\]/);
    // sent again after a cut line: once is once
    byButton.socket.send({type: 'object', clientId: 'by-button'});
    byButton.socket.send({type: 'object', clientId: 'by-button-2'});
    await byButton.socket.next('ack', ({clientId}) => clientId === 'by-button-2');
    t.is((await entriesOf(appliance, 'kind=ai_answers')).length, 2);
  });

  test(`${database}: for an auditor the ledger has no names, no pages, and one code a person; pages are sealed`, async t => {
    const appliance = await startAppliance(t, {database});
    const admin = await appliance.administrator();
    const [one, other] = [await appliance.visitor(), await appliance.visitor()];
    const csv = await admin.call<string>('GET', '/api/admin/consents.csv');
    const json = await admin.call<{
      format: string;
      texts: object[];
      entries: {person: string; kind: string; textHash: string}[];
    }>('GET', '/api/admin/consents.json');
    for (const file of [csv, JSON.stringify(json)])
      for (const canary of [one.visitorId, other.visitorId, one.conversationId, 'example.com/prices'])
        t.false(file.includes(canary), canary);
    t.is(json.format, 'crowlit-consents');
    t.is(json.texts.length, 3);
    t.is(json.entries.length, 6);
    t.deepEqual(
      [...new Set(json.entries.map(({person}) => person))].map(person => person.length),
      [24, 24],
    );
    t.is(csv.trim().split('\n').length, 7, 'a head and six lines');
    t.true(csv.includes(json.entries[0]?.person ?? 'none'), 'the same code in both');

    const raw = await appliance.inside.storage
      .db('privacy_consents')
      .where({visitor_id: one.visitorId})
      .select('id', 'visitor_id', 'page_sealed');
    const {personal, keys} = appliance.inside.storage;
    await t.throwsAsync(personal.reader('usage').open('privacy_consents', raw), {
      code: 'privacy.purpose_refused',
    });
    const open = async () =>
      (await personal.reader('privacy_rights').open<{page: string | null}>('privacy_consents', raw)).map(
        ({page}) => page,
      );
    t.deepEqual(await open(), Array(3).fill('https://www.example.com/prices'));
    await keys.destroy([one.visitorId]);
    t.deepEqual(await open(), Array(3).fill(null), 'without their key nothing is left of it');
  });
}

test('pages of the ledger follow each other without a gap, and a message costs it nothing', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  for (let visitors = 0; visitors < 5; visitors++) await appliance.visitor();
  const all = (await entriesOf(appliance)).map(({id}) => id);
  t.is(all.length, 15);
  const read: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Entries = await admin.call<Entries>(
      'GET',
      `/api/admin/consents?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    read.push(...page.entries.map(({id}) => id));
    cursor = page.nextCursor;
  }
  t.deepEqual(read, all);

  const visitor = await openVisitor(appliance.base, await appliance.siteId());
  const touched: string[] = [];
  appliance.inside.storage.db.on('query', ({sql}: {sql: string}) => {
    if (/privacy_consent|insights_/.test(sql)) touched.push(sql);
  });
  for (let words = 1; words <= 5; words++)
    await visitor.answerAfter((await visitor.say(`Note ${words}`)).seq);
  t.deepEqual(touched, []);
  await visitor.reconnect();
  t.true(touched.length > 0, 'the ear hears: a hello asks how it stands');
  t.true(
    touched.every(sql => /^select/i.test(sql)),
    'and writes nothing',
  );
});
