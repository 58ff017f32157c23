import test from 'ava';
import fc from 'fast-check';
import {
  closedUntil,
  nextReply,
  type Playbook,
  playbookSchema,
} from '../../appliance/features/qualification/engine/index.ts';
import {readPlaybook, writePlaybook} from '../../appliance/features/qualification/playbook.yaml.ts';
import {bundledPlaybooks, demoPlaybook} from '../../appliance/features/qualification/playbooks/index.ts';
import {playbookJsonSchema} from '../../appliance/features/qualification/playbooks.routes.ts';
import {systemClock} from '../../appliance/kit/clock.ts';
import {replay, replayWindow} from '../../appliance/features/qualification/replay.ts';
import {databaseKinds} from '../helpers/databases.ts';
import type {Api} from '../helpers/clients.ts';
import {startAppliance} from '../helpers/start.ts';

const saturday = '2026-11-28T12:00:00.000Z';

type Opened = {
  playbook: {version: number; draftSavedAt: string | null};
  content: Playbook;
  draft: {content: Playbook; revision: number; basedOn: number; savedBy: string} | null;
};
const path = '/api/admin/playbooks/general';
const asked = (playbook: Playbook, text: string): Playbook => ({
  ...playbook,
  facts: playbook.facts.map(fact =>
    fact.field === 'company' ? {...fact, question: {...fact.question, en: [text]}} : fact,
  ),
});
const secondAdministrator = async (appliance: Awaited<ReturnType<typeof startAppliance>>): Promise<Api> => {
  const agent = await appliance.agent('Bea Beispiel');
  const admin = await appliance.administrator();
  await admin.call('PATCH', `/api/admin/users/${agent.api.user.id}`, {role: 'administrator'});
  return agent.api;
};

for (const database of databaseKinds) {
  test(`${database}: a draft changes nothing until it is published, and every version can be had again`, async t => {
    const appliance = await startAppliance(t, {database});
    const admin = await appliance.administrator();
    const {content} = await admin.call<Opened>('GET', path);
    const changed = asked(content, 'Who sends you?');
    const {draft} = await admin.call<Opened>('PUT', `${path}/draft`, {
      content: changed,
      basedOn: 1,
      revision: 0,
    });
    t.like(draft, {revision: 1, basedOn: 1, savedBy: 'Ada Admin'});
    t.deepEqual((await admin.call<Opened>('GET', path)).content, content, 'in force is what was');

    const published = await admin.call<Opened>('PUT', path, {content: changed, basedOn: 1, revision: 1});
    t.is(published.playbook.version, 2);
    t.is(published.draft, null);
    const visitor = await appliance.visitor();
    const {seq} = await visitor.say('We need new windows');
    t.regex((await visitor.answerAfter(seq)).text, /Who sends you\?/);

    const {versions} = await admin.call<{versions: {version: number; publishedBy: string}[]}>(
      'GET',
      `${path}/versions`,
    );
    t.deepEqual(
      versions.map(({version, publishedBy}) => [version, publishedBy]),
      [
        [2, 'Ada Admin'],
        [1, 'Ada Admin'],
      ],
    );
    t.deepEqual((await admin.call<{content: Playbook}>('GET', `${path}/versions/1`)).content, content);
  });

  test(`${database}: two people at one playbook: the second is told who was first, and overwrites nothing`, async t => {
    const appliance = await startAppliance(t, {database});
    const ada = await appliance.administrator();
    const bea = await secondAdministrator(appliance);
    const {content} = await ada.call<Opened>('GET', path);
    await bea.call('PUT', `${path}/draft`, {content: asked(content, 'Bea asks?'), basedOn: 1, revision: 0});
    const late = await ada.request<{error: {code: string; message: string}}>('PUT', `${path}/draft`, {
      content: asked(content, 'Ada asks?'),
      basedOn: 1,
      revision: 0,
    });
    t.is(late.status, 409);
    t.regex(late.body.error.message, /^Bea Beispiel saved this draft after you opened it\./);
    const both = [ada, bea].map(one =>
      one.request('PUT', `${path}/draft`, {content, basedOn: 1, revision: 1}),
    );
    t.deepEqual(
      (await Promise.all(both)).map(({status}) => status).toSorted((a, b) => a - b),
      [200, 409],
      'at once: one',
    );
    const passed = await ada.request('PUT', path, {content, basedOn: 1, revision: 1});
    t.is(passed.status, 409, 'a draft that somebody saved meanwhile is not published over');
    t.is((await ada.call<Opened>('GET', path)).playbook.version, 1, 'and nothing of it is left half done');
    await bea.call('PUT', path, {content: asked(content, 'Bea asks?'), basedOn: 1, revision: 2});
    const over = await ada.request<{error: {message: string}}>('PUT', path, {content, basedOn: 1});
    t.is(over.status, 409);
    t.regex(over.body.error.message, /^Bea Beispiel published version 2/);
    const at = [1, 2].map(() => ada.request('PUT', path, {content, basedOn: 2}));
    t.deepEqual(
      (await Promise.all(at)).map(({status}) => status).toSorted((a, b) => a - b),
      [200, 409],
      'at once: one',
    );
  });

  test(`${database}: a replay says who would have qualified and why, and is on record as a look`, async t => {
    const appliance = await startAppliance(t, {database});
    const admin = await appliance.administrator();
    for (const words of ['I am Ada Probe from Beispielklinik GmbH, we are 40 people', 'We are 3 people']) {
      const visitor = await appliance.visitor();
      await visitor.answerAfter((await visitor.say(words)).seq);
    }
    const {content} = await admin.call<Opened>('GET', path);
    const draft = {
      ...content,
      bar: 40,
      rules: content.rules.map(rule => (rule.id === 'size' ? {...rule, points: 30} : rule)),
    };
    const replayed = await admin.call<{
      looked: number;
      gained: {conversationId: string; company: string; before: number; after: number; changes: object[]}[];
      lostCount: number;
    }>('POST', `${path}/replay`, {content: draft, locale: 'en'});
    t.is(replayed.looked, 2);
    t.is(replayed.lostCount, 0);
    t.is(replayed.gained.length, 1);
    t.like(replayed.gained[0], {
      company: 'Beispielklinik GmbH',
      before: 25,
      after: 40,
      changes: [{label: 'Ten people or more', before: 15, after: 30}],
    });
    const {entries} = await admin.call<{
      entries: {action: string; purpose: string | null; subject: {id: string} | null}[];
    }>('GET', '/api/admin/audit');
    t.true(entries.some(({action}) => action === 'playbook.replayed'));
    t.like(
      entries.find(({action}) => action === 'person.looked_at'),
      {purpose: 'qualification', subject: {id: replayed.gained[0]?.conversationId}},
    );
    t.deepEqual((await admin.call<Opened>('GET', path)).content, content, 'nothing was changed by it');
  });

  test(`${database}: from a file to a website: added as a draft, published, chosen, and answering there`, async t => {
    const appliance = await startAppliance(t, {database});
    const admin = await appliance.administrator();
    const yaml = writePlaybook({...demoPlaybook(), id: 'from-a-file'});
    const {content} = await admin.call<{content: Playbook}>('POST', '/api/admin/playbook-files', {yaml});
    await admin.call('POST', '/api/admin/playbooks', {content});
    t.is((await admin.request('POST', '/api/admin/playbooks', {content})).status, 409, 'its id is taken');
    const site = `/api/admin/sites/${await appliance.siteId()}`;
    const early = await admin.request<{error: {code: string}}>('PATCH', site, {playbookId: 'from-a-file'});
    t.is(early.body.error.code, 'sites.unknown_playbook', 'a draft answers nobody');
    await admin.call('PUT', '/api/admin/playbooks/from-a-file', {content, basedOn: 0, revision: 1});
    await admin.call('PATCH', site, {playbookId: 'from-a-file'});
    const visitor = await appliance.visitor();
    const first = await visitor.socket.next('message');
    t.regex(first.message.text, /business accounts/);
    const file = await admin.request<string>('GET', '/api/admin/playbooks/from-a-file/yaml');
    t.is(file.headers.get('content-disposition'), 'attachment; filename="from-a-file-v1.yaml"');
    t.deepEqual(readPlaybook(file.body), {playbook: content});
  });
}

test('who should take over is in the offer to agents, and the goal above the score', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  await admin.call('PUT', path, {content: {...demoPlaybook(), id: 'general'}});
  const agent = await appliance.agent();
  const visitor = await appliance.visitor();
  await agent.watch(visitor.conversationId);
  await visitor.say('We are 250 people, and I want to talk to a person');
  const offer = await agent.socket.next('offer');
  t.is(offer.reason, 'The visitor asked for a person. For corporate: A hundred people or more.');
  const {score} = await agent.socket.next('facts', ({facts}) => facts.length > 0);
  t.is(score.goal, demoPlaybook().goals.en ?? '');
  t.deepEqual(score.teams, [{team: 'corporate', why: 'A hundred people or more.'}]);
});

test('the button for a person, outside business hours: it is said when people are back, once', async t => {
  const appliance = await startAppliance(t, {
    clock: {...systemClock, now: () => new Date(saturday), iso: () => saturday},
  });
  const admin = await appliance.administrator();
  const {content} = await admin.call<Opened>('GET', path);
  const {businessHours} = demoPlaybook();
  await admin.call('PUT', path, {content: {...content, businessHours}});
  const visitor = await appliance.visitor();
  await visitor.askForPerson();
  await visitor.askForPerson();
  const answer = await visitor.answerAfter(2);
  t.regex(answer.text, /again on Monday from 08:00.*at which e-mail address or phone number/);
  const {messages} = await visitor.reconnect();
  t.is(messages.filter(({author}) => author.kind === 'ai').length, 2, 'the greeting and this');
});

test('the panel to try a playbook: what a visitor would see, with facts, evidence, score and the next question', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const {content} = await admin.call<Opened>('GET', path);
  const trial = (body: object) =>
    admin.call<{
      lines: {author: string; text: string}[];
      facts: {field: string; evidence: {seq: number; start: number; end: number}}[];
      score: {points: number; goal: string; teams: {team: string}[]};
      next: string | null;
      waitsForPerson: boolean;
    }>('POST', '/api/admin/playbook-trial', {content, locale: 'en', people: 'free', ...body});
  const said = ['We are 40 people', 'no wait, 54 people, sorry'];
  const result = await trial({said, content: asked(content, 'And who is it?')});
  t.deepEqual(
    result.facts.map(({field, evidence: {seq, start, end}}) => [
      field,
      result.lines[seq - 1]?.text.slice(start, end),
    ]),
    [['company_size', '54 people']],
  );
  t.is(result.score.points, 15);
  t.is(result.score.goal, content.goals.en ?? '');
  t.regex(result.lines.at(-1)?.text ?? '', /And who is it\?$/);
  t.is(result.next, 'company');
  t.true((await trial({said: ['I want to talk to a person']})).waitsForPerson);
  const {conversations} = await admin.call<{conversations: unknown[]}>('GET', '/api/agent/conversations');
  t.deepEqual(conversations, [], 'nothing is kept');
  const broken = await admin.request<{error: {details: {fields: {path: string; message: string}[]}}}>(
    'POST',
    '/api/admin/playbook-trial',
    {
      content: {...content, facts: [{field: 'need', question: {en: ['What?']}}]},
      locale: 'en',
      said,
      people: 'free',
    },
  );
  t.is(broken.status, 400);
  t.deepEqual(broken.body.error.details.fields[0], {
    path: 'facts.0.question.de',
    message: 'Write this in every language of the playbook: de is missing.',
  });
});

test('a replay of the whole window lets others go first, piece by piece, and looks no further back', async t => {
  const [current] = bundledPlaybooks();
  if (!current) throw new Error('no playbook is bundled');
  let turns = 0;
  let over = false;
  const others = () => {
    turns += 1;
    if (!over) setImmediate(others);
  };
  setImmediate(others);
  const result = await replay(
    {
      past: async (_id, limit) =>
        Array.from({length: limit}, (_, index) => ({
          conversationId: `c${index}`,
          visitorId: `v${index}`,
          updatedAt: saturday,
        })),
      facts: async ids => new Map(ids.map(id => [id, []])),
    },
    {current, draft: {...current, bar: 1}, locale: 'en'},
  );
  over = true;
  t.is(result.looked, replayWindow);
  t.true(turns >= replayWindow / 25, `${turns} turns of the event loop`);
});

const text = fc.string({unit: 'grapheme', minLength: 1, maxLength: 80}).map(words => `x${words}x`);
const texts = fc.record({en: text, de: text});
const wordings = fc.record({
  en: fc.array(text, {minLength: 1, maxLength: 3}),
  de: fc.array(text, {minLength: 1, maxLength: 3}),
});
const anyPlaybook: fc.Arbitrary<Playbook> = fc
  .record({
    name: text,
    goals: texts,
    greeting: texts,
    question: wordings,
    quickReplies: wordings,
    phrases: wordings,
    answer: texts,
    source: fc.oneof(text, texts),
    why: texts,
    team: text.map(name => name.slice(0, 60).trim()),
    points: fc.integer({min: 1, max: 100}),
    atLeast: fc.integer({min: 1, max: 10_000}),
  })
  .map(
    ({name, goals, greeting, question, quickReplies, phrases, answer, source, why, team, points, atLeast}) =>
      playbookSchema.parse({
        id: 'any-playbook',
        name,
        languages: ['en', 'de'],
        goals,
        greeting,
        facts: [{field: 'need', question, quickReplies}],
        faq: [{id: 'one', phrases, answer, source}],
        answers: {pricing: answer},
        rules: [{id: 'size', label: why, why, points, when: {fact: 'company_size', atLeast}}],
        bar: 1,
        businessHours: demoPlaybook().businessHours,
        routing: [{when: {known: ['email']}, team, why}],
      }),
  );

test('any playbook written as YAML and read again is the same', t => {
  fc.assert(
    fc.property(anyPlaybook, playbook => {
      t.deepEqual(readPlaybook(writePlaybook(playbook)), {playbook});
    }),
    {numRuns: 200},
  );
  for (const playbook of [...bundledPlaybooks(), demoPlaybook()])
    t.deepEqual(readPlaybook(writePlaybook(playbook)), {playbook});
});

const broken = (change: (yaml: string) => string) => {
  const read = readPlaybook(change(writePlaybook(demoPlaybook())));
  return 'problems' in read ? read.problems : [];
};
const lineOf = (part: string): number =>
  writePlaybook(demoPlaybook())
    .split('\n')
    .findIndex(line => line.includes(part)) + 1;

test('what is wrong in a file is named with its line and what to do', t => {
  t.like(broken(yaml => yaml.replace('tone: warm', 'tone: rude'))[0], {
    path: 'tone',
    line: lineOf('tone: warm'),
    message: 'This must be one of: formal, warm.',
  });
  t.like(broken(yaml => yaml.replace('bar: 60', 'baar: 60'))[1], {
    line: lineOf('bar: 60'),
    message: 'Not known here: baar. Check the spelling, or remove it.',
  });
  t.like(broken(yaml => yaml.replace('bar: 60', 'bar: 600'))[0], {
    path: 'bar',
    line: lineOf('bar: 60'),
    message: 'The rules give at most 105 points: a bar of 600 is never passed.',
  });
  t.like(broken(yaml => yaml.replace('within: 1-3m', 'within: soon'))[0], {
    path: 'rules.2.when.within',
    line: lineOf('within: 1-3m'),
    message: 'This must be one of: 0-1m, 1-3m, 3-6m, 6-12m, 12m+.',
  });
  t.like(broken(yaml => yaml.replace('from: 08:00', 'from: 19:00'))[0], {
    path: 'businessHours.days.mon.to',
    message: 'This must be later than the beginning.',
  });
  t.like(broken(yaml => yaml.replace('tone: warm', 'tone: warm\ntone: formal'))[0], {
    line: lineOf('tone: warm') + 1,
    message: 'This name is there twice. Remove one of the two.',
  });
  t.like(broken(yaml => yaml.replace('tone: warm', '\ttone: warm'))[0], {line: lineOf('tone: warm')});
  t.regex(broken(() => 'a: &a [1, 1]\nb: [*a, *a]')[0]?.message ?? '', /Write the text out/);
  for (const nothing of ['', '[]', '['.repeat(90_000), 'hello', '\u0000', '%PDF-1.4'])
    t.true(broken(() => nothing).length > 0);
});

test('the JSON Schema knows every key of a playbook, and none that is not one', t => {
  const schema = JSON.parse(playbookJsonSchema()) as {
    properties: Record<string, unknown>;
    required: string[];
    additionalProperties: boolean;
  };
  t.deepEqual(
    Object.keys(schema.properties).toSorted(),
    Object.keys({...demoPlaybook(), answers: {}}).toSorted(),
  );
  t.false(schema.additionalProperties);
  t.deepEqual(schema.required.toSorted(), ['bar', 'facts', 'goals', 'id', 'languages', 'name', 'rules']);
});

test('outside business hours the AI says when people are there, and asks for a contact', t => {
  const hours = demoPlaybook().businessHours;
  t.is(closedUntil(hours, '2026-11-27T10:00:00.000Z', 'en'), undefined, 'Friday morning in Zurich');
  t.is(closedUntil(hours, '2026-11-27T16:30:00.000Z', 'en'), 'on Monday from 08:00 (GMT+1)');
  t.is(closedUntil(hours, '2026-11-26T06:30:00.000Z', 'de'), 'heute ab 08:00 Uhr (MEZ)');
  t.is(closedUntil(hours, '2026-11-25T22:30:00.000Z', 'fr'), 'demain à partir de 08:00 (UTC+1)');
  t.is(closedUntil(undefined, saturday, 'en'), undefined);
  const ask = (over: object) =>
    nextReply({
      playbook: demoPlaybook(),
      locale: 'en',
      facts: [],
      newFacts: [],
      intents: [{intent: 'human_request'}],
      asked: [],
      visitorText: 'a person please',
      before: {},
      qualified: false,
      wasQualified: false,
      personFree: false,
      now: saturday,
      seed: 'a',
      ...over,
    });
  const closed = ask({});
  t.regex(closed.segments.join(''), /again on Monday from 08:00 \(GMT\+1\).*e-mail address or phone number/);
  t.is(closed.asks, 'email');
  const known = ask({facts: [{field: 'email', value: 'ada@example.com'}]});
  t.notRegex(known.segments.join(''), /e-mail address or phone/, 'who left an address is not asked again');
  t.notRegex(ask({personFree: true}).segments.join(''), /Monday/, 'somebody is there all the same');
  t.notRegex(ask({now: '2026-11-27T10:00:00.000Z'}).segments.join(''), /from 08:00/);
});
