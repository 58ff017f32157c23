import {randomBytes} from 'node:crypto';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {pauseBefore} from '../../appliance/features/crm/deliveries.service.ts';
import {newId} from '../../appliance/kit/ids.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {createWorker} from '../../appliance/kit/worker.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {approveAll} from '../helpers/four-eyes.ts';
import {startAppliance, type Started, type StartOptions} from '../helpers/start.ts';
import {startWebhookReceiver} from '../helpers/webhook-receiver.ts';

type Connector = {
  id: string;
  config: Record<string, unknown>;
  health: {state: string};
  destination: {host: string};
};
type Delivery = {id: string; state: string; attempts: number; log: {outcome: string; message: string}[]};

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/** An appliance whose bar is passed by an e-mail address, connected to a real receiver. */
const withReceiver = async (t: ExecutionContext, options: StartOptions = {}) => {
  const appliance = await startAppliance(t, options);
  const admin = await appliance.administrator();
  const {playbooks} = await admin.call<{playbooks: {id: string}[]}>('GET', '/api/admin/playbooks');
  const path = `/api/admin/playbooks/${playbooks[0]?.id}`;
  const {content} = await admin.call<{content: Record<string, unknown>}>('GET', path);
  await admin.call('PUT', path, {content: {...content, bar: 10}});
  const secret = newSecret();
  const receiver = await startWebhookReceiver(t, {secrets: [secret]});
  const {connector} = await admin.call<{connector: Connector}>('POST', '/api/admin/connectors', {
    type: 'webhook',
    name: 'CRM',
    config: {url: `${receiver.url}/leads`, secret},
    region: 'eu',
    private: true,
  });
  await approveAll(appliance);
  return {appliance, admin, receiver, connector, secret};
};

const deliveries = async (appliance: Started): Promise<Delivery[]> =>
  (await (await appliance.administrator()).call<{deliveries: Delivery[]}>('GET', '/api/admin/deliveries'))
    .deliveries;

for (const database of databaseKinds) {
  test(`${database}: a qualified lead arrives once, signed, with facts, the words that prove them and the transcript`, async t => {
    const {appliance, receiver, secret} = await withReceiver(t, {database});
    const visitor = await appliance.visitor();
    const {seq} = await visitor.say('Please write to ada.probe@example.com');
    await visitor.answerAfter(seq);
    const [first] = await receiver.waitFor(1);
    t.deepEqual(receiver.complaints, []);
    t.is(first?.event.type, 'lead.qualified');
    if (first?.event.type !== 'lead.qualified') return t.fail();
    const lead = first.event.data;
    t.is(lead.contact.email, 'ada.probe@example.com');
    t.is(lead.facts.find(({field}) => field === 'email')?.quote, 'ada.probe@example.com');
    t.deepEqual(
      lead.transcript.slice(0, 2).map(({author}) => author),
      ['ai', 'visitor'],
    );
    t.true(lead.conversationUrl.startsWith(`${appliance.base}/inbox/`));
    t.false(first?.raw.includes(secret));
    const agent = await appliance.agent();
    const {leads} = await agent.api.call<{leads: {id: string; email: string}[]}>(
      'GET',
      '/api/agent/leads?q=ada.probe',
    );
    t.is(leads.length, 1);
    t.is(leads[0]?.email, 'ada.probe@example.com');
    const none = await agent.api.call<{leads: unknown[]}>('GET', '/api/agent/leads?q=somebody-else');
    t.is(none.leads.length, 0);
  });
}

test('a receiver that fails is tried again with pauses, and the sync log says each time what happened', async t => {
  const {appliance, receiver} = await withReceiver(t);
  receiver.misbehave({kind: 'status', status: 503}, 1);
  const visitor = await appliance.visitor();
  await visitor.say('ada@example.com');
  await receiver.waitFor(1);
  const find = async () => (await deliveries(appliance))[0] as Delivery;
  let delivery = await find();
  while (delivery.state !== 'delivered') delivery = await find();
  t.is(delivery.attempts, 2);
  t.deepEqual(
    delivery.log.map(({outcome}) => outcome),
    ['delivered', 'crm.unavailable'],
  );
  t.is(receiver.delivered().length, 1);
});

test('a refusal is not repeated, and one click tries it again', async t => {
  const {appliance, admin, receiver} = await withReceiver(t);
  receiver.misbehave({kind: 'status', status: 422}, 1);
  await (await appliance.visitor()).say('ada@example.com');
  await receiver.waitForRequests(1);
  let [failed] = await deliveries(appliance);
  while (failed?.state !== 'failed') [failed] = await deliveries(appliance);
  t.is(failed.attempts, 1);
  await admin.call('POST', `/api/admin/deliveries/${failed.id}/retry`);
  await receiver.waitFor(1);
  t.is(receiver.delivered().length, 1);
});

test('a lead whose conversation is removed already still arrives, with what is kept of it', async t => {
  const {appliance, admin, receiver} = await withReceiver(t);
  receiver.misbehave({kind: 'status', status: 422}, 1);
  const visitor = await appliance.visitor();
  await visitor.say('ada@example.com');
  await receiver.waitForRequests(1);
  let [failed] = await deliveries(appliance);
  while (failed?.state !== 'failed') [failed] = await deliveries(appliance);
  // as the retention run does, when conversations are kept for less long than leads
  await appliance.inside.storage
    .db('conversations_conversations')
    .where({id: visitor.conversationId})
    .delete();
  await admin.call('POST', `/api/admin/deliveries/${failed.id}/retry`);
  await receiver.waitFor(1);
  const [arrived] = receiver.delivered();
  if (arrived?.event.type !== 'lead.qualified') return t.fail();
  t.is(arrived.event.data.contact.email, 'ada@example.com');
  t.deepEqual(arrived.event.data.transcript, []);
});

test('a fault on this side is written to the sync log and tried again later', async t => {
  const {appliance, receiver} = await withReceiver(t);
  receiver.misbehave({kind: 'status', status: 422}, 1);
  await (await appliance.visitor()).say('ada@example.com');
  await receiver.waitForRequests(1);
  let [delivery] = await deliveries(appliance);
  while (delivery?.state !== 'failed') [delivery] = await deliveries(appliance);
  const {db} = appliance.inside.storage;
  // something nobody foresaw: the connector is of a kind that this version does not know
  await db('crm_connectors').update({type: 'from_a_newer_version'});
  await db('crm_deliveries').where({id: delivery.id}).update({state: 'queued'});
  while (delivery?.state !== 'retrying') [delivery] = await deliveries(appliance);
  t.is(delivery.log[0]?.outcome, 'crm.unknown_type');
});

test('work that takes longer than its lease keeps it', async t => {
  const renewed = Promise.withResolvers<string[]>();
  let jobs = ['slow'];
  const worker = createWorker<string>({
    name: 'test',
    concurrency: 2,
    idle: 1000,
    log: createLogger('silent'),
    claim: async () => {
      const claimed = jobs;
      jobs = [];
      return claimed;
    },
    handle: async () => {
      await renewed.promise;
    },
    renew: {every: 1, rows: async under => renewed.resolve(under)},
  });
  worker.start();
  t.deepEqual(await renewed.promise, ['slow']);
  await worker.stop();
});

test('secrets are never returned, and one that is not sent again stays', async t => {
  const {admin, connector, secret, receiver, appliance} = await withReceiver(t);
  t.true(connector.config['secret']);
  const listed = await admin.request<string>('GET', '/api/admin/connectors');
  t.false(JSON.stringify(listed.body).includes(secret));
  await admin.call('PATCH', `/api/admin/connectors/${connector.id}`, {
    name: 'CRM, renamed',
    config: {url: `${receiver.url}/other`},
  });
  await (await appliance.visitor()).say('ada@example.com');
  t.is((await receiver.waitFor(1)).length, 1, 'still signed with the same secret');
  await admin.call('DELETE', `/api/admin/connectors/${connector.id}`);
  const {destinations} = await admin.call<{destinations: unknown[]}>('GET', '/api/admin/destinations');
  t.deepEqual(destinations, [], 'the destination went with it');
});

test('a host outside the chosen region cannot be connected', async t => {
  const {admin, secret} = await withReceiver(t);
  const answer = await admin.request<{error: {code: string; message: string}}>(
    'POST',
    '/api/admin/connectors',
    {
      type: 'webhook',
      name: 'Elsewhere',
      config: {url: 'https://crm.example.com/leads', secret},
      region: 'us',
      private: false,
    },
  );
  t.is(answer.status, 403);
  t.is(answer.body.error.code, 'privacy.outside_region');
  t.regex(answer.body.error.message, /United States.*European Union/);
});

test('the export of a search holds all that fits, however old and however many', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const {storage} = appliance.inside;
  const at = new Date().toISOString();
  const rows = Array.from({length: 2300}, (_, index) => ({
    id: newId(),
    conversation_id: newId(),
    visitor_id: newId(),
    site_id: newId(),
    points: 80,
    bar: 60,
    contact: JSON.stringify({
      name: `Visitor ${index}`,
      email: `v${index}@example.com`,
      phone: null,
      company: index < 100 ? 'Seltene Werke' : 'Example GmbH',
      jobTitle: null,
    }),
    created_at: at,
    updated_at: at,
  }));
  await Promise.all(rows.map(({visitor_id}) => storage.keys.create(visitor_id)));
  const sealed = await storage.personal.seal('crm_leads', rows);
  for (let start = 0; start < sealed.length; start += 100)
    await storage.db('crm_leads').insert(sealed.slice(start, start + 100));

  const namesIn = async (query: string): Promise<string[]> => {
    const {body} = await admin.request<string>('GET', `/api/agent/leads.csv${query}`);
    return [...body.matchAll(/,(Visitor \d+),/g)].map(match => match[1] as string);
  };
  t.deepEqual(
    await namesIn('?q=seltene'),
    rows
      .slice(0, 100)
      .map((_, index) => `Visitor ${index}`)
      .toReversed(),
    'the oldest ones, newest first',
  );
  const all = await namesIn('?q=example.com');
  t.is(new Set(all).size, 2300);
  t.deepEqual(await namesIn(''), all);
  const {entries} = await admin.call<{entries: {detail: {count: number}}[]}>(
    'GET',
    '/api/admin/audit?action=leads.exported',
  );
  t.deepEqual(
    entries.map(({detail}) => detail.count),
    [2300, 2300, 100],
  );
});

test('the transcript names the colleague who spoke, for a purpose the data map tells', async t => {
  const {appliance, receiver, admin} = await withReceiver(t);
  const agent = await appliance.agent('Jana Muster');
  const visitor = await appliance.visitor();
  await agent.accept(visitor.conversationId);
  await agent.say(visitor.conversationId, 'How can I help?');
  await agent.handBack(visitor.conversationId);
  await visitor.say('Please write to ada.probe@example.com');
  const [first] = await receiver.waitFor(1);
  if (first?.event.type !== 'lead.qualified') return t.fail();
  t.is(first.event.data.transcript.find(({author}) => author === 'agent')?.name, 'Jana Muster');
  const {columns} = await admin.call<{columns: {table: string; column: string; purposes: string[]}[]}>(
    'GET',
    '/api/admin/data-map',
  );
  const purposesOf = (name: string) =>
    columns.find(({table, column}) => table === 'accounts_users' && column === `${name}_sealed`)?.purposes;
  t.true(purposesOf('name')?.includes('crm_sync'));
  t.false(purposesOf('email')?.includes('crm_sync'));
});

test('the export holds every lead, runs no formula, and is written to the audit log', async t => {
  const {appliance, admin} = await withReceiver(t);
  const visitor = await appliance.visitor();
  const {seq} = await visitor.say('mail =cmd@example.com please: +x@example.com');
  await visitor.answerAfter(seq);
  let csv = '';
  while (!csv.includes('example.com'))
    csv = (await admin.request<string>('GET', '/api/agent/leads.csv')).body;
  for (const cell of csv.split(/[\r\n,]+/)) t.notRegex(cell, /^"?[=+@]/);
  const {entries} = await admin.call<{entries: {detail: {count: number}}[]}>(
    'GET',
    '/api/admin/audit?action=leads.exported',
  );
  t.true(entries.some(({detail}) => detail.count === 1));
});

test('pauses grow, stay within half an hour, and are never the same for all', t => {
  fc.assert(
    fc.property(
      fc.integer({min: 1, max: 80}),
      fc.double({min: 0, max: 1, noNaN: true}),
      (attempt, random) => {
        const pause = pauseBefore(attempt, random);
        return pause >= 1000 && pause <= 30 * 60 * 1000 && pause <= pauseBefore(attempt + 1, random) + 1;
      },
    ),
  );
  t.true(pauseBefore(4, 1) > pauseBefore(4, 0));
});
