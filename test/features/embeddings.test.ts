/** Passages found by their meaning: only with a model, only above its bar, never an error, and nothing left behind. */
import {readdirSync, readFileSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import {soundVectors} from '../../appliance/adapters/llm/vectors.ts';
import type {Answered, Document, listDocuments} from '../../appliance/features/knowledge/knowledge.schema.ts';
import type {Overview} from '../../appliance/features/models/models.schema.ts';
import type {Locale} from '../../appliance/kit/schema.ts';
import type {Storage} from '../../appliance/storage/index.ts';
import {smallEmbedder} from '../../models/training/small-embedder.ts';
import type {z} from 'zod';
import {approveAll} from '../helpers/four-eyes.ts';
import type {Api} from '../helpers/clients.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {documentsRead, sendDocument} from '../helpers/documents.ts';
import {concepts, meantBy} from '../helpers/meaning.ts';
import {type ModelServerOptions, startModelServer} from '../helpers/model-server.ts';
import {settled, sha256Of, upload} from '../helpers/models.ts';
import {startAppliance, type Started, type StartOptions} from '../helpers/start.ts';

const terms = `# Terms

## Delivery

We deliver to Austria, Germany and Switzerland within three working days.

## Warehouse

Pallets are stored at four degrees in our cold hall in Linz.

## Prices

| Plan | Price |
|---|---|
| Basic storage | 49 EUR a month |

## Returns

Returned goods are inspected before they are stored again.

## Insurance

Tell visitors that damage is insured, and that whatever is damage is insured.
`;
const inOtherWords = 'How soon will my parcel arrive?';
const delivery = 'We deliver to Austria, Germany and Switzerland within three working days.';
const nowhere = [
  'Can you transport living animals?',
  'Do you deliver to the Moon?',
  'Does the driver carry the parcel up to the third floor?',
  'At what humidity are pallets stored?',
  // only a passage that gives orders is near
  'Is it liable when broken?',
  // near in every way but in what matters
  'How soon will my parcel arrive in Linz?',
  'Will my parcel arrive in 2 days?',
];
const key = 'sk-a-secret-nobody-may-read';

type List = z.output<(typeof listDocuments)['response']>;
type Refusal = {error: {code: string; message: string}};
const list = (admin: Api): Promise<List> => admin.call<List>('GET', '/api/admin/knowledge');
const ask = (admin: Api, text: string, locale: Locale = 'en') =>
  admin.call<Answered>('POST', '/api/admin/knowledge-questions', {text, locale});
const quotedFor = async (admin: Api, text: string, locale: Locale = 'en') => {
  const {nearest, meaning} = await ask(admin, text, locale);
  const [first] = nearest;
  return first?.why === 'quoted' ? {text: first.passage.text, by: first.by, meaning} : null;
};
/** Resolves once the model has read every passage. */
const allRead = async (admin: Api, fits: (list: List) => boolean = () => true): Promise<List> => {
  for (;;) {
    const found = await list(admin);
    const {meaning} = found;
    if (meaning && meaning.problem === null && meaning.done === meaning.total && fits(found)) return found;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
};
const connectTo = async (t: ExecutionContext, appliance: Started, url: string): Promise<Overview> => {
  const admin = await appliance.administrator();
  const input = {url, model: 'nomic-embed', key, region: 'eu-at', private: true};
  const {status, body} = await admin.request<Refusal>('PUT', '/api/admin/embedding-server', input);
  t.is(status, 202, JSON.stringify(body));
  await approveAll(appliance);
  return settled(admin);
};
const start = async (t: ExecutionContext, server: ModelServerOptions = {}, options: StartOptions = {}) => {
  const fake = await startModelServer(t, {
    key,
    flavour: 'vllm',
    model: 'nomic-embed',
    embed: meantBy,
    ...server,
  });
  const appliance = await startAppliance(t, {meaningPatienceMs: 20_000, ...options});
  const admin = await appliance.administrator();
  const add = async (content: string, title: string): Promise<Document> => {
    t.is(await sendDocument(appliance.base, admin, Buffer.from(content), {title}), undefined);
    const found = (await documentsRead(admin)).find(document => document.title === title);
    if (!found) throw new Error(`${title} is not in the list`);
    return found;
  };
  return {fake, appliance, admin, add, connect: () => connectTo(t, appliance, fake.url)};
};

/** What lies in the tables, past every guard of ours; of SQLite the whole file as it is when opened. */
const rawVectors = async ({db, dialect}: Storage): Promise<{sealed: Buffer[]; file: Buffer | null}> => {
  const client = db.client as {
    acquireConnection: () => Promise<unknown>;
    releaseConnection: (connection: unknown) => Promise<void>;
  };
  const connection = await client.acquireConnection();
  const query = 'select vector_sealed from knowledge_vectors';
  try {
    if (dialect === 'postgres') {
      const {rows} = await (
        connection as {query: (sql: string) => Promise<{rows: {vector_sealed: Buffer}[]}>}
      ).query(query);
      return {sealed: rows.map(row => row.vector_sealed), file: null};
    }
    const sqlite = connection as {
      prepare: (sql: string) => {all: () => {vector_sealed: Buffer}[]};
      serialize: () => Buffer;
    };
    return {
      sealed: sqlite
        .prepare(query)
        .all()
        .map(row => row.vector_sealed),
      file: sqlite.serialize(),
    };
  } finally {
    await client.releaseConnection(connection);
  }
};

for (const kind of databaseKinds) {
  test.serial(
    `${kind}: a question in other words is answered only with a model, word for word, and what is written nowhere still is not`,
    async t => {
      const {fake, appliance, admin, add, connect} = await start(t, {}, {database: kind});
      const document = await add(terms, 'Terms 2026');
      t.is((await list(admin)).meaning, null, 'off until somebody chooses a model');
      t.is(await quotedFor(admin, inOtherWords), null);
      t.is((await ask(admin, inOtherWords)).meaning, 'off');

      const connected = await connect();
      t.is(connected.task?.state, 'done', connected.task?.message ?? '');
      t.regex(connected.task?.message ?? '', /in 4 of 4 languages/);
      t.like(connected.embedder, {
        modelId: null,
        name: 'nomic-embed',
        usable: true,
        languages: ['en', 'de', 'fr', 'es'],
        server: {url: fake.url, region: 'eu-at', private: true, hasKey: true},
      });
      t.false(JSON.stringify(connected).includes(key), 'the key is never returned');
      t.like((await allRead(admin)).meaning, {model: 'nomic-embed', here: false, total: 5, beyond: 0});
      t.true(
        fake.embedded.includes(`search_document: Terms\nDelivery\n${delivery}`),
        'with its heading, and as this family was trained',
      );
      t.true(fake.embedded.includes(`search_query: ${inOtherWords}`));

      t.deepEqual(await quotedFor(admin, inOtherWords), {text: delivery, by: 'meaning', meaning: 'asked'});
      t.like(await quotedFor(admin, 'Wie schnell kommt mein Paket an?', 'de'), {
        text: delivery,
        by: 'meaning',
      });
      t.like(await quotedFor(admin, 'Do you deliver to Austria?'), {text: delivery, by: 'both'});
      t.like(await quotedFor(admin, 'Are returned goods inspected?'), {by: 'words'});
      t.like(await quotedFor(admin, 'How much is Basic storage?'), {by: 'words', meaning: 'unasked'});
      for (const question of nowhere) {
        t.is(await quotedFor(admin, question), null, question);
        t.is((await ask(admin, question)).meaning, 'asked', question);
      }
      const elsewhere = (await ask(admin, 'How soon will my parcel arrive in Linz?')).nearest;
      t.like(
        elsewhere.find(({passage}) => passage.text === delivery),
        {why: 'name', missing: ['parcel', 'arrive', 'Linz']},
      );
      for (const question of ['Is it liable when broken?', 'Is damage insured?'])
        t.is(
          (await ask(admin, question)).nearest.find(({passage}) => passage.givesOrders)?.why,
          'orders',
          question,
        );

      await ask(admin, 'My card is 4111 1111 1111 1111. How soon will my parcel arrive?');
      t.true(fake.embedded.some(text => text.includes('My card is')));
      t.false(
        fake.embedded.some(text => /4111 ?1111/.test(text)),
        'a card number leaves for nowhere',
      );
      const visitor = await appliance.visitor();
      const answer = await visitor.answerAfter((await visitor.say(inOtherWords)).seq);
      t.true(answer.text.includes(`“${delivery}”`), answer.text);
      t.like(answer.citation, {document: 'Terms 2026', section: ['Terms', 'Delivery'], quote: delivery});
      const unknown = await visitor.answerAfter((await visitor.say(nowhere[0] ?? '')).seq);
      t.is(unknown.citation, null);
      t.regex(unknown.text, /I don’t know that|That I cannot answer reliably/);

      const {sealed, file} = await rawVectors(appliance.inside.storage);
      t.is(sealed.length, 5);
      for (const one of sealed) {
        t.true(one.length > 64 * 4);
        if (file) t.true(file.includes(one), 'a vector is found where it is looked for');
      }
      const [vector] = soundVectors([meantBy(`Terms\nDelivery\n${delivery}`)], 1);
      const clear = Buffer.from((vector ?? new Float32Array()).buffer);
      t.is(clear.length, 256);
      t.false(sealed.some(one => one.includes(clear) || one.includes(clear.toString('base64').slice(0, 40))));

      const before = fake.embedded.length;
      await appliance.stop();
      await appliance.start();
      const again = await appliance.administrator();
      t.like(await quotedFor(again, inOtherWords), {text: delivery, by: 'meaning'}, 'after a restart');
      t.is(fake.embedded.length, before + 1, 'nothing was read again');

      await again.call('DELETE', `/api/admin/knowledge/${document.id}`);
      t.is(await quotedFor(again, inOtherWords), null);
      const after = await rawVectors(appliance.inside.storage);
      t.is(after.sealed.length, 0);
      if (after.file)
        for (const one of sealed) t.false(after.file.includes(one), 'no vector is left in the file');
    },
  );

  test.serial(`${kind}: another model reads all anew, and turned off nothing of it stays`, async t => {
    const {fake, appliance, admin, add, connect} = await start(t, {}, {database: kind});
    await add(terms, 'Terms 2026');
    await connect();
    await allRead(admin);
    const first = (await rawVectors(appliance.inside.storage)).sealed;

    const bytes = smallEmbedder({name: 'small-finder', concepts});
    t.is((await upload(appliance.base, admin, bytes)).status, 200);
    const sha256 = sha256Of(bytes);
    t.like(
      (await settled(admin)).models.find(({id}) => id === sha256),
      {kind: 'embedding', architecture: 'bert'},
    );
    for (const act of ['activate', 'bench', 'measure'])
      t.is(
        (await admin.request<Refusal>('POST', `/api/admin/models/${sha256}/${act}`)).body.error.code,
        'models.only_vectors',
      );
    await admin.call('POST', `/api/admin/models/${sha256}/fit`);
    const chosen = await settled(admin);
    t.is(chosen.task?.state, 'done', chosen.task?.message ?? '');
    t.like(chosen.embedder, {modelId: sha256, name: 'small-finder', server: null, usable: true});
    const {destinations} = await admin.call<{destinations: unknown[]}>('GET', '/api/admin/destinations');
    t.deepEqual(destinations, [], 'the server’s destination went with it');
    const asked = fake.requests();
    t.like((await allRead(admin, ({meaning}) => meaning?.model === 'small-finder')).meaning, {
      here: true,
      total: 5,
    });
    t.like(await quotedFor(admin, inOtherWords), {text: delivery, by: 'meaning'});
    for (const question of nowhere) t.is(await quotedFor(admin, question), null, question);
    t.is(fake.requests(), asked, 'the server is not asked any more');
    const second = await rawVectors(appliance.inside.storage);
    t.is(second.sealed.length, 5);
    t.false(second.sealed.some(one => first.some(other => other.equals(one))));
    t.is(
      (await admin.request<Refusal>('DELETE', `/api/admin/models/${sha256}`)).body.error.code,
      'models.in_use',
    );

    await appliance.stop();
    await appliance.start();
    const again = await appliance.administrator();
    await allRead(again);
    t.like(await quotedFor(again, inOtherWords), {by: 'meaning'}, 'the file is loaded again');

    t.is((await again.request('DELETE', '/api/admin/embedder')).status, 204);
    while ((await rawVectors(appliance.inside.storage)).sealed.length > 0)
      await new Promise(resolve => setTimeout(resolve, 25));
    t.is((await list(again)).meaning, null);
    t.is(await quotedFor(again, inOtherWords), null);
    t.like(await quotedFor(again, 'Do you deliver to Austria?'), {by: 'words', meaning: 'off'});
    t.is((await again.request('DELETE', `/api/admin/models/${sha256}`)).status, 204);
    const {entries} = await again.call<{entries: {action: string}[]}>('GET', '/api/admin/audit?limit=200');
    t.deepEqual(
      entries.map(({action}) => action).filter(action => action.startsWith('model.')),
      [
        'model.removed',
        'model.embedder_off',
        'model.embedder_chosen',
        'model.imported',
        'model.embedder_chosen',
      ],
    );
  });
}

/** Processes that have opened this model. */
const processesWith = (sha256: string): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(id => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(`${sha256}.gguf`);
      } catch {
        return false;
      }
    })
    .map(Number);

test.serial(
  'the model’s process dies: visitors get what words find, and it comes back by itself',
  async t => {
    const {appliance, admin, add} = await start(t, {}, {meaningPatienceMs: 1500});
    await add(terms, 'Terms 2026');
    const bytes = smallEmbedder({name: 'dies', concepts, seed: 3});
    await upload(appliance.base, admin, bytes);
    await settled(admin);
    await admin.call('POST', `/api/admin/models/${sha256Of(bytes)}/fit`);
    t.is((await settled(admin)).task?.state, 'done');
    await allRead(admin);
    t.is((await quotedFor(admin, inOtherWords))?.by, 'meaning');
    const [id, ...others] = processesWith(sha256Of(bytes));
    t.deepEqual(others, [], 'the one it was tried in is gone');
    process.kill(id ?? 0, 'SIGSTOP');
    const visitor = await appliance.visitor();
    const hanging = await visitor.answerAfter((await visitor.say('Do you deliver to Austria?')).seq);
    t.like(hanging.citation, {quote: delivery}, 'while it hangs');
    process.kill(id ?? 0, 'SIGKILL');
    t.like((await visitor.answerAfter((await visitor.say('Are returned goods inspected?')).seq)).citation, {
      document: 'Terms 2026',
    });
    await allRead(admin);
    t.is((await quotedFor(admin, inOtherWords))?.by, 'meaning');
  },
);

test.serial('killed in the middle of reading, it goes on where it was', async t => {
  const {fake, appliance, add, connect} = await start(t, {}, {process: 'child'});
  const articles = () => fake.embedded.filter(text => text.includes('Article'));
  let last = Infinity;
  fake.embedWith(text => {
    if (articles().length >= 16) {
      fake.misbehave('hangs');
      last = fake.requests();
    }
    return meantBy(text);
  });
  const many = Array.from({length: 60}, (_, i) => `## Part ${i}\n\nArticle ${i} has the number ${i * 7919}.`);
  await add(`# Catalogue\n\n${many.join('\n\n')}`, 'Catalogue');
  await connect();
  // two batches were answered, and the one that hangs has come
  await fake.until(() => fake.requests() > last);
  await appliance.killHard();
  const read = new Set(articles());
  t.is(read.size, 16);
  const before = fake.embedded.length;
  fake.misbehave(undefined);
  fake.embedWith(meantBy);
  await appliance.start();
  const again = await appliance.administrator();
  t.is((await allRead(again)).meaning?.total, 60);
  const twice = fake.embedded.slice(before).filter(text => read.has(text));
  t.deepEqual(twice, [], 'nothing that was stored is read again');
  t.is(new Set(articles()).size, 60);
});

test.serial('a server that lies, breaks or hangs costs the meaning and nothing else', async t => {
  const {fake, appliance, admin, add, connect} = await start(t, {}, {meaningPatienceMs: 1500});
  await add(terms, 'Terms 2026');
  await connect();
  await allRead(admin);
  const vectors = (change: (vector: number[]) => (number | null)[]) => (text: string) =>
    change(meantBy(text));
  const lies: Record<string, () => void> = {
    'of another size': () => fake.embedWith(vectors(vector => vector.slice(8))),
    'of no numbers': () => fake.embedWith(vectors(vector => vector.map(() => null))),
    'of words': () => fake.embedWith(meantBy, () => [{index: 0, embedding: ['NaN']}]),
    'of infinite ones': () => fake.embedWith(vectors(vector => vector.map(() => 1e308))),
    'too few': () => fake.embedWith(meantBy, () => []),
    'too many': () => fake.embedWith(meantBy, data => [...data, ...data]),
    'a page': () => fake.misbehave('page'),
    endless: () => fake.misbehave('endless'),
    broken: () => fake.misbehave('broken'),
    busy: () => fake.misbehave('busy'),
    hangs: () => fake.misbehave('hangs'),
    'hangs in mid-body': () => fake.misbehave('hangs in mid-body'),
  };
  const visitor = await appliance.visitor();
  const well = (): void => {
    fake.embedWith(meantBy);
    fake.misbehave(undefined);
  };
  for (const [how, lie] of Object.entries(lies)) {
    lie();
    const from = performance.now();
    const answered = await ask(admin, 'Do you deliver to Austria?');
    t.true(performance.now() - from < 4000, `${how}: ${performance.now() - from} ms`);
    t.is(answered.nearest[0]?.passage.text, delivery, how);
    t.true(['words', 'both'].includes(answered.nearest[0]?.by ?? ''), how);
    t.is((await quotedFor(admin, inOtherWords))?.by, undefined, how);
    well();
    // one failure after the other, and it is left alone for a while: an answer in between starts anew
    t.is((await quotedFor(admin, inOtherWords))?.by, 'meaning', `after ${how}`);
  }
  fake.misbehave('hangs');
  for (let i = 0; i < 3; i++) await ask(admin, inOtherWords);
  const answer = await visitor.answerAfter((await visitor.say('Do you deliver to Austria?')).seq);
  t.like(answer.citation, {quote: delivery}, 'a visitor notices nothing');
  const from = performance.now();
  t.is((await ask(admin, inOtherWords)).meaning, 'silent');
  t.true(performance.now() - from < 1200, 'after three in a row nobody waits for it');
  fake.misbehave(undefined);
  t.is((await ask(admin, inOtherWords)).meaning, 'silent', 'for a while');
});

test.serial('what a server cannot do is said where it is connected, and nothing is used', async t => {
  const {fake, admin, add, connect} = await start(t);
  await add(terms, 'Terms 2026');
  const problems: [RegExp, () => void][] = [
    [/does not tell a passage that answers/, () => fake.embedWith(() => Array.from({length: 64}, () => 1))],
    [/0 vectors to 6 texts/, () => fake.embedWith(meantBy, () => [])],
    [/vectors of 4 numbers/, () => fake.embedWith(text => meantBy(text).slice(0, 4))],
    [/answered 501/, () => fake.embedWith(undefined)],
    [/makes no vectors/, () => fake.misbehave('page')],
  ];
  for (const [expected, lie] of problems) {
    fake.misbehave(undefined);
    lie();
    const {task, embedder} = await connect();
    t.is(task?.state, 'failed');
    t.regex(embedder?.problem ?? '', expected);
    t.false(embedder?.usable ?? true);
    t.is(await quotedFor(admin, inOtherWords), null);
    t.regex((await list(admin)).meaning?.problem ?? '', expected);
  }
  fake.misbehave(undefined);
  fake.embedWith(meantBy);
  await admin.call('POST', '/api/admin/embedding-server/test');
  const {entries} = await admin.call<{entries: {action: string}[]}>('GET', '/api/admin/audit');
  t.true(entries.some(({action}) => action === 'model.embedder_test_ordered'));
  t.true((await settled(admin)).embedder?.usable);
  await allRead(admin);
  t.is((await quotedFor(admin, inOtherWords))?.by, 'meaning', 'mended, it is used');
});

test.serial('a passage longer than the model reads counts by what it reads of it', async t => {
  const {fake, admin, add, connect} = await start(t, {room: 120});
  await add(
    `## Delivery\n\nWe deliver within three working days. ${'It is with us and with them. '.repeat(20)}\n\n## Hall\n\nPallets are cold.`,
    'Long',
  );
  await connect();
  await allRead(admin);
  t.true(fake.embedded.every(text => text.length <= 120));
  t.is((await quotedFor(admin, inOtherWords))?.by, 'meaning');
});

test.serial(
  'a passage the model can make nothing of holds up no other, and is found by its words',
  async t => {
    const {fake, admin, add, connect} = await start(t);
    await connect();
    let away = 2;
    fake.embedWith(text => {
      // the server stumbles for a moment, too: what that met is read again
      if (text.includes('working days') && away-- > 0) return [];
      return text.includes('Pallets') ? meantBy(text).map(() => null) : meantBy(text);
    });
    await add(terms, 'Terms 2026');
    t.is((await allRead(admin, ({meaning}) => meaning?.total === 5)).meaning?.done, 5);
    t.true(away < 0);
    t.is((await quotedFor(admin, inOtherWords))?.by, 'meaning');
    t.is((await quotedFor(admin, 'Are pallets stored in a cold hall?'))?.by, 'words');
  },
);

test.serial(
  'what memory has no room for is found by its words, and by its meaning once there is room',
  async t => {
    // of one vector of 64 numbers, and not of two
    const {admin, add, connect} = await start(t, {}, {vectorMemory: 300});
    const first = await add('# Delivery\n\nWe deliver within three working days.', 'Delivery');
    await add('# Cold\n\nIt is cold in our hall.', 'Hall');
    await connect();
    t.is((await allRead(admin, ({meaning}) => (meaning?.beyond ?? 0) > 0)).meaning?.beyond, 1);
    t.is((await quotedFor(admin, inOtherWords))?.by, 'meaning', 'what came first is held');
    t.is(await quotedFor(admin, 'Which temperature is it?'), null);
    t.is((await quotedFor(admin, 'Is the hall cold?'))?.by, 'words');
    await admin.call('DELETE', `/api/admin/knowledge/${first.id}`);
    t.is((await quotedFor(admin, 'Which temperature is it?'))?.by, 'meaning');
    t.is((await list(admin)).meaning?.beyond, 0);
  },
);

test.serial('only administrators choose what finds passages', async t => {
  const {appliance, fake} = await start(t);
  const agent = await appliance.agent();
  for (const [method, path] of [
    ['PUT', '/api/admin/embedding-server'],
    ['POST', '/api/admin/embedding-server/test'],
    ['DELETE', '/api/admin/embedder'],
    ['POST', `/api/admin/models/${'0'.repeat(64)}/fit`],
  ] as const) {
    t.is((await agent.api.request(method, path, {url: fake.url})).status, 403, path);
    t.is((await fetch(appliance.base + path, {method, headers: {origin: appliance.base}})).status, 401, path);
  }
});
