/** Who may do what: every route and socket the server mounts, tried by everybody. A new one needs a line here. */
import test, {type ExecutionContext} from 'ava';
import WebSocket from 'ws';
import type {Route} from '../../appliance/kit/route.ts';
import {closeCodes} from '../../appliance/features/conversations/index.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import {type Api, openAgent, signIn, withSession} from '../helpers/clients.ts';
import {databaseKinds} from '../helpers/databases.ts';
import {connectReceiver} from '../helpers/leads.ts';
import {administrator, type Started, startAppliance} from '../helpers/start.ts';

const day = 24 * 60 * 60 * 1000;
const password = 'another long enough password';
const columns = ['nobody', 'visitor', 'agent', 'auditor', 'officer', 'admin'] as const;
type Column = (typeof columns)[number];

/** `+` may, `.` is refused by the way in, before anything is read. */
const expected = `
                                                             nobody visitor agent auditor officer admin
get    /api/admin/audit                                      .      .       .     +       +       +
post   /api/admin/audit/checks                               .      .       .     .       +       +
put    /api/admin/audit/collector                            .      .       .     .       .       +
delete /api/admin/audit/collector                            .      .       .     .       .       +
get    /api/admin/audit/elsewhere                            .      .       .     .       .       +
get    /api/admin/audit/entries/{index}/proof                .      .       .     +       +       +
get    /api/admin/audit/export.jsonl                         .      .       .     +       +       +
post   /api/admin/audit/keys                                 .      .       .     .       .       +
put    /api/admin/audit/mailbox                              .      .       .     .       .       +
delete /api/admin/audit/mailbox                              .      .       .     .       .       +
get    /api/admin/audit/state                                .      .       .     +       +       +
get    /api/admin/audit/verify-audit.mjs                     .      .       .     +       +       +
get    /api/admin/cancellation                               .      .       .     +       +       +
post   /api/admin/cancellation                               .      .       .     .       .       +
delete /api/admin/cancellation                               .      .       .     .       .       +
post   /api/admin/cancellation/exports                       .      .       .     .       .       +
get    /api/admin/cancellation/exports/{exportId}            .      .       .     .       .       +
put    /api/admin/cancellation/widget                        .      .       .     .       .       +
post   /api/admin/clock                                      .      .       .     .       .       +
get    /api/admin/connector-types                            .      .       .     .       .       +
get    /api/admin/connectors                                 .      .       .     .       .       +
post   /api/admin/connectors                                 .      .       .     .       .       +
patch  /api/admin/connectors/{connectorId}                   .      .       .     .       .       +
delete /api/admin/connectors/{connectorId}                   .      .       .     .       .       +
post   /api/admin/connectors/{connectorId}/test              .      .       .     .       .       +
get    /api/admin/consents                                   .      .       .     .       +       +
get    /api/admin/consents.csv                               .      .       .     +       +       +
get    /api/admin/consents.json                              .      .       .     +       +       +
get    /api/admin/consents/texts                             .      .       .     +       +       +
get    /api/admin/data-map                                   .      .       .     +       +       +
get    /api/admin/deliveries                                 .      .       .     .       .       +
post   /api/admin/deliveries/{deliveryId}/retry              .      .       .     .       .       +
get    /api/admin/destinations                               .      .       .     +       +       +
get    /api/admin/documents/{series}                         .      .       .     +       +       +
get    /api/admin/documents/{series}/difference              .      .       .     +       +       +
get    /api/admin/documents/{series}/json                    .      .       .     +       +       +
get    /api/admin/documents/{series}/pdf                     .      .       .     +       +       +
get    /api/admin/documents/{series}/schema                  .      .       .     +       +       +
get    /api/admin/documents/{series}/versions                .      .       .     +       +       +
get    /api/admin/egress-attempts                            .      .       .     +       +       +
get    /api/admin/erasure-ledger.jsonl                       .      .       .     +       +       +
get    /api/admin/privacy-requests                           .      .       .     .       +       +
post   /api/admin/privacy-requests                           .      .       .     .       .       +
get    /api/admin/privacy-requests/{requestId}               .      .       .     .       +       +
post   /api/admin/privacy-requests/{requestId}/answer        .      .       .     .       .       +
get    /api/admin/privacy-requests/{requestId}/certificate/{format} .      .       .     .       +       +
post   /api/admin/privacy-requests/{requestId}/crm-confirmation .      .       .     .       .       +
post   /api/admin/privacy-requests/{requestId}/decision      .      .       .     .       .       +
post   /api/admin/privacy-requests/{requestId}/execution     .      .       .     .       .       +
get    /api/admin/privacy-requests/{requestId}/export/{format} .      .       .     .       +       +
post   /api/admin/privacy-requests/{requestId}/extension     .      .       .     .       .       +
get    /api/admin/privacy-requests/{requestId}/facts         .      .       .     .       .       +
put    /api/admin/privacy-requests/{requestId}/facts         .      .       .     .       .       +
post   /api/admin/privacy-requests/{requestId}/refusal       .      .       .     .       .       +
get    /api/admin/destinations/waiting                       .      .       .     +       +       +
post   /api/admin/widenings/{wideningId}/approve             .      .       .     .       .       +
post   /api/admin/widenings/{wideningId}/withdraw            .      .       .     .       .       +
post   /api/admin/destinations/{destinationId}/exception     .      .       .     .       .       +
delete /api/admin/destinations/{destinationId}/exception     .      .       .     .       .       +
put    /api/admin/destinations/{destinationId}/way           .      .       .     .       .       +
post   /api/admin/destination-declaration                    .      .       .     .       .       +
put    /api/admin/residency-places/{place}                   .      .       .     .       .       +
post   /api/admin/egress-canary                              .      .       .     .       .       +
get    /api/admin/egress-attempts.csv                        .      .       .     +       +       +
delete /api/admin/embedder                                   .      .       .     .       .       +
put    /api/admin/embedding-server                           .      .       .     .       .       +
post   /api/admin/embedding-server/test                      .      .       .     .       .       +
get    /api/admin/evidence                                   .      .       .     +       +       +
post   /api/admin/evidence/checks                            .      .       .     .       +       +
get    /api/admin/evidence/pack                              .      .       .     +       +       +
get    /api/admin/holds                                      .      .       .     .       +       +
post   /api/admin/holds                                      .      .       .     .       .       +
post   /api/admin/holds/{holdId}/lift                        .      .       .     .       .       +
get    /api/admin/keys                                       .      .       .     .       .       +
post   /api/admin/keys/file                                  .      .       .     .       .       +
post   /api/admin/keys/wrapping                              .      .       .     .       .       +
get    /api/admin/knowledge                                  .      .       .     .       .       +
post   /api/admin/knowledge-questions                        .      .       .     .       .       +
post   /api/admin/knowledge-uploads                          .      .       .     .       .       +
put    /api/admin/knowledge-uploads/{uploadId}               .      .       .     .       .       +
delete /api/admin/knowledge-uploads/{uploadId}               .      .       .     .       .       +
delete /api/admin/knowledge/{documentId}                     .      .       .     .       .       +
get    /api/admin/knowledge/{documentId}/passages            .      .       .     .       .       +
get    /api/admin/mail                                       .      .       .     .       .       +
put    /api/admin/mail                                       .      .       .     .       .       +
delete /api/admin/mail                                       .      .       .     .       .       +
post   /api/admin/mail/test                                  .      .       .     .       .       +
get    /api/admin/mails                                      .      .       .     .       .       +
post   /api/admin/mails/{mailId}/retry                       .      .       .     .       .       +
post   /api/admin/model-downloads                            .      .       .     .       .       +
post   /api/admin/model-imports                              .      .       .     .       .       +
delete /api/admin/model-mirrors/{mirrorId}                   .      .       .     .       .       +
put    /api/admin/model-server                               .      .       .     .       .       +
delete /api/admin/model-server                               .      .       .     .       .       +
post   /api/admin/model-task/stop                            .      .       .     .       .       +
post   /api/admin/model-uploads                              .      .       .     .       .       +
put    /api/admin/model-uploads/{uploadId}                   .      .       .     .       .       +
delete /api/admin/model-uploads/{uploadId}                   .      .       .     .       .       +
get    /api/admin/models                                     .      .       .     .       .       +
delete /api/admin/models/{modelId}                           .      .       .     .       .       +
post   /api/admin/models/{modelId}/{act}                     .      .       .     .       .       +
get    /api/admin/overview                                   .      .       .     .       .       +
post   /api/admin/playbook-files                             .      .       .     .       .       +
get    /api/admin/playbook-schema                            .      .       .     .       .       +
get    /api/admin/playbook-templates                         .      .       .     .       .       +
post   /api/admin/playbook-trial                             .      .       .     .       .       +
get    /api/admin/playbooks                                  .      .       .     .       .       +
post   /api/admin/playbooks                                  .      .       .     .       .       +
get    /api/admin/playbooks/{playbookId}                     .      .       .     .       .       +
put    /api/admin/playbooks/{playbookId}                     .      .       .     .       .       +
put    /api/admin/playbooks/{playbookId}/draft               .      .       .     .       .       +
delete /api/admin/playbooks/{playbookId}/draft               .      .       .     .       .       +
post   /api/admin/playbooks/{playbookId}/replay              .      .       .     .       .       +
get    /api/admin/playbooks/{playbookId}/versions            .      .       .     .       .       +
get    /api/admin/playbooks/{playbookId}/versions/{version}  .      .       .     .       .       +
get    /api/admin/playbooks/{playbookId}/yaml                .      .       .     .       .       +
put    /api/admin/privacy-contact                            .      .       .     .       +       +
get    /api/admin/privacy-contact                            .      .       .     +       +       +
get    /api/admin/register                                   .      .       .     +       +       +
put    /api/admin/retention                                  .      .       .     .       .       +
get    /api/admin/retention                                  .      .       .     +       +       +
post   /api/admin/retention/dry-run                          .      .       .     +       +       +
put    /api/admin/retention/minimums                         .      .       .     .       .       +
get    /api/admin/retention/runs/{runId}/receipt             .      .       .     +       +       +
get    /api/admin/second-factor                              .      .       .     .       .       +
put    /api/admin/second-factor                              .      .       .     .       .       +
get    /api/admin/sites                                      .      .       .     .       .       +
post   /api/admin/sites                                      .      .       .     .       .       +
patch  /api/admin/sites/{siteId}                             .      .       .     .       .       +
get    /api/admin/usage                                      .      .       .     +       +       +
put    /api/admin/usage                                      .      .       .     .       .       +
put    /api/admin/usage/sites/{siteId}                       .      .       .     .       .       +
get    /api/admin/users                                      .      .       .     .       .       +
post   /api/admin/users                                      .      .       .     .       .       +
patch  /api/admin/users/{userId}                             .      .       .     .       .       +
post   /api/admin/users/{userId}/password-reset              .      .       .     .       .       +
delete /api/admin/users/{userId}/second-factor               .      .       .     .       .       +
get    /api/agent/conversations                              .      .       +     .       .       +
get    /api/agent/conversations/{conversationId}             .      .       +     .       .       +
post   /api/agent/conversations/{conversationId}/accept      .      .       +     .       .       +
post   /api/agent/conversations/{conversationId}/close       .      .       +     .       .       +
post   /api/agent/conversations/{conversationId}/hand-back   .      .       +     .       .       +
get    /api/agent/leads                                      .      .       +     .       +       +
get    /api/agent/leads.csv                                  .      .       +     .       +       +
get    /api/agent/leads/{leadId}                             .      .       +     .       +       +
get    /api/agent/presence                                   .      .       +     .       .       +
put    /api/agent/presence                                   .      .       +     .       .       +
socket /api/agent/socket                                     .      .       +     .       .       +
post   /api/host/audit                                       +      +       +     +       +       +
post   /api/host/cancellation                                +      +       +     +       +       +
post   /api/host/evidence                                    +      +       +     +       +       +
post   /api/host/keys                                        +      +       +     +       +       +
post   /api/host/mail                                        +      +       +     +       +       +
post   /api/host/models                                      +      +       +     +       +       +
post   /api/host/password-reset                              +      +       +     +       +       +
get    /api/invitations/{token}                              +      +       +     +       +       +
post   /api/invitations/{token}                              +      +       +     +       +       +
get    /api/openapi.json                                     +      +       +     +       +       +
delete /api/session                                          .      .       +     +       +       +
get    /api/session                                          +      +       +     +       +       +
post   /api/session                                          +      +       +     +       +       +
post   /api/session/password                                 .      .       +     +       +       +
post   /api/session/proof                                    .      .       +     +       +       +
post   /api/session/recovery-codes                           .      .       +     +       +       +
post   /api/session/second-factor                            .      .       +     +       +       +
put    /api/session/second-factor                            .      .       +     +       +       +
delete /api/session/second-factor                            .      .       +     +       +       +
get    /api/setup                                            +      +       +     +       +       +
post   /api/setup                                            +      +       +     +       +       +
post   /api/visitor/privacy-codes                            .      +       .     .       .       .
get    /api/visitor/privacy-receipts/{receipt}               +      +       +     +       +       +
post   /api/visitor/privacy-requests                         .      +       .     .       .       .
get    /api/visitor/privacy-requests/{requestId}/export/{format} .      +       .     .       .       .
post   /api/visitor/privacy-requests/{requestId}/proof       .      +       .     .       .       .
post   /api/visitor/sessions                                 +      +       +     +       +       +
socket /api/visitor/socket                                   .      +       .     .       .       .
get    /api/visitor/usage                                    .      +       .     .       .       .
put    /api/visitor/usage                                    .      +       .     .       .       .
get    /health/live                                          +      +       +     +       +       +
get    /health/ready                                         +      +       +     +       +       +
`;

const seeded = {
  name: 'Zephyrine Quillfeather',
  email: 'zephyrine.quillfeather@example.com',
  phone: '+43 660 5557391',
};
const said = `Hello, I am ${seeded.name}, my e-mail is ${seeded.email} and my phone is ${seeded.phone}. Our budget is around 40,000 euros a year, we are 250 people and want to start next month.`;

/** Somebody of this role, invited and signed in as people are. */
const member = async (
  appliance: Started,
  role: string,
  name: string,
  more: {accessEndsAt?: string} = {},
): Promise<Api> => {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.com`;
  const admin = await appliance.administrator();
  const {invitationUrl} = await admin.call<{invitationUrl: string}>('POST', '/api/admin/users', {
    name,
    email,
    role,
    languages: ['en'],
    ...more,
  });
  const token = new URL(invitationUrl).pathname.split('/').at(-1);
  await withSession(appliance.base, {cookie: '', csrfToken: '', user: admin.user}).call(
    'POST',
    `/api/invitations/${token}`,
    {password},
  );
  return signIn(appliance.base, {email, password});
};

const everybody = async (appliance: Started, visitorToken: string): Promise<Record<Column, Api>> => {
  const accessEndsAt = new Date(Date.now() + 30 * day).toISOString();
  const nobody = {cookie: '', csrfToken: '', user: {id: '', name: '', role: ''}};
  return {
    nobody: withSession(appliance.base, nobody),
    visitor: withSession(appliance.base, {...nobody, visitorToken}),
    agent: await member(appliance, 'agent', 'Ann Agent'),
    auditor: await member(appliance, 'auditor', 'Aud Auditor', {accessEndsAt}),
    officer: await member(appliance, 'privacy_officer', 'Pia Officer'),
    admin: await signIn(appliance.base, administrator),
  };
};

/** Refused by the way in, or let through to the route, whatever that says to a request that makes no sense. */
const letIn = (answer: {status: number; body: unknown}): boolean => {
  const code = (answer.body as {error?: {code?: string}} | null)?.error?.code ?? '';
  return !['request.unauthenticated', 'request.role', 'request.csrf'].includes(code);
};

const line = (place: string, who: readonly boolean[]): string =>
  `${place.padEnd(60)} ${columns.map((name, index) => (who[index] ? '+' : '.').padEnd(name.length)).join(' ')}`.trimEnd();

/** A request that gets as far as the route and changes nothing: its ids are nobody's, its body is empty. */
const ask = async (api: Api, {method, path, body, bytesLimit}: Route) => {
  const address = path.replaceAll(/\{\w+\}/g, '01900000-0000-7000-8000-000000000000');
  const hasBody = body !== undefined && bytesLimit === undefined;
  return api.request(method.toUpperCase(), address, hasBody ? {} : undefined);
};

/** How the line ends: with the reason it was refused for, or `welcome`. */
const openLine = (url: string, origin: string, cookie: string, token: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {headers: {origin, ...(cookie === '' ? {} : {cookie})}});
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({type: 'hello', token, since: 0})));
    socket.on('message', () => socket.close(1000, 'welcome'));
    socket.on('close', (_, reason) => resolve(reason.toString()));
  });

const start = async (t: ExecutionContext) => {
  const appliance = await startAppliance(t);
  const visitor = await appliance.visitor();
  return {appliance, visitor, people: await everybody(appliance, visitor.token)};
};

test('every route and every socket, tried by everybody: who is let in is what the table says', async t => {
  const {appliance, visitor, people} = await start(t);
  const {routes, sockets} = appliance.inside;
  const found = new Map<string, string>();
  for (const {path} of sockets) {
    const who: boolean[] = [];
    for (const column of columns) {
      const {cookie} = people[column];
      const token = column === 'visitor' ? visitor.token : 'nothing';
      const url = appliance.base.replace(/^http/, 'ws') + path;
      who.push((await openLine(url, appliance.base, cookie, token)) === 'welcome');
    }
    found.set(`socket ${path}`, line(`socket ${path}`, who));
  }
  // signing out comes last
  const last = ({method, path}: Route) => Number(method === 'delete' && path === '/api/session');
  for (const route of [...routes].toSorted((a, b) => last(a) - last(b))) {
    const who: boolean[] = [];
    for (const column of columns) {
      const answer = await ask(people[column], route);
      if (![200, 201, 202, 204, 400, 401, 403, 404, 409].includes(answer.status))
        t.fail(`${route.method} ${route.path} as ${column}: ${answer.status} ${JSON.stringify(answer.body)}`);
      who.push(letIn(answer));
    }
    found.set(
      `${route.method.padEnd(6)} ${route.path}`,
      line(`${route.method.padEnd(6)} ${route.path}`, who),
    );
  }
  t.is(found.size, routes.length + sockets.length);
  t.true(sockets.length === 2 && routes.length > 60, `${routes.length} routes, ${sockets.length} sockets`);
  const rows = expected.trim().split('\n').slice(1);
  t.deepEqual([...found.values()].toSorted(), rows.toSorted());
});

test('an auditor reads evidence and nothing about a person; an officer reads no secret', async t => {
  const {appliance, visitor, people} = await start(t);
  const {admin, auditor, officer, agent} = people;
  await connectReceiver(t, appliance);
  await visitor.answerAfter((await visitor.say(said)).seq);
  const line = await openAgent(appliance.base, agent);
  await line.accept(visitor.conversationId);
  await line.close();
  await agent.call('GET', `/api/agent/conversations/${visitor.conversationId}`);
  const {leads} = await agent.call<{leads: {id: string}[]}>('GET', '/api/agent/leads');
  t.is(leads.length, 1, 'the seeded person is a lead');
  await agent.call('GET', '/api/agent/leads.csv');

  const read = async (api: Api): Promise<Map<string, string>> => {
    const bodies = new Map<string, string>();
    for (const route of appliance.inside.routes) {
      if (route.method !== 'get') continue;
      const address = route.path
        .replace('{conversationId}', visitor.conversationId)
        .replace('{leadId}', leads[0]?.id ?? '')
        .replaceAll(/\{\w+\}/g, '01900000-0000-7000-8000-000000000000');
      const {status, body} = await api.request('GET', address);
      if (status === 200) bodies.set(route.path, typeof body === 'string' ? body : JSON.stringify(body));
    }
    return bodies;
  };
  const canaries =
    /Zephyrine|Quillfeather|5557391|40,000|Ann Agent|ann\.agent|Pia Officer|Ada Admin|admin@example/;
  const shown = await read(auditor);
  for (const path of ['audit', 'data-map', 'destinations', 'egress-attempts', 'retention'])
    t.true(shown.has(`/api/admin/${path}`), path);
  for (const [path, body] of shown) t.notRegex(body, canaries, path);
  t.regex(shown.get('/api/admin/audit') ?? '', /"action":"leads.exported"/, 'what happened is there');
  t.regex((await read(agent)).get('/api/agent/leads') ?? '', canaries, 'the canary is one: an agent sees it');
  const officers = await read(officer);
  t.regex(officers.get('/api/agent/leads.csv') ?? '', /Quillfeather/);
  t.regex(officers.get('/api/admin/audit') ?? '', /Ada Admin/);
  t.false([...officers.keys()].some(path => /connector|conversations|users|models/.test(path)));
  t.regex(
    (await read(admin)).get('/api/admin/destinations') ?? '',
    /Ada Admin/,
    'who approved it is a canary, too',
  );
});

test('nobody makes themselves more than they are', async t => {
  const {appliance, people} = await start(t);
  const {agent, auditor, officer} = people;
  const forged = {role: 'administrator', complete: true, accessEndsAt: null, secondFactor: true};
  const email = 'ann.agent@example.com';
  const signedIn = await signIn(appliance.base, {email, password, ...forged});
  t.is(signedIn.user.role, 'agent');
  t.is(
    (await agent.request('POST', '/api/session/password', {current: password, next: password, ...forged}))
      .status,
    204,
  );
  t.is((await agent.call<{user: {role: string}}>('GET', '/api/session')).user.role, 'agent');
  for (const one of [agent, auditor, officer]) {
    t.is((await one.request('PATCH', `/api/admin/users/${one.user.id}`, forged)).status, 403);
    t.is((await one.request('PUT', '/api/admin/second-factor', {neededOf: 'nobody'})).status, 403);
  }
  const admin = await appliance.administrator();
  const wrong = await admin.request('PATCH', `/api/admin/users/${agent.user.id}`, {role: 'owner'});
  t.is(wrong.status, 400, 'there is no such role');
});

for (const database of databaseKinds) {
  test(`${database}: an auditor’s access ends by itself, for good, and an administrator decides when`, async t => {
    const clock = createTestClock('2026-11-02T08:00:00.000Z');
    const appliance = await startAppliance(t, {database, clock});
    const at = (days: number) => new Date(clock.now().getTime() + days * day).toISOString();
    const admin = () => signIn(appliance.base, administrator);
    const invitation = {name: 'Aud Auditor', email: 'aud@example.com', role: 'auditor', languages: ['en']};
    const refused = async (body: object) =>
      (await (await admin()).request<{error: {code: string}}>('POST', '/api/admin/users', body)).body.error
        .code;
    t.is(await refused(invitation), 'accounts.access_end', 'without an end');
    t.is(await refused({...invitation, accessEndsAt: at(91)}), 'accounts.access_end', 'too far ahead');
    t.is(await refused({...invitation, accessEndsAt: at(0)}), 'accounts.access_end', 'now is no end');
    t.is(
      await refused({...invitation, role: 'agent', accessEndsAt: at(5)}),
      'accounts.access_end',
      'agents have none',
    );
    const auditor = await member(appliance, 'auditor', 'Aud Auditor', {accessEndsAt: at(10)});
    const credentials = {email: 'aud.auditor@example.com', password};
    const looks = async (who: Api) => (await who.request('GET', '/api/admin/data-map')).status;
    const change = async (body: object) =>
      (await admin()).request('PATCH', `/api/admin/users/${auditor.user.id}`, body);
    t.is(await looks(auditor), 200);

    t.is((await change({accessEndsAt: at(1)})).status, 200, 'shortened');
    clock.advance(day - 1000);
    const fresh = await signIn(appliance.base, credentials);
    t.is(await looks(fresh), 200);
    clock.advance(1000);
    t.is(await looks(fresh), 401, 'to the second');
    await t.throwsAsync(signIn(appliance.base, credentials), {message: /wrong_credentials/});
    clock.advance(-2 * 60_000);
    t.is(await looks(fresh), 401, 'a clock set back opens nothing');
    await t.throwsAsync(signIn(appliance.base, credentials), {message: /wrong_credentials/});
    clock.advance(2 * 60_000);

    t.is((await change({accessEndsAt: at(95)})).status, 400);
    t.is((await change({accessEndsAt: at(20)})).status, 200, 'extended');
    t.is(await looks(fresh), 401, 'the old session stays over');
    const again = await signIn(appliance.base, credentials);
    t.is(await looks(again), 200);
    t.is((await change({role: 'agent'})).status, 200, 'as an agent there is no end');
    t.is((await change({role: 'auditor'})).status, 400, 'and as an auditor one must be said');
    t.is((await change({role: 'auditor', accessEndsAt: at(3)})).status, 200);

    const {entries} = await (await admin()).call<{
      entries: {action: string; actor: {kind: string}; detail: {accessEndsAt?: object} | null}[];
    }>('GET', '/api/admin/audit?limit=200');
    t.is(
      entries.filter(({action, actor}) => action === 'user.access_ended' && actor.kind === 'system').length,
      1,
    );
    t.is(entries.filter(({action, detail}) => action === 'user.changed' && detail?.accessEndsAt).length, 4);
  });

  test(`${database}: a line ends with the access or the role of whoever opened it`, async t => {
    const clock = createTestClock('2026-11-02T08:00:00.000Z');
    const appliance = await startAppliance(t, {database, clock});
    const admin = await appliance.administrator();
    const [first, second] = [await appliance.agent('First Agent'), await appliance.agent('Second Agent')];
    const visitor = await appliance.visitor();
    await second.watch(visitor.conversationId);
    const accessEndsAt = new Date(clock.now().getTime() + day).toISOString();
    t.is(
      (await admin.request('PATCH', `/api/admin/users/${first.api.user.id}`, {role: 'auditor', accessEndsAt}))
        .status,
      200,
    );
    t.is(
      (await first.socket.closed).code,
      closeCodes.unauthenticated,
      'who becomes an auditor hears no more',
    );
    await t.throwsAsync(openAgent(appliance.base, first.api), {message: /4403 request\.role/});

    // no role with an end may open a line today: the end is written by hand, to see that the line itself knows it
    await appliance.inside.storage
      .db('accounts_users')
      .where({id: second.api.user.id})
      .update({access_ends_at: new Date(clock.now().getTime() + 60 * 60_000).toISOString()});
    await second.watch(visitor.conversationId);
    // long before the session itself would end
    clock.advance(60 * 60_000);
    await t.throwsAsync(second.watch(visitor.conversationId), {message: /closed with 4401/});
  });
}
