/** Notice, register and record of an appliance that runs: they follow what is switched on, version by version. */
import test from 'ava';
import {newWebhookSecret} from '../../appliance/adapters/crm/webhook/index.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {purposes} from '../../appliance/storage/index.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {allTables} from '../../appliance/tables.ts';
import {approveAll} from '../helpers/four-eyes.ts';
import {type Api, signIn} from '../helpers/clients.ts';
import {databaseKinds, freshDatabase} from '../helpers/databases.ts';
import {connectReceiver, lowerTheBar} from '../helpers/leads.ts';
import {administrator, type Started, startAppliance} from '../helpers/start.ts';

type Version = {number: number; at: string; hash: string};
type Shown = {
  version: Version;
  document: {sections: {id: string; blocks: object[]}[]};
  changes: {id: string; added: string[]}[];
};
const seriesNames = ['notice', 'register', 'record', 'assessment'];

const stored = async (appliance: Started, series: string): Promise<Version[]> =>
  appliance.inside.storage
    .db('privacy_versions')
    .where({series})
    .orderBy('number')
    .select('number', 'at', 'hash');
const counts = async (appliance: Started) =>
  Promise.all(seriesNames.map(async series => (await stored(appliance, series)).length));
const notice = (admin: Api, language = 'en') =>
  admin.call<Shown>('GET', `/api/admin/documents/notice?language=${language}`);
const webhook = (url: string) => ({
  type: 'webhook',
  name: 'Sales',
  config: {url, secret: newWebhookSecret()},
  region: 'eu-at',
  private: false,
});

for (const database of databaseKinds) {
  test(`${database}: a connector changes notice, register, record and assessment in its own transaction; switched off, it is gone`, async t => {
    const clock = createTestClock('2026-11-24T08:00:00.000Z');
    const appliance = await startAppliance(t, {database, clock});
    const admin = await appliance.administrator();
    t.deepEqual(await counts(appliance), [1, 1, 1, 1], 'the set-up made the first');

    clock.advance(60_000);
    const {connector} = await admin.call<{connector: {id: string}}>(
      'POST',
      '/api/admin/connectors',
      webhook('https://crm.example.com/in'),
    );
    t.deepEqual(await counts(appliance), [1, 1, 1, 1], 'nothing goes there before a second person agrees');
    await approveAll(appliance);
    t.deepEqual(await counts(appliance), [2, 2, 2, 2], 'before anybody read one');
    for (const language of ['en', 'de', 'fr', 'es']) {
      const {version, document, changes} = await notice(admin, language);
      t.like(version, {number: 2, at: '2026-11-24T08:01:00.000Z'});
      t.true(JSON.stringify(document).includes('crm.example.com'), language);
      t.true(
        changes.some(
          ({id, added}) => id === 'recipients' && added.some(line => line.includes('crm.example.com')),
        ),
      );
    }
    const {recipients} = await admin.call<{recipients: object[]}>('GET', '/api/admin/register');
    t.like(recipients[0], {
      host: 'crm.example.com',
      purpose: 'crm_sync',
      categories: ['D1', 'D2', 'D4'],
      insideRegion: true,
      lastByteAt: null,
      declaredBy: 'Ada Admin',
    });

    await admin.call('PATCH', `/api/admin/connectors/${connector.id}`, {enabled: false});
    t.deepEqual(await counts(appliance), [3, 3, 3, 3]);
    const [first, , third] = await stored(appliance, 'notice');
    t.is(third?.hash, first?.hash, 'it says what it said before');
    t.false(JSON.stringify((await notice(admin)).document).includes('crm.example.com'));
    t.deepEqual((await admin.call<{recipients: object[]}>('GET', '/api/admin/register')).recipients, []);

    await admin.call('PATCH', `/api/admin/connectors/${connector.id}`, {name: 'Off all the same'});
    t.deepEqual(await counts(appliance), [3, 3, 3, 3], 'what is off changes nothing by a new name');
    const earlier = await admin.call<Shown>('GET', '/api/admin/documents/notice?version=2');
    t.true(
      JSON.stringify(earlier.document).includes('crm.example.com'),
      'an earlier version stays as it was',
    );
  });

  test(`${database}: a period, a contact and a refused change: each that took place is a version, the refused one is none`, async t => {
    const appliance = await startAppliance(t, {database});
    const admin = await appliance.administrator();
    await admin.call('PUT', '/api/admin/retention', {
      days: {conversations: 90, leads: 365, usage: 30, mail: 30},
      sites: [],
    });
    t.deepEqual((await stored(appliance, 'notice')).length, 2);
    const contact = {
      name: 'Ada',
      email: 'rights@example.com',
      postalAddress: 'Hauptplatz 1, Graz',
      officer: '',
    };
    await admin.call('PUT', '/api/admin/privacy-contact', contact);
    t.deepEqual((await stored(appliance, 'notice')).length, 3);
    t.deepEqual(await admin.call('GET', '/api/admin/privacy-contact'), {contact});
    t.deepEqual((await notice(admin)).changes, [
      {
        id: 'controller',
        title: 'Who is responsible',
        removed: ['Contact for questions about privacy: Privacy office', 'privacy@example.com'],
        added: [
          'Postal address: Hauptplatz 1, Graz',
          'Contact for questions about privacy: Ada',
          'rights@example.com',
        ],
      },
    ] as never);
    const frame = await (
      await fetch(`${appliance.base}/widget/frame?site=${await appliance.siteId()}`)
    ).text();
    t.true(frame.includes('rights@example.com'), 'the widget names it too');
    const {entries} = await admin.call<{entries: {detail: object}[]}>(
      'GET',
      '/api/admin/audit?action=privacy.contact_changed',
    );
    t.is(entries.length, 1);
    t.false(JSON.stringify(entries).includes('rights@'), 'the log says that it was changed, not to whom');

    t.is(
      (await admin.request('PUT', '/api/admin/privacy-contact', {...contact, email: 'nobody'})).status,
      400,
    );
    t.is(
      (
        await admin.request('POST', '/api/admin/connectors', {
          ...webhook('https://crm.example.com/in'),
          region: 'us',
        })
      ).status,
      403,
    );
    t.deepEqual((await stored(appliance, 'notice')).length, 3);
    const agent = await appliance.agent();
    t.is((await agent.api.request('GET', '/api/admin/documents/notice')).status, 403);
    t.is((await agent.api.request('PUT', '/api/admin/privacy-contact', contact)).status, 403);
    await agent.close();
  });

  test(`${database}: what a newer release says otherwise is a version from its first start on`, async t => {
    const existing = await freshDatabase(t, database);
    const first = await startAppliance(t, {existing});
    await first.inside.storage
      .db('privacy_versions')
      .where({series: 'notice'})
      .update({hash: 'of other words'});
    await first.stop();
    const again = await startAppliance(t, {existing, setUp: false});
    t.deepEqual(await counts(again), [2, 1, 1, 1]);
    const site = await again.siteId();
    await again.inside.storage.db('privacy_versions').where({series: 'notice'}).update({hash: 'of others'});
    const read = () => fetch(`${again.base}/privacy/${site}/en`);
    const all = await Promise.all(Array.from({length: 5}, read));
    t.true(all.every(({ok}) => ok));
    t.deepEqual(await counts(again), [3, 1, 1, 1], 'however many read at once, it is one version');
  });
}

test('the register tells when the last byte left', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  await lowerTheBar(appliance);
  const receiver = await connectReceiver(t, appliance);
  await admin.call('POST', `/api/admin/connectors/${receiver.connectorId}/test`);
  const {recipients} = await admin.call<{recipients: {lastByteAt: string | null; ownNetwork: boolean}[]}>(
    'GET',
    '/api/admin/register',
  );
  t.true(recipients[0]?.ownNetwork);
  t.true(Date.now() - Date.parse(recipients[0]?.lastByteAt ?? '') < 60_000);
  const before = await counts(appliance);
  await admin.call('POST', `/api/admin/connectors/${receiver.connectorId}/test`);
  await admin.call('GET', '/api/admin/register');
  t.deepEqual(await counts(appliance), before, 'a byte more is no new version');
});

test('the public address: no sign-in, no script, every version, and nothing for whoever guesses', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const site = await appliance.siteId();
  await admin.call('PUT', '/api/admin/retention', {
    days: {conversations: 90, leads: 365, usage: 30, mail: 30},
    sites: [],
  });
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(appliance.base + path, {headers, redirect: 'manual'});

  const chosen = await get(`/privacy/${site}`, {'accept-language': 'nl, es;q=0.8'});
  t.is(chosen.status, 302);
  t.is(chosen.headers.get('location'), `/privacy/${site}/es`);
  const shown = await get(`/privacy/${site}/de`);
  const html = await shown.text();
  t.is(shown.status, 200);
  t.regex(html, /<html lang="de">/);
  t.regex(html, /Fassung 2 vom/);
  t.regex(html, /90 Tage/);
  t.notRegex(html, /<script/);
  const policy = shown.headers.get('content-security-policy') ?? '';
  t.regex(policy, /default-src 'none'/);
  t.notRegex(policy, /script-src|unsafe/);
  t.regex(await (await get(`/privacy/${site}/de?version=1`)).text(), /180 Tage/);
  const pdf = await get(`/privacy/${site}/fr.pdf`);
  t.is(pdf.headers.get('content-type'), 'application/pdf');
  t.deepEqual(await pdf.bytes(), await (await get(`/privacy/${site}/fr.pdf`)).bytes());
  for (const path of [
    `/privacy/${newId()}/de`,
    `/privacy/${newId()}`,
    `/privacy/${site}/de?version=3`,
    `/privacy/${site}/de?version=0`,
    `/privacy/${site}/de?version=1e9`,
    `/privacy/${site}/de?version=1&version=2`,
    `/privacy/${site}/de.pdf?version=9`,
  ])
    t.is((await get(path)).status, 404, path);

  const fresh = await startAppliance(t, {setUp: false});
  t.is((await fetch(`${fresh.base}/privacy/${newId()}/en`)).status, 404);
});

test('the downloads: PDF and JSON of each, of an earlier version too', async t => {
  const appliance = await startAppliance(t);
  const admin = await signIn(appliance.base, administrator);
  await admin.call('PUT', '/api/admin/retention', {
    days: {conversations: 90, leads: 365, usage: 30, mail: 30},
    sites: [],
  });
  const get = (path: string) =>
    fetch(`${appliance.base}/api/admin/documents/${path}`, {headers: {cookie: admin.cookie}});
  for (const series of seriesNames) {
    const pdf = await get(`${series}/pdf`);
    t.is(pdf.status, 200, series);
    t.is(
      Buffer.from(await pdf.bytes())
        .subarray(0, 8)
        .toString(),
      '%PDF-1.7',
    );
    const json = await get(`${series}/json`);
    t.regex(json.headers.get('content-disposition') ?? '', new RegExp(`${series}-\\d+(-en)?\\.json`));
    t.is(((await json.json()) as {series: string}).series, series);
    t.like(await (await get(`${series}/schema`)).json(), {type: 'object'});
  }
  const [one, two] = await Promise.all([get('record/pdf?version=1'), get('record/pdf?version=2')]);
  t.notDeepEqual(await one.bytes(), await two.bytes());
  t.is((await get('elsewhere/pdf')).status, 400);
});

test('a reader opens what its purpose allows, and refuses every other column, pair by pair', async t => {
  const {inside} = await startAppliance(t);
  const {personal, keys} = inside.storage;
  const person = newId();
  await keys.create(person);
  let refused = 0;
  let opened = 0;
  for (const declaration of allTables) {
    for (const [name, column] of Object.entries(declaration.columns)) {
      if (column.kind === 'technical') continue;
      const ids = {
        [declaration.rowId]: person,
        ...(typeof declaration.person === 'string' ? {[declaration.person]: person} : {}),
      };
      const rows = await personal.seal(declaration.table, [{...ids, [name]: 'words'}]);
      for (const purpose of purposes) {
        const open = () => personal.reader(purpose).open(declaration.table, rows);
        const pair = `${declaration.table}.${name} for ${purpose}`;
        if (column.purposes.includes(purpose)) {
          await t.notThrowsAsync(open, pair);
          opened++;
        } else {
          await t.throwsAsync(
            open,
            {code: 'privacy.purpose_refused', message: new RegExp(`${name} .*${purpose}`)},
            pair,
          );
          refused++;
        }
      }
    }
  }
  t.true(refused > 80 && opened > 60, `${refused} pairs were refused, ${opened} opened`);
});
