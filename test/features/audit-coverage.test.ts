import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {administrator, setupAnswers, startAppliance} from '../helpers/start.ts';
import {signIn} from '../helpers/clients.ts';
import {freePort} from '../helpers/port.ts';
import {setUpSecondFactor} from '../helpers/second-factor.ts';
import {approveAll, secondAdministrator} from '../helpers/four-eyes.ts';
import {connectReceiver, lowerTheBar, wordsOfALead} from '../helpers/leads.ts';

/**
 * Every route is in one of these lists, or this file fails: what changes something or shows a person leaves the leaf that is
 * named, and what leaves none says why. A new route has to be judged.
 */

/** Called below, against a real appliance. */
const leaves = {
  'post /api/setup': 'setup.done',
  'post /api/session': 'session.started',
  'delete /api/session': 'session.ended',
  'post /api/session/password': 'password.changed',
  'get /api/admin/users': 'users.listed',
  'post /api/admin/users': 'user.invited',
  'patch /api/admin/users/{userId}': 'user.changed',
  'post /api/admin/users/{userId}/password-reset': 'password.reset_issued',
  'post /api/invitations/{token}': 'invitation.accepted',
  'post /api/admin/sites': 'site.created',
  'patch /api/admin/sites/{siteId}': 'site.changed',
  'get /api/agent/conversations': 'conversations.listed',
  'get /api/agent/conversations/{conversationId}': 'person.looked_at',
  'post /api/agent/conversations/{conversationId}/accept': 'conversation.accepted',
  'post /api/agent/conversations/{conversationId}/hand-back': 'conversation.handed_back',
  'post /api/agent/conversations/{conversationId}/close': 'conversation.closed',
  'post /api/admin/playbooks': 'playbook.created',
  'put /api/admin/playbooks/{playbookId}': 'playbook.saved',
  'put /api/admin/playbooks/{playbookId}/draft': 'playbook.draft_begun',
  'delete /api/admin/playbooks/{playbookId}/draft': 'playbook.draft_discarded',
  'post /api/admin/playbooks/{playbookId}/replay': 'playbook.replayed',
  'get /api/agent/leads': 'leads.listed',
  'get /api/agent/leads.csv': 'leads.exported',
  'get /api/agent/leads/{leadId}': 'person.looked_at',
  'post /api/admin/connectors': 'connector.created',
  'patch /api/admin/connectors/{connectorId}': 'connector.changed',
  'post /api/admin/connectors/{connectorId}/test': 'connector.tested',
  'post /api/admin/deliveries/{deliveryId}/retry': 'delivery.retried',
  'delete /api/admin/connectors/{connectorId}': 'connector.removed',
  'put /api/session/second-factor': 'second_factor.set_up',
  'post /api/session/recovery-codes': 'second_factor.codes_renewed',
  'delete /api/session/second-factor': 'second_factor.turned_off',
  'put /api/admin/second-factor': 'second_factor.required',
  'delete /api/admin/users/{userId}/second-factor': 'second_factor.reset',
  'put /api/admin/audit/collector': 'audit.collector_set',
  'delete /api/admin/audit/collector': 'audit.collector_removed',
  'put /api/admin/audit/mailbox': 'audit.mailbox_set',
  'delete /api/admin/audit/mailbox': 'audit.mailbox_removed',
  'put /api/admin/mail': 'mail.server_set',
  'post /api/admin/mail/test': 'mail.tested',
  'post /api/admin/mails/{mailId}/retry': 'mail.retried',
  'delete /api/admin/mail': 'mail.server_removed',
  'post /api/admin/widenings/{wideningId}/withdraw': 'destination.withdrawn',
  'post /api/admin/widenings/{wideningId}/approve': 'destination.approved',
  'put /api/admin/destinations/{destinationId}/way': 'destination.way_changed',
  'put /api/admin/residency-places/{place}': 'residency.place_declared',
  'post /api/admin/egress-canary': 'egress.canary_sent',
  'put /api/admin/retention': 'retention.changed',
  'put /api/admin/retention/minimums': 'retention.minimums_changed',
  'post /api/admin/clock': 'clock.confirmed',
  'post /api/admin/holds': 'hold.set',
  'post /api/admin/holds/{holdId}/lift': 'hold.lifted',
  'put /api/admin/privacy-contact': 'privacy.contact_changed',
  'get /api/admin/consents': 'consents.listed',
  'get /api/admin/consents.csv': 'consents.exported',
  'get /api/admin/consents.json': 'consents.exported',
  'put /api/admin/usage': 'usage.changed',
  'put /api/admin/usage/sites/{siteId}': 'usage.mode_changed',
  'put /api/visitor/usage': 'usage.objected',
  'post /api/admin/models/{modelId}/{act}': 'model.verify_ordered',
  'post /api/admin/keys/wrapping': 'keys.wrapping_change_begun',
  'post /api/admin/keys/file': 'keys.file_change_ordered',
  'get /api/admin/audit': 'audit.listed',
  'post /api/admin/audit/checks': 'audit.checked',
  'post /api/admin/audit/keys': 'audit.key_replaced',
  'get /api/admin/audit/export.jsonl': 'audit.exported',
  'get /api/admin/evidence/pack': 'evidence.exported',
} as const;

/** The leaf comes when work in the background is done: the test of that work, by its file, waits for it. */
const later: Record<string, {action: string; test: string}> = {
  'post /api/admin/knowledge-uploads': {action: 'knowledge.uploaded', test: 'knowledge'},
  'put /api/admin/knowledge-uploads/{uploadId}': {action: 'knowledge.uploaded', test: 'knowledge'},
  'delete /api/admin/knowledge/{documentId}': {action: 'knowledge.removed', test: 'knowledge'},
  'post /api/admin/model-uploads': {action: 'model.imported', test: 'models'},
  'put /api/admin/model-uploads/{uploadId}': {action: 'model.imported', test: 'models'},
  'post /api/admin/model-imports': {action: 'model.imported', test: 'models'},
  'delete /api/admin/models/{modelId}': {action: 'model.removed', test: 'models'},
  'post /api/host/models': {action: 'model.activated', test: 'models'},
  'post /api/admin/model-downloads': {action: 'model.mirror_declared', test: 'model-mirror'},
  'delete /api/admin/model-mirrors/{mirrorId}': {action: 'model.mirror_removed', test: 'model-mirror'},
  'post /api/admin/model-task/stop': {action: 'model.work_stopped', test: 'model-mirror'},
  'post /api/admin/destinations/{destinationId}/exception': {
    action: 'destination.exception_asked',
    test: 'residency',
  },
  'delete /api/admin/destinations/{destinationId}/exception': {
    action: 'destination.exception_ended',
    test: 'residency',
  },
  'put /api/admin/embedding-server': {action: 'model.embedder_chosen', test: 'embeddings'},
  'post /api/admin/embedding-server/test': {action: 'model.embedder_test_ordered', test: 'embeddings'},
  'delete /api/admin/embedder': {action: 'model.embedder_off', test: 'embeddings'},
  'put /api/admin/model-server': {action: 'model.server_connected', test: 'model-server'},
  'delete /api/admin/model-server': {action: 'model.server_removed', test: 'model-server'},
  'post /api/admin/privacy-requests': {action: 'privacy.request_opened', test: 'subject-requests'},
  'get /api/admin/privacy-requests/{requestId}': {action: 'person.looked_at', test: 'subject-requests'},
  'get /api/admin/privacy-requests/{requestId}/facts': {
    action: 'person.looked_at',
    test: 'subject-requests',
  },
  'post /api/admin/privacy-requests/{requestId}/extension': {
    action: 'privacy.request_extended',
    test: 'subject-requests',
  },
  'post /api/admin/privacy-requests/{requestId}/refusal': {
    action: 'privacy.request_refused',
    test: 'subject-requests',
  },
  'post /api/admin/privacy-requests/{requestId}/answer': {
    action: 'privacy.request_closed',
    test: 'subject-requests',
  },
  'post /api/admin/privacy-requests/{requestId}/execution': {
    action: 'privacy.request_executed',
    test: 'subject-requests',
  },
  'put /api/admin/privacy-requests/{requestId}/facts': {
    action: 'privacy.fact_corrected',
    test: 'subject-requests',
  },
  'post /api/admin/privacy-requests/{requestId}/decision': {
    action: 'privacy.request_closed',
    test: 'subject-requests',
  },
  'post /api/admin/privacy-requests/{requestId}/crm-confirmation': {
    action: 'privacy.crm_confirmed_by_hand',
    test: 'subject-requests',
  },
  'get /api/admin/privacy-requests/{requestId}/export/{format}': {
    action: 'privacy.export_downloaded',
    test: 'subject-requests',
  },
  'post /api/visitor/privacy-requests': {action: 'privacy.request_opened', test: 'subject-requests'},
  'post /api/visitor/privacy-requests/{requestId}/proof': {
    action: 'privacy.request_opened',
    test: 'subject-requests',
  },
  'get /api/visitor/privacy-requests/{requestId}/export/{format}': {
    action: 'privacy.export_downloaded',
    test: 'subject-requests',
  },
  'post /api/admin/cancellation': {action: 'cancellation.started', test: 'cancellation'},
  'delete /api/admin/cancellation': {action: 'cancellation.revoked', test: 'cancellation'},
  'put /api/admin/cancellation/widget': {action: 'cancellation.widget_stopped', test: 'cancellation'},
  'post /api/admin/cancellation/exports': {action: 'export.ordered', test: 'cancellation'},
  'get /api/admin/cancellation/exports/{exportId}': {action: 'export.downloaded', test: 'cancellation'},
  'post /api/admin/evidence/checks': {action: 'evidence.checked', test: 'evidence'},
  'post /api/host/evidence': {action: 'evidence.exported', test: 'evidence'},
  'post /api/host/keys': {action: 'keys.wrapping_change_begun', test: 'keys-console'},
  'post /api/host/password-reset': {action: 'password.reset_issued', test: 'accounts'},
};

const none: Record<string, string> = {
  'get /api/setup': 'before anybody has data here',
  'get /api/session': 'the caller, about themselves',
  'post /api/session/proof': 'the caller, once more; what it opens leaves its own',
  'post /api/session/second-factor': 'a secret that counts from its first right code on, which leaves one',
  'get /api/admin/second-factor': 'a rule, no person',
  'get /api/admin/keys': 'which keys are in use, and none of them',
  'get /api/admin/mail': 'settings, no visitor',
  'get /api/admin/mails': 'letters without address and content',
  'post /api/host/mail': 'whether letters get through',
  'get /api/admin/audit/elsewhere': 'settings, no visitor',
  'post /api/host/audit': 'how witnesses are',
  'get /api/invitations/{token}': 'the invited person, about themselves',
  'get /api/admin/sites': 'websites, no person',
  'post /api/visitor/sessions': 'the visitor’s own conversation begins',
  'get /api/agent/presence': 'colleagues on duty, to colleagues',
  'put /api/agent/presence': 'the agent’s own state, gone with the connection',
  'get /api/admin/playbooks': 'playbooks, no visitor',
  'get /api/admin/playbooks/{playbookId}': 'a playbook, no visitor',
  'get /api/admin/playbooks/{playbookId}/versions': 'a playbook, no visitor',
  'get /api/admin/playbooks/{playbookId}/versions/{version}': 'a playbook, no visitor',
  'get /api/admin/playbooks/{playbookId}/yaml': 'a playbook, no visitor',
  'post /api/admin/playbook-trial': 'an invented conversation, nothing is kept',
  'get /api/admin/playbook-templates': 'playbooks, no visitor',
  'post /api/admin/playbook-files': 'a file is read, nothing is kept',
  'get /api/admin/playbook-schema': 'no data',
  'get /api/admin/knowledge': 'the organisation’s documents',
  'get /api/admin/knowledge/{documentId}/passages': 'the organisation’s documents',
  'delete /api/admin/knowledge-uploads/{uploadId}': 'what was not whole yet is given up',
  'post /api/admin/knowledge-questions': 'a question is tried, nothing is kept',
  'get /api/admin/connector-types': 'no data',
  'get /api/admin/connectors': 'settings, no visitor',
  'get /api/admin/deliveries': 'ids and outcomes of deliveries, nothing of what they held',
  'get /api/admin/destinations': 'hosts, no visitor',
  'get /api/admin/destinations/waiting': 'a count',
  'post /api/admin/destination-declaration': 'a sentence is made, nothing is kept',
  'get /api/admin/egress-attempts.csv': 'hosts, no visitor',
  'get /api/admin/egress-attempts': 'hosts, no visitor',
  'get /api/admin/retention': 'periods and counts',
  'post /api/admin/retention/dry-run': 'counts, and examples by number; nothing of what was said',
  'get /api/admin/retention/runs/{runId}/receipt': 'counts and hashes of what is gone',
  'get /api/admin/holds': 'why deletion is suspended, by ids; the words are the organisation’s own',
  'get /api/admin/data-map': 'columns, no content',
  'get /api/admin/consents/texts': 'texts and counts',
  'get /api/admin/usage': 'switches and counts',
  'get /api/visitor/usage': 'the visitor, about themselves',
  'get /api/admin/evidence': 'counts, times and hashes of checks, no person',
  'get /api/admin/register': 'hosts, no visitor',
  'get /api/admin/privacy-contact': 'published in the notice',
  'get /api/admin/documents/{series}': 'what is published or told to authorities, no visitor',
  'get /api/admin/documents/{series}/versions': 'the same',
  'get /api/admin/documents/{series}/difference': 'the same',
  'get /api/admin/documents/{series}/pdf': 'the same',
  'get /api/admin/documents/{series}/json': 'the same',
  'get /api/admin/documents/{series}/schema': 'no data',
  'get /api/admin/cancellation': 'dates and counts, no visitor',
  'post /api/host/cancellation': 'dates, no person',
  'get /api/admin/models': 'models, no visitor',
  'delete /api/admin/model-uploads/{uploadId}': 'what was not whole yet is given up',
  'get /api/admin/audit/state': 'sizes, hashes, keys',
  'get /api/admin/audit/entries/{index}/proof': 'ids and hashes of one entry',
  'get /api/admin/audit/verify-audit.mjs': 'a program',
  'get /health/live': 'no data',
  'get /health/ready': 'no data',
  'get /api/admin/overview': 'counts',
  'get /api/openapi.json': 'no data',
  'get /api/admin/privacy-requests': 'kinds, dates and states of requests, nobody named',
  'get /api/admin/privacy-requests/{requestId}/certificate/{format}': 'pseudonyms and dates',
  'get /api/admin/erasure-ledger.jsonl': 'pseudonyms and hashes',
  'post /api/visitor/privacy-codes': 'a code is sent; nothing is known or given out yet',
  'get /api/visitor/privacy-receipts/{receipt}': 'the person, about their own request',
};

type Leaf = {action: string; actor_kind: string; actor_id: string | null};

test('every route that changes something or shows a person leaves its leaf, with who it was', async t => {
  const appliance = await startAppliance(t, {setUp: false});
  const {storage} = appliance.inside;
  const routes = appliance.inside.routes.map(({method, path}) => `${method} ${path}`);
  const judged = [...Object.keys(leaves), ...Object.keys(later), ...Object.keys(none)];
  t.is(new Set(judged).size, judged.length, 'a route is judged once');
  t.deepEqual(
    routes.filter(name => !judged.includes(name)),
    [],
    'a route that nobody has judged: name the leaf it leaves, or why it leaves none',
  );
  t.deepEqual(
    judged.filter(name => !routes.includes(name)),
    [],
    'routes that are gone',
  );
  for (const [name, {action, test: file}] of Object.entries(later)) {
    const source = readFileSync(join(import.meta.dirname, `${file}.test.ts`), 'utf8');
    t.true(source.includes(`'${action}'`), `${name} is waited for in ${file}.test.ts`);
  }

  const called = new Set<string>();
  /** Does it, and finds the one new leaf of that action. */
  const leaf = async <Result>(
    name: keyof typeof leaves,
    actorId: () => string | null,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    const before = await storage.db('audit_leaves').max('index as last').first();
    const result = await work();
    const added: Leaf[] = await storage
      .db('audit_leaves')
      .where('index', '>', Number(before?.['last'] ?? -1))
      .where({action: leaves[name]})
      .select('action', 'actor_kind', 'actor_id');
    const [one, ...more] = added;
    t.deepEqual(more, [], name);
    t.truthy(one, `${name} leaves ${leaves[name]}`);
    t.is(one?.actor_id ?? null, actorId(), name);
    called.add(name);
    return result;
  };
  const sent = async (path: string, body: object) =>
    fetch(appliance.base + path, {
      method: 'POST',
      headers: {'content-type': 'application/json', origin: appliance.base},
      body: JSON.stringify(body),
    });

  let adminId: string | null = null;
  const asAdmin = () => adminId;
  await leaf('post /api/setup', asAdmin, async () => {
    const code = new URL(appliance.setupUrl ?? '').hash.slice('#code='.length);
    t.is((await sent('/api/setup', {code, answers: setupAnswers})).status, 200);
    adminId = (await storage.db('accounts_users').first('id'))?.id;
  });
  const admin = await leaf('post /api/session', asAdmin, () => signIn(appliance.base, administrator));
  const byAdmin = (name: keyof typeof leaves, path = name.split(' ')[1] as string, body?: object) =>
    leaf(name, asAdmin, () =>
      admin.call<Record<string, never>>((name.split(' ')[0] as string).toUpperCase(), path, body),
    );

  // people
  const email = 'agent@example.com';
  const newUser = {name: 'Jana Muster', email, role: 'agent', languages: ['en']};
  const invited = (await byAdmin('post /api/admin/users', undefined, newUser)) as unknown as {
    user: {id: string};
    invitationUrl: string;
  };
  const password = 'another long enough password';
  await leaf(
    'post /api/invitations/{token}',
    () => invited.user.id,
    async () =>
      t.is(
        (
          await sent(`/api/invitations/${new URL(invited.invitationUrl).pathname.split('/').at(-1)}`, {
            password,
          })
        ).status,
        200,
      ),
  );
  await byAdmin('get /api/admin/users');
  await byAdmin('patch /api/admin/users/{userId}', `/api/admin/users/${invited.user.id}`, {
    name: 'Jana Beispiel',
  });
  await byAdmin(
    'post /api/admin/users/{userId}/password-reset',
    `/api/admin/users/${invited.user.id}/password-reset`,
  );
  let agent = await signIn(appliance.base, {email, password});
  const asAgent = () => agent.user.id;
  // the agent's second factor: set up, renewed, turned off, set up again and lost
  const setUp = async () => {
    agent = (await setUpSecondFactor(appliance.base, agent, new Date())).api;
  };
  await leaf('put /api/session/second-factor', asAgent, setUp);
  const ownFactor = (name: keyof typeof leaves) =>
    leaf(name, asAgent, () =>
      agent.request((name.split(' ')[0] as string).toUpperCase(), name.split(' ')[1] as string),
    );
  await ownFactor('post /api/session/recovery-codes');
  await ownFactor('delete /api/session/second-factor');
  await setUp();
  await byAdmin('put /api/admin/second-factor', undefined, {neededOf: 'new_people'});
  await byAdmin(
    'delete /api/admin/users/{userId}/second-factor',
    `/api/admin/users/${invited.user.id}/second-factor`,
  );
  await admin.call('PUT', '/api/admin/second-factor', {neededOf: 'nobody'});
  agent = await signIn(appliance.base, {email, password});
  const byAgent = (name: keyof typeof leaves, path = name.split(' ')[1] as string, body?: object) =>
    leaf(name, asAgent, () =>
      agent.call<Record<string, never>>((name.split(' ')[0] as string).toUpperCase(), path, body),
    );

  // websites and playbooks
  await lowerTheBar(appliance);
  const site = {
    name: 'shop',
    origins: ['https://shop.example.com'],
    languages: ['en'],
    defaultLanguage: 'en',
  };
  const playbooks = (await admin.call<{playbooks: {id: string}[]}>('GET', '/api/admin/playbooks')).playbooks;
  const playbookId = playbooks[0]?.id ?? '';
  const made = (await byAdmin('post /api/admin/sites', undefined, {...site, playbookId})) as unknown as {
    site: {id: string};
  };
  await byAdmin('patch /api/admin/sites/{siteId}', `/api/admin/sites/${made.site.id}`, {name: 'The shop'});
  const playbook = `/api/admin/playbooks/${playbookId}`;
  const {content} = await admin.call<{content: object}>('GET', playbook);
  await byAdmin('post /api/admin/playbooks', undefined, {content: {...content, id: 'another'}});
  await byAdmin('put /api/admin/playbooks/{playbookId}', playbook, {content});
  await byAdmin('put /api/admin/playbooks/{playbookId}/draft', `${playbook}/draft`, {
    content,
    basedOn: 3,
    revision: 0,
  });
  await byAdmin('delete /api/admin/playbooks/{playbookId}/draft', `${playbook}/draft`, {revision: 1});
  await byAdmin('post /api/admin/playbooks/{playbookId}/replay', `${playbook}/replay`, {
    content,
    locale: 'en',
  });

  // a lead that is not taken, and what is done with it
  const receiver = await connectReceiver(t, appliance);
  receiver.misbehave({kind: 'status', status: 410}, 2);
  const visitor = await appliance.visitor();
  await visitor.answerAfter((await visitor.say(wordsOfALead('ada@example.com'))).seq);
  await receiver.waitForRequests(1);
  let deliveries: {id: string; state: string}[] = [];
  while (deliveries[0]?.state !== 'failed')
    ({deliveries} = await admin.call<{deliveries: {id: string; state: string}[]}>(
      'GET',
      '/api/admin/deliveries',
    ));
  await byAdmin(
    'post /api/admin/deliveries/{deliveryId}/retry',
    `/api/admin/deliveries/${deliveries[0]?.id}/retry`,
  );
  const connector = `/api/admin/connectors/${receiver.connectorId}`;
  await byAdmin('post /api/admin/connectors/{connectorId}/test', `${connector}/test`);
  await byAdmin('patch /api/admin/connectors/{connectorId}', connector, {name: 'Renamed'});
  await byAdmin('delete /api/admin/connectors/{connectorId}', connector);
  await byAdmin('post /api/admin/connectors', undefined, {
    type: 'webhook',
    name: 'Receiver',
    config: {url: receiver.url, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`},
    region: 'eu',
    private: true,
  });

  // residency
  const berta = await secondAdministrator(appliance);
  const theWaiting = async (): Promise<{id: string; destinationId: string}> => {
    const {waiting} = await admin.call<{waiting: {id: string; destinationId: string}[]}>(
      'GET',
      '/api/admin/destinations',
    );
    return waiting[0] ?? {id: '', destinationId: ''};
  };
  const asked = await theWaiting();
  await leaf(
    'post /api/admin/widenings/{wideningId}/approve',
    () => berta.user.id,
    () => berta.call('POST', `/api/admin/widenings/${asked.id}/approve`),
  );
  await byAdmin(
    'put /api/admin/destinations/{destinationId}/way',
    `/api/admin/destinations/${asked.destinationId}/way`,
    {viaProxy: true},
  );
  await admin.call('POST', '/api/admin/connectors', {
    type: 'webhook',
    name: 'Another',
    config: {url: 'https://crm.example.com/in', secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`},
    region: 'eu',
  });
  await byAdmin(
    'post /api/admin/widenings/{wideningId}/withdraw',
    `/api/admin/widenings/${(await theWaiting()).id}/withdraw`,
  );
  await byAdmin('put /api/admin/residency-places/{place}', '/api/admin/residency-places/data', {
    region: 'eu',
  });
  await byAdmin('post /api/admin/egress-canary');

  // looks, by an agent who has not looked before
  const conversation = `/api/agent/conversations/${visitor.conversationId}`;
  await byAgent('get /api/agent/conversations');
  await byAgent('get /api/agent/conversations/{conversationId}', conversation);
  const leads = (await byAgent('get /api/agent/leads')) as unknown as {leads: {id: string}[]};
  await byAgent('get /api/agent/leads.csv');
  // seen in the conversation a moment ago: the same look, so somebody else's
  await byAdmin('get /api/agent/leads/{leadId}', `/api/agent/leads/${leads.leads[0]?.id}`);
  await byAgent('post /api/agent/conversations/{conversationId}/accept', `${conversation}/accept`);
  await byAgent('post /api/agent/conversations/{conversationId}/hand-back', `${conversation}/hand-back`);
  await byAgent('post /api/agent/conversations/{conversationId}/close', `${conversation}/close`);

  await byAdmin('put /api/admin/privacy-contact', undefined, {
    name: 'Privacy desk',
    email: 'privacy@example.com',
    postalAddress: '',
    officer: '',
  });

  // letters: nobody listens at that port, so the test letter waits
  await byAdmin('put /api/admin/mail', undefined, {
    host: '127.0.0.1',
    port: Number(await freePort()),
    tls: 'implicit',
    user: null,
    from: {name: 'Example Bank', address: 'crowlit@example.com'},
    authority: null,
    region: 'eu',
    private: true,
  });
  await approveAll(appliance);
  const {mailId} = (await byAdmin('post /api/admin/mail/test')) as unknown as {mailId: string};
  type Letters = {mails: {id: string; state: string}[]};
  let letters: Letters = {mails: []};
  while (!['retrying', 'failed'].includes(letters.mails.find(({id}) => id === mailId)?.state ?? ''))
    letters = await admin.call<Letters>('GET', '/api/admin/mails');
  await byAdmin('post /api/admin/mails/{mailId}/retry', `/api/admin/mails/${mailId}/retry`);
  await byAdmin('delete /api/admin/mail');

  // witnesses of the log itself
  await byAdmin('put /api/admin/audit/collector', undefined, {
    host: '127.0.0.1',
    port: Number(await freePort()),
    tls: 'tls',
    authority: null,
    region: 'eu',
    private: true,
    entries: false,
  });
  await byAdmin('delete /api/admin/audit/collector');
  await byAdmin('put /api/admin/audit/mailbox', undefined, {address: 'auditor@example.com'});
  await byAdmin('delete /api/admin/audit/mailbox');

  // what people were shown and answered, and what is measured of them
  await byAdmin('get /api/admin/consents');
  await byAdmin('get /api/admin/consents.csv');
  await byAdmin('get /api/admin/consents.json');
  await leaf(
    'put /api/visitor/usage',
    () => visitor.visitorId,
    async () =>
      t.is(
        (
          await fetch(`${appliance.base}/api/visitor/usage`, {
            method: 'PUT',
            headers: {'content-type': 'application/json', authorization: `Bearer ${visitor.token}`},
            body: JSON.stringify({answer: 'declined', where: 'panel'}),
          })
        ).status,
        200,
      ),
  );
  await byAdmin('put /api/admin/usage', undefined, {collected: ['device'], fullAddress: false});
  await byAdmin('put /api/admin/usage/sites/{siteId}', `/api/admin/usage/sites/${made.site.id}`, {
    mode: 'ask',
  });

  // the rest of the administration
  const days = {conversations: 90, leads: 200, usage: 20, mail: 20};
  await byAdmin('put /api/admin/retention', undefined, {days, sites: []});
  const minimums = [{category: 'leads', days: 100, law: '§ 257 HGB'}];
  await byAdmin('put /api/admin/retention/minimums', undefined, {minimums});
  await byAdmin('post /api/admin/clock', undefined, {serverClock: new Date().toISOString()});
  const {holds} = (await byAdmin('post /api/admin/holds', undefined, {
    scope: 'everything',
    scopeId: null,
    reason: 'A claim',
    owner: 'Legal',
  })) as unknown as {holds: {id: string}[]};
  await byAdmin('post /api/admin/holds/{holdId}/lift', `/api/admin/holds/${holds[0]?.id}/lift`, {
    reason: 'Settled',
  });
  await byAdmin('post /api/admin/models/{modelId}/{act}', '/api/admin/models/bundled/verify');
  await byAdmin('post /api/admin/keys/wrapping');
  await byAdmin('post /api/admin/keys/file');
  await byAdmin('get /api/admin/audit');
  await byAdmin('post /api/admin/audit/checks');
  await byAdmin('post /api/admin/audit/keys');
  await byAdmin('get /api/admin/audit/export.jsonl');
  await byAdmin('get /api/admin/evidence/pack');
  await byAdmin('post /api/session/password', undefined, {
    current: administrator.password,
    next: 'words that are new and long',
  });
  await byAdmin('delete /api/session');
  t.deepEqual(
    Object.keys(leaves).filter(name => !called.has(name)),
    [],
    'each was called',
  );
});

test('what is pushed to an open console is a look, and an objection to the AI is the visitor’s own act', async t => {
  const appliance = await startAppliance(t);
  const agent = await appliance.agent();
  const visitor = await appliance.visitor();
  await visitor.answerAfter((await visitor.say('Hello, I am Ada Probe')).seq);
  await agent.socket.next('conversation', frame => frame.conversation.id === visitor.conversationId);
  visitor.socket.send({type: 'object', clientId: 'an-objection-of-mine'});
  await visitor.socket.next('ack', ({clientId}) => clientId === 'an-objection-of-mine');
  await agent.socket.next('offer');
  const logged = async (action: string) =>
    appliance.inside.storage
      .db('audit_leaves')
      .where({action})
      .select('actor_kind', 'actor_id', 'person_id', 'subject_id');
  t.like(await logged('conversations.shown_live'), {
    length: 1,
    0: {actor_kind: 'user', actor_id: agent.api.user.id},
  });
  t.deepEqual(await logged('conversation.ai_objected'), [
    {
      actor_kind: 'visitor',
      actor_id: visitor.visitorId,
      person_id: visitor.visitorId,
      subject_id: visitor.conversationId,
    },
  ]);
});
