/** What people ask about their data, from the console and from the chat, on both databases. */
import test, {type ExecutionContext} from 'ava';
import {verifySigned} from '../../appliance/features/audit/index.ts';
import type {SignedCertificate} from '../../appliance/features/privacy/requests/certificate.ts';
import type {SubjectExport} from '../../appliance/features/privacy/requests/export.ts';
import type {RequestDetail} from '../../appliance/features/privacy/requests/requests.schema.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {connectReceiver, lowerTheBar, wordsOfALead} from '../helpers/leads.ts';
import {heldBack} from '../helpers/privacy-contract.ts';
import {agreedLongAgo} from '../helpers/four-eyes.ts';
import {startSmtpServer} from '../helpers/smtp-server.ts';
import {signIn} from '../helpers/clients.ts';
import {administrator, type Started, startAppliance, type StartOptions} from '../helpers/start.ts';
import {
  asVisitor,
  enterRequest,
  eraseByRequest,
  requestOf,
  requestThat,
  rowsNaming,
} from '../helpers/subjects.ts';

const path = '/api/admin/privacy-requests';
const day = 24 * 60 * 60 * 1000;
type Refused = {error: {code: string; message: string; details?: {triesLeft?: number}}};

/** A visitor who says something, read and answered. */
const whoSays = async (appliance: Started, text: string) => {
  const visitor = await appliance.visitor();
  await visitor.answerAfter((await visitor.say(text)).seq);
  return visitor;
};

const withMail = async (t: ExecutionContext, options: StartOptions = {}) => {
  const server = await startSmtpServer(t);
  const appliance = await startAppliance(t, options);
  const admin = await appliance.administrator();
  await admin.call('PUT', '/api/admin/mail', {
    host: 'localhost',
    port: server.port,
    tls: 'starttls',
    user: null,
    from: {name: 'Example Bank', address: 'console@example.com'},
    authority: server.certificate.trim(),
    region: 'eu',
    private: true,
  });
  await agreedLongAgo(appliance);
  return {server, appliance, admin};
};
const codeIn = (raw: string | undefined): string =>
  /\b\d{8}\b/.exec(raw?.split('\r\n\r\n').slice(1).join('') ?? '')?.[0] ?? '';
const bodyOf = (raw: string | undefined) => raw ?? '';

for (const database of databaseKinds) {
  test.serial(
    `${database}: an erasure reaches everybody who gave the address, every store and the CRM, and ends in a certificate`,
    async t => {
      const appliance = await startAppliance(t, {database});
      const {storage} = appliance.inside;
      const admin = await appliance.administrator();
      await lowerTheBar(appliance);
      const receiver = await connectReceiver(t, appliance);
      const one = await whoSays(appliance, wordsOfALead('Ada@example.com'));
      const two = await whoSays(appliance, wordsOfALead('ada@example.com'));
      const other = await whoSays(appliance, wordsOfALead('grace@example.com'));
      await receiver.waitFor(3);
      const leads = receiver.delivered().filter(({raw}) => /ada@example.com/i.test(raw));
      t.is(leads.length, 2);

      const request = await eraseByRequest(admin, {address: 'ADA@example.com'});
      t.is(request.outcome, 'erased');
      t.is(request.erasures.length, 2);
      for (const {steps} of request.erasures) {
        t.true(steps.every(({state}) => state === 'done'));
        const rows = new Map(steps.map(step => [step.store, step.rows ?? 0]));
        t.true((rows.get('conversations') ?? 0) >= 5, 'visit, conversation, token, messages');
        t.true((rows.get('qualification') ?? 0) >= 3, 'facts and score');
        t.is(rows.get('crm'), 1);
        t.is(rows.get('keys'), 1);
      }
      for (const {visitorId} of [one, two]) {
        t.deepEqual(await rowsNaming(storage, visitorId), []);
        t.is((await storage.keys.find([visitorId])).size, 0);
      }
      t.true((await rowsNaming(storage, other.visitorId)).length > 3, 'nobody else is touched');
      t.is((await storage.keys.find([other.visitorId])).size, 1);
      t.deepEqual(await storage.db('crm_leads').pluck('visitor_id'), [other.visitorId]);

      // the CRM was told by the record's id alone, once for each, after the delivery
      const erased = receiver.received.filter(({event}) => event.type === 'lead.erased');
      t.deepEqual(
        erased
          .map(({event}) => event.data)
          .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
        leads
          .map(({event}) => ({id: (event.data as {id: string}).id}))
          .toSorted((a, b) => a.id.localeCompare(b.id)),
      );
      t.deepEqual(receiver.complaints, []);
      t.deepEqual(await storage.db('crm_erasures').whereNotNull('record_sealed').select('id'), []);

      const {body: signed} = await admin.request<SignedCertificate>(
        'GET',
        `${path}/${request.id}/certificate/json`,
      );
      t.true(verifySigned('erasure-certificate', signed));
      t.false(
        verifySigned('erasure-certificate', {
          ...signed,
          document: {...signed.document, liveErasureAt: '2020-01-01T00:00:00.000Z'},
        }),
        'a tampered certificate is none',
      );
      t.false(verifySigned('erasure-ledger-entry', signed), 'nor is it anything else');
      const copiesEnd =
        Date.parse(signed.document.lastKeyCopyEndsAt) - Date.parse(signed.document.liveErasureAt);
      t.true(copiesEnd <= 7 * day && copiesEnd > 6 * day, String(copiesEnd));
      t.deepEqual(signed.document.ledger.entries, [1, 2]);
      t.is(signed.document.crm.length, 2);
      t.notRegex(JSON.stringify(signed), /ada@|lovelace|"Ada/i);
      const pdf = await fetch(`${appliance.base}${path}/${request.id}/certificate/pdf`, {
        headers: {cookie: admin.cookie},
      });
      t.is(pdf.headers.get('content-type'), 'application/pdf');
      t.is(
        Buffer.from(await pdf.arrayBuffer())
          .subarray(0, 5)
          .toString(),
        '%PDF-',
      );

      // what the request itself said of them is gone, too
      const after = await requestOf(admin, request.id);
      t.like(after, {address: null, words: null, state: 'done'});
      t.is((await storage.keys.find([request.id])).size, 0);
      // and who was erased is not found a second time
      t.is((await eraseByRequest(admin, {address: 'ada@example.com'})).outcome, 'nothing_kept');
    },
  );

  test.serial(
    `${database}: a code by mail proves an address, and the copy holds everything that is kept under it`,
    async t => {
      const {server, appliance, admin} = await withMail(t, {database});
      const earlier = await whoSays(
        appliance,
        'I am Ada Lovelace, mail me at ada@example.com, we are 40 people',
      );
      const stranger = await whoSays(appliance, 'I am Grace, grace@example.com');
      const visitor = await whoSays(appliance, 'Hello, what do you know about me?');
      const asks = asVisitor(appliance, visitor);
      const {body: sent, status} = await asks.request<{mail: boolean; requestId: string}>(
        'POST',
        '/api/visitor/privacy-codes',
        {kind: 'access', language: 'de', address: 'ada@example.com'},
      );
      t.is(status, 202);
      t.true(sent.mail);
      const [letter] = await server.waitFor(1);
      t.is(letter?.to, 'ada@example.com');
      t.regex(bodyOf(letter?.raw), /Ihr Code|Ihr_Code/);
      const code = codeIn(letter?.raw);
      t.regex(code, /^\d{8}$/);

      const early = await asks.request<Refused>(
        'GET',
        `/api/visitor/privacy-requests/${sent.requestId}/export/json`,
      );
      t.is(early.status, 404, 'nothing before the code');
      const proved = await asks.call<{state: string; receipt: string}>(
        'POST',
        `/api/visitor/privacy-requests/${sent.requestId}/proof`,
        {code},
      );
      t.is(proved.state, 'done');
      const copy = await asks.call<SubjectExport>(
        'GET',
        `/api/visitor/privacy-requests/${sent.requestId}/export/json`,
      );
      t.deepEqual(
        copy.visits.map(({id}) => id),
        [earlier.visitorId, visitor.visitorId].toSorted(),
      );
      const whole = JSON.stringify(copy);
      t.true(whole.includes('Ada Lovelace') && whole.includes('what do you know about me'));
      t.false(whole.includes('grace@example.com') || whole.includes(stranger.visitorId));
      t.truthy(copy.notice, 'with what Art. 15(1) asks for');
      const html = await asks.call<string>(
        'GET',
        `/api/visitor/privacy-requests/${sent.requestId}/export/html`,
      );
      t.true(html.includes('Was gesagt wurde') && html.includes('Ada Lovelace'));
      t.notRegex(html, /<script/i);
      const pdf = await fetch(`${appliance.base}/api/visitor/privacy-requests/${sent.requestId}/export/pdf`, {
        headers: {authorization: `Bearer ${visitor.token}`},
      });
      t.is(
        Buffer.from(await pdf.arrayBuffer())
          .subarray(0, 5)
          .toString(),
        '%PDF-',
      );
      t.is((await admin.call<{counts: {closed: number}}>('GET', path)).counts.closed, 1);
    },
  );

  test.serial(
    `${database}: a chat erases itself at once, its session is over, and the receipt tells how it went`,
    async t => {
      const appliance = await startAppliance(t, {database});
      const visitor = await whoSays(appliance, 'I am Ada, ada@example.com');
      const sibling = await whoSays(appliance, 'I am Ada, ada@example.com');
      const asks = asVisitor(appliance, visitor);
      const answer = await asks.call<{receipt: string; state: string}>(
        'POST',
        '/api/visitor/privacy-requests',
        {
          kind: 'erasure',
          language: 'en',
        },
      );
      type Receipt = {state: string; erasedAt: string | null; certificate: SignedCertificate | null};
      let receipt: Receipt;
      do receipt = await asks.call<Receipt>('GET', `/api/visitor/privacy-receipts/${answer.receipt}`);
      while (receipt.state !== 'done');
      t.truthy(receipt.erasedAt);
      t.true(receipt.certificate !== null && verifySigned('erasure-certificate', receipt.certificate));
      t.deepEqual(await rowsNaming(appliance.inside.storage, visitor.visitorId), []);
      t.true(
        (await rowsNaming(appliance.inside.storage, sibling.visitorId)).length > 3,
        'a session proves its own chat',
      );
      t.is(
        (await asks.request('POST', '/api/visitor/privacy-requests', {kind: 'access', language: 'en'}))
          .status,
        401,
      );
      await t.throwsAsync(visitor.say('Are you still there?'));
    },
  );
}

test.serial(
  'a code is worth something once, for a quarter of an hour, for five tries, in its own chat alone',
  async t => {
    const clock = createTestClock('2026-11-24T08:00:00.000Z');
    const {server, appliance} = await withMail(t, {clock});
    const visitor = await whoSays(appliance, 'Hello');
    const thief = await whoSays(appliance, 'Hello');
    const asks = asVisitor(appliance, visitor);
    let letters = 0;
    const ask = async (address = 'ada@example.com') => {
      const {requestId} = await asks.call<{requestId: string}>('POST', '/api/visitor/privacy-codes', {
        kind: 'access',
        language: 'en',
        address,
      });
      const all = await server.waitFor(++letters);
      return {requestId, code: codeIn(all.at(-1)?.raw)};
    };
    const prove = (who: {token: string}, requestId: string, code: string) =>
      asVisitor(appliance, who).request<Refused>('POST', `/api/visitor/privacy-requests/${requestId}/proof`, {
        code,
      });
    const wrong = (code: string) => (code === '00000000' ? '11111111' : '00000000');

    const first = await ask();
    t.is((await prove(thief, first.requestId, first.code)).status, 404, 'another chat');
    t.is((await prove(visitor, first.requestId, '1234')).status, 400);
    const refused = await prove(visitor, first.requestId, wrong(first.code));
    t.like(refused.body.error, {code: 'privacy.code_wrong', details: {triesLeft: 4}});
    t.is((await prove(visitor, first.requestId, first.code)).status, 200);
    t.is((await prove(visitor, first.requestId, first.code)).body.error.code, 'privacy.code_used');

    const second = await ask();
    clock.advance(15 * 60_000);
    t.is((await prove(visitor, second.requestId, second.code)).body.error.code, 'privacy.code_expired');

    const third = await ask();
    t.is(
      (await prove(visitor, third.requestId, second.code)).body.error.code,
      'privacy.code_wrong',
      'of another request',
    );
    const guesses = await Promise.all(
      Array.from({length: 8}, () => prove(visitor, third.requestId, wrong(third.code))),
    );
    t.is(
      guesses.filter(({body}) => body.error.code === 'privacy.code_over').length,
      4,
      'five tries, however they come',
    );
    t.is((await prove(visitor, third.requestId, third.code)).body.error.code, 'privacy.code_over');

    // nobody is flooded with letters, and who asks cannot tell
    const {requestId} = await asks.call<{requestId: string}>('POST', '/api/visitor/privacy-codes', {
      kind: 'access',
      language: 'en',
      address: 'ada@example.com',
    });
    t.truthy(requestId);
    await ask('somebody-else@example.com');
    t.is(server.received.filter(({to}) => to === 'ada@example.com').length, 3);
    const flooded = await asks.request<Refused>('POST', '/api/visitor/privacy-codes', {
      kind: 'access',
      language: 'en',
      address: 'a-third@example.com',
    });
    t.is(flooded.status, 429);
    t.is(flooded.body.error.code, 'privacy.too_many_codes');

    // what was never proved leaves nothing
    clock.advance(16 * 60_000);
    await appliance.inside.subjects.tidy();
    const left = await appliance.inside.storage.db('privacy_requests').select('id', 'state');
    t.deepEqual(left, [{id: first.requestId, state: 'done'}]);
    t.is((await appliance.inside.storage.keys.find([second.requestId, third.requestId])).size, 0);
  },
);

test.serial('without a mail server the widget is told so, and nothing is kept', async t => {
  const appliance = await startAppliance(t);
  const visitor = await whoSays(appliance, 'Hello');
  t.deepEqual(
    await asVisitor(appliance, visitor).call('POST', '/api/visitor/privacy-codes', {
      kind: 'erasure',
      language: 'en',
      address: 'ada@example.com',
    }),
    {mail: false, requestId: null},
  );
  t.deepEqual(await appliance.inside.storage.db('privacy_requests'), []);
});

test.serial(
  'the clock runs from the day of the request: one month, two more once with a reason, then overdue',
  async t => {
    const clock = createTestClock('2026-01-31T10:00:00.000Z');
    const appliance = await startAppliance(t, {clock});
    const admin = await appliance.administrator();
    const visitor = await whoSays(appliance, 'I am Ada, ada@example.com');
    const {id, dueAt} = await enterRequest(admin, {kind: 'access', address: 'ada@example.com'});
    t.is(dueAt, '2026-02-28T10:00:00.000Z', 'the last day of a month that is shorter');
    const {request} = await admin.call<{request: RequestDetail}>('POST', `${path}/${id}/extension`, {
      reason: 'Many chats have to be looked at.',
    });
    t.like(request, {
      dueAt: '2026-04-30T10:00:00.000Z',
      extended: true,
      extension: 'Many chats have to be looked at.',
    });
    t.is((await admin.request('POST', `${path}/${id}/extension`, {reason: 'And more.'})).status, 409);
    const {overdue} = await appliance.inside.subjects.counts();
    t.is(overdue, 0);
    clock.advance(100 * day);
    t.like(await appliance.inside.subjects.counts(), {open: 1, overdue: 1});
    await visitor.close();
  },
);

test.serial('a fact is corrected, the one before is kept out of sight, and the CRM hears of it', async t => {
  const appliance = await startAppliance(t);
  const {storage} = appliance.inside;
  const admin = await appliance.administrator();
  await lowerTheBar(appliance);
  const receiver = await connectReceiver(t, appliance);
  const visitor = await whoSays(appliance, wordsOfALead('ada@example.com'));
  await receiver.waitFor(1);
  const other = await whoSays(appliance, wordsOfALead('grace@example.com'));
  await receiver.waitFor(2);
  const {id} = await enterRequest(admin, {kind: 'rectification', conversationId: visitor.conversationId});
  type Facts = {facts: {id: string; field: string; display: string; quote: string}[]};
  const {facts} = await admin.call<Facts>('GET', `${path}/${id}/facts`);
  const size = facts.find(({field}) => field === 'company_size');
  const refused = await admin.request<Refused>('PUT', `${path}/${id}/facts`, {
    factId: size?.id,
    value: 'many',
  });
  t.is(refused.body.error.code, 'qualification.not_understood');
  const elsewhere = await storage.db('qualification_facts').where({visitor_id: other.visitorId}).first('id');
  t.is(
    (await admin.request('PUT', `${path}/${id}/facts`, {factId: elsewhere?.id, value: '1 person'})).status,
    404,
    'not a fact of somebody else',
  );
  const email = facts.find(({field}) => field === 'email');
  const corrected = await admin.call<Facts>('PUT', `${path}/${id}/facts`, {
    factId: email?.id,
    value: 'ada.lovelace@example.com',
  });
  t.is(corrected.facts.find(({field}) => field === 'email')?.display, 'ada.lovelace@example.com');
  const rows = await storage.db('qualification_facts').where({id: email?.id});
  t.is(rows.length, 1, 'what was noted is evidence');
  t.truthy(rows[0]?.superseded_by);
  t.is(
    (await admin.request('PUT', `${path}/${id}/facts`, {factId: email?.id, value: 'x@example.com'})).status,
    404,
  );
  const [lead] = await storage.personal
    .reader('service')
    .open<{contact: string}>(
      'crm_leads',
      await storage.db('crm_leads').where({visitor_id: visitor.visitorId}),
    );
  t.is((JSON.parse(lead?.contact ?? '{}') as {email: string}).email, 'ada.lovelace@example.com');
  t.is((await storage.db('crm_deliveries').where({kind: 'lead.updated', state: 'queued'})).length, 1);
  await admin.call('POST', `${path}/${id}/answer`, {answer: 'Done as you wished.'});
  t.like(await requestOf(admin, id), {state: 'done', outcome: 'answered'});
  // the old address is nobody's any more, the new one is theirs
  t.is((await enterRequest(admin, {kind: 'access', address: 'ada@example.com'})).persons, 0);
  t.is((await enterRequest(admin, {kind: 'access', address: 'ada.lovelace@example.com'})).persons, 1);
});

test.serial('a person reviews what a score decided, and later points do not undo it', async t => {
  const appliance = await startAppliance(t);
  const {storage} = appliance.inside;
  const admin = await appliance.administrator();
  const visitor = await whoSays(appliance, 'I am Ada, ada@example.com');
  t.deepEqual(await storage.db('crm_leads'), []);
  const asked = await asVisitor(appliance, visitor).call<{requestId: string; state: string}>(
    'POST',
    '/api/visitor/privacy-requests',
    {kind: 'review', language: 'en', words: 'A machine should not decide this.'},
  );
  t.is(asked.state, 'open', 'a person has to act');
  t.is((await requestOf(admin, asked.requestId)).words, 'A machine should not decide this.');
  const stranger = await whoSays(appliance, 'Hello');
  const decision = {qualified: true, why: 'They lead a team that buys.'};
  t.is(
    (
      await admin.request('POST', `${path}/${asked.requestId}/decision`, {
        conversationId: stranger.conversationId,
        ...decision,
      })
    ).status,
    404,
  );
  await admin.call('POST', `${path}/${asked.requestId}/decision`, {
    conversationId: visitor.conversationId,
    ...decision,
  });
  t.like(await requestOf(admin, asked.requestId), {state: 'done', outcome: 'decided_qualified'});
  t.is((await storage.db('crm_leads').where({visitor_id: visitor.visitorId})).length, 1);
  await visitor.answerAfter((await visitor.say('By the way, we are 3 people')).seq);
  const conversation = await admin.call<{
    conversation: {qualified: boolean; score: {reasons: {label: string; why: string}[]}};
  }>('GET', `/api/agent/conversations/${visitor.conversationId}`);
  t.true(conversation.conversation.qualified);
  t.like(conversation.conversation.score.reasons[0], {label: 'Reviewed by a person', why: decision.why});
});

test.serial(
  'an objection to usage monitoring, to AI, and to any processing: each does what it says',
  async t => {
    const appliance = await startAppliance(t);
    const {storage} = appliance.inside;
    await lowerTheBar(appliance);
    const receiver = await connectReceiver(t, appliance);
    const visitor = await whoSays(appliance, 'Hello there');
    const object = (who: typeof visitor, objection: string) =>
      asVisitor(appliance, who).call<{state: string}>('POST', '/api/visitor/privacy-requests', {
        kind: 'objection',
        objection,
        language: 'en',
      });
    const usage = async () =>
      (
        await storage.personal
          .reader('usage')
          .open<{page: string | null; ip: string | null}>(
            'conversations_visitors',
            await storage.db('conversations_visitors').where({id: visitor.visitorId}),
          )
      )[0];
    t.truthy((await usage())?.page);
    t.is((await object(visitor, 'usage')).state, 'done');
    t.like(await usage(), {page: null, ip: null});
    await object(visitor, 'ai');
    const head = await storage.db('conversations_conversations').where({id: visitor.conversationId}).first();
    t.truthy(head?.ai_objected_at);
    t.is(head?.state, 'waiting');

    const other = await whoSays(appliance, wordsOfALead('grace@example.com'));
    await receiver.waitFor(1);
    await object(other, 'all');
    const closed = await storage.db('conversations_conversations').where({id: other.conversationId}).first();
    t.is(closed?.state, 'closed');
    await t.throwsAsync(other.say('and one thing more'), {message: /ended for good/});
    t.is((await asVisitor(appliance, other).request('POST', '/api/visitor/privacy-codes', {})).status, 401);
    const [lead] = await storage
      .db('crm_leads')
      .where({visitor_id: other.visitorId})
      .select('id', 'withheld_at');
    t.truthy(lead?.withheld_at);
    t.deepEqual(await storage.db('crm_deliveries').whereIn('state', ['queued', 'retrying']), []);
  },
);

test.serial('what the CRM refuses to delete waits for a person, who says that it is done', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  await lowerTheBar(appliance);
  const receiver = await connectReceiver(t, appliance);
  await whoSays(appliance, wordsOfALead('ada@example.com'));
  await receiver.waitFor(1);
  receiver.misbehave({kind: 'status', status: 410}, 1);
  const {id} = await enterRequest(admin, {kind: 'erasure', address: 'ada@example.com'});
  await admin.call('POST', `${path}/${id}/execution`);
  t.is((await admin.request('POST', `${path}/${id}/execution`)).status, 409, 'once');
  const stuck = await requestThat(admin, id, ({erasures}) => erasures[0]?.crm[0]?.state === 'failed');
  t.is(stuck.state, 'running');
  t.is(stuck.erasures[0]?.erasedAt === null, false, 'here it is gone all the same');
  await admin.call('POST', `${path}/${id}/crm-confirmation`);
  const done = await requestThat(admin, id, ({state}) => state === 'done');
  t.is(done.erasures[0]?.crm[0]?.state, 'by_hand');
  t.is((await admin.request('POST', `${path}/${id}/crm-confirmation`)).status, 409);
});

test.serial('every step of a request is in the audit log, by whom, without saying of whom', async t => {
  const appliance = await startAppliance(t);
  const {storage} = appliance.inside;
  const admin = await appliance.administrator();
  await lowerTheBar(appliance);
  const receiver = await connectReceiver(t, appliance);
  const visitor = await whoSays(appliance, wordsOfALead('ada@example.com'));
  await receiver.waitFor(1);
  receiver.misbehave({kind: 'status', status: 410}, 1);
  const about = {conversationId: visitor.conversationId};
  const post = (id: string, act: string, body?: object) => admin.call('POST', `${path}/${id}/${act}`, body);

  const access = await enterRequest(admin, {kind: 'access', ...about});
  await post(access.id, 'extension', {reason: 'Holidays.'});
  await admin.request('GET', `${path}/${access.id}/export/json`);
  await post(access.id, 'answer', {answer: 'Sent by letter.'});
  const refused = await enterRequest(admin, {kind: 'review', ...about});
  await post(refused.id, 'refusal', {reason: 'Nothing was decided.'});
  const correction = await enterRequest(admin, {kind: 'rectification', ...about});
  const {facts} = await admin.call<{facts: {id: string; field: string}[]}>(
    'GET',
    `${path}/${correction.id}/facts`,
  );
  await admin.call('PUT', `${path}/${correction.id}/facts`, {
    factId: facts.find(({field}) => field === 'company_size')?.id,
    value: '20 people',
  });
  const review = await enterRequest(admin, {kind: 'review', ...about});
  await post(review.id, 'decision', {...about, qualified: false, why: 'Too small.'});
  const own = await asVisitor(appliance, visitor).call<{requestId: string}>(
    'POST',
    '/api/visitor/privacy-requests',
    {kind: 'access', language: 'en'},
  );
  await asVisitor(appliance, visitor).call(
    'GET',
    `/api/visitor/privacy-requests/${own.requestId}/export/json`,
  );
  const erasure = await enterRequest(admin, {kind: 'erasure', ...about});
  await post(erasure.id, 'execution');
  await requestThat(
    admin,
    erasure.id,
    ({erasures}) => erasures[0]?.crm.some(({state}) => state === 'failed') ?? false,
  );
  await post(erasure.id, 'crm-confirmation');
  await requestThat(admin, erasure.id, ({state}) => state === 'done');

  const leaves: {action: string; actor_kind: string; subject_id: string; person_id: string}[] = await storage
    .db('audit_leaves')
    .where({subject_kind: 'privacy_request'})
    .select('action', 'actor_kind', 'subject_id', 'person_id');
  const of = (action: string) => leaves.filter(leaf => leaf.action === action).map(leaf => leaf.actor_kind);
  t.deepEqual(of('privacy.request_opened'), ['user', 'user', 'user', 'user', 'visitor', 'user']);
  t.deepEqual(of('privacy.request_extended'), ['user']);
  t.deepEqual(of('privacy.export_downloaded'), ['user', 'visitor']);
  t.deepEqual(of('privacy.request_refused'), ['user']);
  t.deepEqual(of('privacy.fact_corrected'), ['user']);
  t.deepEqual(of('privacy.request_executed'), ['user']);
  t.deepEqual(of('privacy.crm_confirmed_by_hand'), ['user']);
  t.deepEqual(of('privacy.person_erased'), ['system']);
  t.true(of('person.looked_at').length >= 1);
  t.is(of('privacy.request_closed').length, 4);
});

for (const database of databaseKinds)
  test.serial(
    `${database}: a restriction ends with the erasure that it held back, and not before`,
    async t => {
      const clock = createTestClock('2026-11-24T08:00:00.000Z');
      const appliance = await startAppliance(t, {database, clock});
      const {storage, retention} = appliance.inside;
      const admin = await appliance.administrator();
      const visitor = await whoSays(appliance, 'I am Ada, ada@example.com');
      await visitor.close();
      await admin.call('PUT', '/api/admin/retention/minimums', {
        minimums: [{category: 'conversations', days: 30, law: '§ 257 HGB'}],
      });
      const {id} = await enterRequest(admin, {kind: 'erasure', conversationId: visitor.conversationId});
      await admin.call('POST', `${path}/${id}/execution`);
      t.is((await requestOf(admin, id)).state, 'held');
      const read = async () => {
        const rows = await storage.db('conversations_messages').where({visitor_id: visitor.visitorId});
        const opened = await storage.personal
          .reader('service')
          .open<{text: string | null}>('conversations_messages', rows);
        return opened.some(({text}) => text !== null);
      };
      t.false(await read());
      // the night after the minimum has ended, and a key store that is away: the erasure does not come to its end
      const {destroy} = storage.keys;
      storage.keys.destroy = () => Promise.reject(new Error('the key store is away'));
      clock.advance(31 * day);
      await retention.run();
      const erasure = () => storage.db('privacy_erasures').first('state', 'next_at');
      while ((await erasure()).next_at === null) await new Promise(setImmediate);
      t.is((await erasure()).state, 'queued', 'it is tried again');
      t.is((await storage.db('storage_restrictions')).length, 1);
      t.false(await read());
      storage.keys.destroy = destroy;
      clock.advance(60_000);
      await requestThat(await signIn(appliance.base, administrator), id, ({state}) => state === 'done');
      t.deepEqual(await storage.db('storage_restrictions'), []);
      t.is((await storage.keys.find([visitor.visitorId])).size, 0);
    },
  );

test.serial(
  'what the law asks to keep is restricted until then, and erased by itself afterwards',
  async t => {
    const appliance = await startAppliance(t);
    const {storage, subjects} = appliance.inside;
    const admin = await appliance.administrator();
    const visitor = await whoSays(appliance, 'I am Ada, ada@example.com');
    const kept = {why: 'lawful_minimum', reason: 'Invoices, ten years', until: '2036-12-31'} as const;
    const restricted: string[] = [];
    const requests = heldBack(appliance, kept, async (_, personId) => void restricted.push(personId));
    const {id} = await requests.open(
      {kind: 'erasure', words: 'Erase it.', language: 'en', conversationId: visitor.conversationId},
      admin.user.id,
    );
    await requests.execute(id, admin.user.id);
    t.deepEqual(restricted, [visitor.visitorId]);
    const held = await requestOf(admin, id);
    t.like(held, {state: 'held', closedAt: null, hasCertificate: false});
    t.like(held.erasures[0], {state: 'held', kept, erasedAt: null});
    await requests.tidy();
    t.is((await requestOf(admin, id)).state, 'held', 'as long as it is kept');
    t.true((await rowsNaming(storage, visitor.visitorId)).length > 3);
    await subjects.tidy();
    await requestThat(admin, id, ({state}) => state === 'done');
    t.deepEqual(await rowsNaming(storage, visitor.visitorId), []);
  },
);
