import {cpSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import tls from 'node:tls';
import {brokerSocket} from '../../appliance/egress/egress.ts';
import {installNetworkGuard} from '../../appliance/egress/guard.ts';
import {binding} from '../../appliance/egress/guard/patch.ts';
import {brokerEntry} from '../../appliance/egress/supervisor.ts';
import {createTestClock} from '../../appliance/kit/clock.ts';
import type {Control} from '../../appliance/kit/control.ts';
import {reveal} from '../../appliance/storage/opaque.ts';
import {selfSigned, type TlsMaterial} from '../../appliance/tls.ts';
import {type DatabaseKind, databaseKinds, type Scope} from '../helpers/databases.ts';
import {connectReceiver, lowerTheBar, wordsOfALead} from '../helpers/leads.ts';
import {startPostgres} from '../helpers/postgres.ts';
import {type Started, startAppliance} from '../helpers/start.ts';
import {asVisitor, enterRequest} from '../helpers/subjects.ts';

const hour = 3_600_000;
const builtWidget = fileURLToPath(new URL('../../build/widget', import.meta.url));

/** An appliance in use, with something for every control to look at. */
export type World = {
  database: DatabaseKind;
  appliance: Started;
  clock: ReturnType<typeof createTestClock>;
  /** Copies of what the appliance serves and of what a witness holds: files that may be changed. */
  widget: string;
  /** As they were before the network guard was installed in this process. */
  unguarded: {socket: Functions; handle: Functions};
  certificate: TlsMaterial;
};
type Functions = Record<string, (...args: never[]) => unknown>;

export type Mutation = {
  control: Control['id'];
  /** What is done, in a few words. */
  how: string;
  /** Where there is such a thing on one database alone. */
  database?: DatabaseKind;
  /** Breaks it, and says how it is mended. */
  apply: (world: World) => Promise<() => unknown>;
};

const row = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      typeof one === 'object' && one !== null && !Buffer.isBuffer(one) ? reveal(one as never) : one,
    ]),
  );
/** Rows as they are stored, sealed values and all, to be put back. */
export const rawRows = async (
  {appliance}: World,
  table: string,
  where: Record<string, unknown> = {},
): Promise<Record<string, unknown>[]> =>
  ((await appliance.inside.storage.db(table).where(where)) as Record<string, unknown>[]).map(row);

const prototypes = () => ({
  socket: net.Socket.prototype as unknown as Functions,
  handle: binding('tcp_wrap').TCP.prototype as Functions,
});
const connects = ({socket, handle}: ReturnType<typeof prototypes>) => ({
  socket: {connect: socket['connect']} as Functions,
  handle: {connect: handle['connect'], connect6: handle['connect6']} as Functions,
});

/**
 * This process is guarded as the appliance's own is, from the first world on. What has to be started by it, such as
 * PostgreSQL, is started before.
 */
let guarded:
  | Promise<{socketDirectories: Record<DatabaseKind, string>; originals: World['unguarded']}>
  | undefined;
const guardThisProcess = async (databases: readonly DatabaseKind[]) => {
  if (databases.includes('postgres')) await startPostgres();
  const {socket, handle} = prototypes();
  const originals = connects({socket, handle});
  const folder = mkdtempSync(join(tmpdir(), 'crowlit-controls-'));
  process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
  const socketDirectories = Object.fromEntries(
    databaseKinds.map(kind => [kind, join(folder, kind)]),
  ) as Record<DatabaseKind, string>;
  installNetworkGuard({
    allow: Object.values(socketDirectories).map(directory => ({path: brokerSocket(directory)})),
    children: [{entry: brokerEntry, network: true}],
  });
  return {socketDirectories, originals};
};

/** Patches what `handle` and `socket` point to, and says how that is undone. */
export const unguard = ({unguarded}: World): (() => void) => {
  const now = {socket: net.Socket.prototype as unknown as Functions, handle: handlePrototype};
  const before = connects(now);
  Object.assign(now.socket, unguarded.socket);
  Object.assign(now.handle, unguarded.handle);
  return () => {
    Object.assign(now.socket, before.socket);
    Object.assign(now.handle, before.handle);
  };
};
// the guard closes this door behind itself
const handlePrototype = prototypes().handle;

/** One for every world: whom this process trusts is settled with its first connection. */
let trusted: Promise<TlsMaterial> | undefined;
const trustOne = async (): Promise<TlsMaterial> => {
  const made = await selfSigned({names: ['localhost', '127.0.0.1'], now: new Date()});
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), made.certificate]);
  return made;
};

export const startWorld = async (
  scope: Scope,
  database: DatabaseKind,
  all: readonly DatabaseKind[] = [database],
): Promise<World> => {
  guarded ??= guardThisProcess(all);
  const {socketDirectories, originals} = await guarded;
  const folder = mkdtempSync(join(tmpdir(), 'crowlit-world-'));
  scope.teardown(() => rmSync(folder, {recursive: true, force: true}));
  const [widget, witness] = [join(folder, 'widget'), join(folder, 'witness')];
  cpSync(builtWidget, widget, {recursive: true});
  mkdirSync(witness);
  const certificate = await (trusted ??= trustOne());
  const clock = createTestClock(new Date().toISOString());
  const appliance = await startAppliance(scope, {
    database,
    clock,
    widget,
    tls: certificate,
    socketDirectory: socketDirectories[database],
    environment: {CROWLIT_AUDIT_DIRECTORY: witness},
  });
  const admin = await appliance.administrator();
  const receiver = await connectReceiver(scope, appliance, {now: clock.now});
  await lowerTheBar(appliance);
  const agent = await appliance.agent();

  const lead = await appliance.visitor();
  await lead.answerAfter((await lead.say(wordsOfALead('ada@example.com'))).seq);
  await receiver.waitForRequests(1);
  await agent.accept(lead.conversationId);
  await agent.say(lead.conversationId, 'I will call you.');

  const objecting = await appliance.visitor({locale: 'de'});
  objecting.socket.send({type: 'object', clientId: 'an-objection-of-mine'});
  await objecting.socket.next('ack', ({clientId}) => clientId === 'an-objection-of-mine');
  await objecting.say('Ich möchte mit einem Menschen sprechen.');

  const talking = await appliance.visitor();
  await talking.answerAfter((await talking.say('Hello there')).seq);

  const leaving = await appliance.visitor();
  await leaving.answerAfter((await leaving.say(wordsOfALead('lea@example.com'))).seq);
  await receiver.waitForRequests(2);
  await admin.call('PUT', '/api/admin/retention/minimums', {
    minimums: [{category: 'conversations', days: 30, law: '§ 257 HGB'}],
  });
  const erasure = await enterRequest(admin, {kind: 'erasure', conversationId: leaving.conversationId});
  await admin.call('POST', `/api/admin/privacy-requests/${erasure.id}/execution`);

  // one review waits for a person, another was decided, against the score
  for (const visitor of [objecting, talking]) {
    const {requestId} = await asVisitor(appliance, visitor).call<{requestId: string}>(
      'POST',
      '/api/visitor/privacy-requests',
      {kind: 'review', language: 'en'},
    );
    if (visitor === talking)
      await admin.call('POST', `/api/admin/privacy-requests/${requestId}/decision`, {
        conversationId: talking.conversationId,
        qualified: true,
        why: 'She is known to us, and wrote by mail what she needs.',
      });
  }

  await appliance.inside.keys.rotate(null);
  await appliance.inside.keys.daily();

  await admin.call('POST', '/api/admin/users', {
    name: 'Aud Auditor',
    email: 'aud@example.com',
    role: 'auditor',
    languages: ['en'],
    accessEndsAt: new Date(clock.now().getTime() + 30 * 24 * hour).toISOString(),
  });
  await admin.call('POST', '/api/admin/privacy-requests', {
    kind: 'access',
    conversationId: lead.conversationId,
    language: 'en',
    words: 'What do you know of me? Known by her voice.',
  });
  await admin.call('POST', '/api/admin/holds', {
    scope: 'person',
    scopeId: lead.conversationId,
    reason: 'A claim is pending',
    owner: 'Legal department',
    reviewOn: null,
  });
  await appliance.inside.retention.run();
  await admin.call('POST', '/api/admin/audit/checks');
  // one that lies outside the own network, and is not used
  await admin.call('POST', '/api/admin/connectors', {
    type: 'webhook',
    name: 'Elsewhere',
    config: {
      url: 'https://hooks.example.com/leads',
      secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    },
    region: 'eu',
    private: false,
  });
  clock.advance(3 * hour);
  await admin.call('POST', '/api/admin/audit/checks');
  for (const one of [lead, objecting, talking, leaving]) await one.close();
  await agent.close();
  const deliveries = () =>
    appliance.inside.storage.db('crm_deliveries').where({state: 'delivered'}).first('id');
  while (!(await deliveries())) await new Promise(setImmediate);
  return {database, appliance, clock, widget, certificate, unguarded: originals};
};
