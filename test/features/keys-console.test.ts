/** Keys as an administrator and somebody at the host change them, on the appliance that runs and on one that does not. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {createTestClock} from '../../appliance/kit/clock.ts';
import type {KeysView} from '../../appliance/features/keys/keys.schema.ts';
import {hostKey} from '../../appliance/master-key.ts';
import {keysOrderProof} from '../../appliance/features/keys/host-door.ts';
import {coreDumps, swap} from '../../appliance/features/operations/doctor.memory.ts';
import {refuseOpenings} from '../../appliance/hardening.ts';
import {databaseKinds, freshDatabase, temporaryDirectory} from '../helpers/databases.ts';
import {freePort} from '../helpers/port.ts';
import {administrator, compileCache, setupAnswers, startAppliance, type Started} from '../helpers/start.ts';
import {signIn} from '../helpers/clients.ts';

const main = join(import.meta.dirname, '../../appliance/main.ts');
const path = '/api/admin/keys';
const day = 86_400_000;

const settled = async (appliance: Started): Promise<KeysView> => {
  const admin = await appliance.administrator();
  for (;;) {
    const view = await admin.call<KeysView>('GET', path);
    if (!view.wrapping.moving) return view;
  }
};
const actions = async (appliance: Started): Promise<string[]> =>
  appliance.inside.storage
    .db('audit_leaves')
    .where('action', 'like', 'keys.%')
    .orderBy('index')
    .pluck('action');

type Ended = {code: number | null; out: string; errors: string};
const crowlit = async (
  t: ExecutionContext,
  environment: Record<string, string>,
  ...parameters: string[]
): Promise<Ended> => {
  const child = spawn(process.execPath, [main, ...parameters], {
    env: {...compileCache, TMPDIR: temporaryDirectory(t), CROWLIT_LOG_LEVEL: 'warn', ...environment},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return {code, out, errors};
};

for (const database of databaseKinds) {
  test.serial(
    `${database}: an administrator changes the wrapping key while visitors write, and the log says who`,
    async t => {
      const appliance = await startAppliance(t, {database});
      const admin = await appliance.administrator();
      const visitor = await appliance.visitor();
      const first = await visitor.say('Hello before');
      const before = await admin.call<KeysView>('GET', path);
      t.is(before.wrapping.everyDays, 90);
      const [begun] = await Promise.all([
        admin.request<KeysView>('POST', `${path}/wrapping`),
        ...Array.from({length: 10}, (_, index) => visitor.say(`Meanwhile ${index}`)),
      ]);
      t.is(begun.status, 202);
      const after = await settled(appliance);
      t.true(after.wrapping.since > before.wrapping.since);
      t.like(after.history[0], {kind: 'wrapping', startedBy: administrator.name});
      const agent = await appliance.agent();
      await agent.watch(visitor.conversationId);
      const texts = agent.messages(visitor.conversationId).map(({text}) => text);
      t.true(texts.includes('Hello before') && texts.includes('Meanwhile 9'));
      t.true(first.seq > 0);
      const log = await actions(appliance);
      t.deepEqual(log.slice(0, 2), ['keys.wrapping_change_begun', 'keys.wrapping_changed']);
      if (database === 'postgres') {
        const refused = await admin.request<{error: {code: string}}>('POST', `${path}/file`);
        t.is(refused.status, 409);
        t.is(refused.body.error.code, 'keys.no_file');
      }
    },
  );

  test.serial(
    `${database}: the schedule copies the key store each day and changes the wrapping key after its days`,
    async t => {
      const clock = createTestClock('2026-11-24T08:00:00.000Z');
      const appliance = await startAppliance(t, {
        database,
        clock,
        environment: {CROWLIT_KEYS_ROTATE_EVERY_DAYS: '10'},
      });
      const {keys, storage} = appliance.inside;
      const since = async () => (await keys.view()).wrapping.since;
      const first = await since();
      clock.advance(9 * day);
      await keys.daily();
      t.is(await since(), first);
      clock.advance(day);
      await keys.daily();
      t.is(await since(), clock.iso());
      t.is((await keys.view()).wrapping.nextAt, '2026-12-14T08:00:00.000Z');
      const kept = (await keys.view()).copies.list.filter(({state}) => state === 'kept');
      t.is(kept.length, 2, 'that of the first day is over');
      t.is(readdirSync(join(storage.copies.folder)).length, kept.length, 'and its file is gone');
      const log = await actions(appliance);
      t.deepEqual(log, ['keys.wrapping_change_begun', 'keys.wrapping_changed']);
    },
  );
}

test.serial(
  'an order of the host needs a proof made with the master key, for this very act, just now',
  async t => {
    const existing = await freshDatabase(t, 'sqlite');
    const appliance = await startAppliance(t, {existing});
    const send = async (body: object) => {
      const answer = await fetch(`${appliance.base}/api/host/keys`, {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body: JSON.stringify(body),
      });
      return {status: answer.status, body: (await answer.json()) as {error?: {code: string}}};
    };
    const at = new Date().toISOString();
    const proof = keysOrderProof(hostKey(existing.master), 'state', at);
    for (const forged of [
      {act: 'state', at, proof: 'x'.repeat(43)},
      {act: 'rotate', at, proof},
      {act: 'state', at: new Date(Date.now() - 120_000).toISOString(), proof},
    ])
      t.is((await send(forged)).body.error?.code, 'keys.not_the_host');
    t.is((await send({act: 'destroy', at, proof})).status, 400);
    t.is((await send({act: 'state', at, proof})).status, 200);
    t.is((await send({act: 'state', at, proof})).status, 403, 'once');
  },
);

test.serial(
  'on the host: rotate while it runs, then stopped: the file’s key, another master key, a copy put back',
  async t => {
    const {directory, master} = await freshDatabase(t, 'sqlite');
    const keyFile = join(temporaryDirectory(t), 'first.key');
    writeFileSync(keyFile, master.toString('base64'), {mode: 0o600});
    const port = await freePort();
    const environment = {
      CROWLIT_DATA_DIRECTORY: directory,
      CROWLIT_PORT: port,
      CROWLIT_MASTER_KEY_FILE: keyFile,
    };
    const nothing = await crowlit(t, environment, 'keys', 'rotate');
    t.is(nothing.code, 1);
    t.regex(nothing.errors, /config\.no_data/);

    const appliance = await startAppliance(t, {
      existing: {directory, database: 'sqlite', master},
      environment: {CROWLIT_PORT: port},
    });
    const rotated = await crowlit(t, environment, 'keys', 'rotate');
    t.is(rotated.code, 0, rotated.errors);
    t.regex(rotated.out, /The wrapping key was changed; the old one is destroyed\./);
    const ordered = await crowlit(t, environment, 'keys', 'rotate-file');
    t.is(ordered.code, 0, ordered.errors);
    const refused = await crowlit(
      t,
      environment,
      'keys',
      'change-master',
      '--to',
      join(directory, 'next.key'),
    );
    t.is(refused.code, 1);
    t.regex(refused.errors, /storage\.in_use/);
    const findings = await crowlit(t, environment, 'doctor');
    t.regex(findings.out, /Keys: The wrapping key is 0 days old; the key store was copied on/);
    const visitor = await appliance.visitor();
    await visitor.say('Hello before everything');
    await appliance.stop();

    const state = await crowlit(t, environment, 'keys', 'state', '--json');
    t.is(state.code, 0, state.errors);
    const view = JSON.parse(state.out) as KeysView;
    t.is(view.databaseFile?.ordered, null, 'this very start carried it out, in a thread the guard lets run');
    t.regex(state.errors, /the database file is copied under its new key/);

    const next = join(temporaryDirectory(t), 'second.key');
    t.is((await crowlit(t, environment, 'keys', 'change-master')).code, 2, 'to what?');
    const same = await crowlit(t, environment, 'keys', 'change-master', '--to', keyFile);
    t.regex(same.errors, /keys\.same_file/);
    const changed = await crowlit(t, environment, 'keys', 'change-master', '--to', next);
    t.is(changed.code, 0, changed.errors);
    t.regex(changed.errors, /A master key was made/);
    const old = await crowlit(t, environment, 'keys', 'state');
    t.regex(old.errors, /storage\.wrong_key/);
    const fresh = {...environment, CROWLIT_MASTER_KEY_FILE: next};
    const copied = await crowlit(t, fresh, 'keys', 'copy');
    t.is(copied.code, 0, copied.errors);

    rmSync(join(directory, 'keys/key-store.sqlite'));
    const folder = join(directory, 'keys/backups');
    const newest = readdirSync(folder).toSorted().at(-1) as string;
    const wrong = await crowlit(t, environment, 'keys', 'restore', join(folder, newest));
    t.regex(wrong.errors, /storage\.copy_other_master/);
    t.false(existsSync(join(directory, 'keys/key-store.sqlite')), 'nothing was made');
    const back = await crowlit(t, fresh, 'keys', 'restore', join(folder, newest));
    t.is(back.code, 0, back.errors);
    t.regex(back.out, /^\d+ keys are back, 0 were there/);
    const again = await startAppliance(t, {
      existing: {directory, database: 'sqlite', master: Buffer.from(readFileSync(next, 'utf8'), 'base64')},
      setUp: false,
    });
    const {conversations} = await (await signIn(again.base, administrator)).call<{conversations: unknown[]}>(
      'GET',
      '/api/agent/conversations',
    );
    t.is(conversations.length, 1);
    await settled(again);
    const log = await actions(again);
    for (const action of ['keys.wrapping_changed', 'keys.file_changed', 'keys.master_changed'])
      t.true(log.includes(action), action);
    t.true(setupAnswers.company.length > 0);
  },
);

test.serial('Node is refused what opens its memory', t => {
  for (const flag of [
    '--inspect',
    '--inspect-brk=0',
    '--abort_on_uncaught_exception',
    '--heapsnapshot-signal=SIGUSR2',
  ])
    t.throws(() => refuseOpenings([flag], undefined), {message: /can be read out of memory/}, flag);
  t.throws(() => refuseOpenings([], '--max-old-space-size=100 --inspect=127.0.0.1:9229'));
  t.notThrows(() => refuseOpenings(['--disable-sigusr1', '--max-old-space-size=100'], '--use-system-ca'));
});

test.serial('no signal opens a debugger, and a crash leaves no key on disk', async t => {
  const directory = temporaryDirectory(t);
  const canary = 'Zyxomma-Petiolatum-in-memory';
  const script = join(directory, 'crash.ts');
  const hardening = join(import.meta.dirname, '../../appliance/hardening.ts');
  writeFileSync(
    script,
    `const {restrainProcess} = await import(process.argv[2]);
     if (process.argv[3] === 'restrained') restrainProcess();
     globalThis.kept = Buffer.alloc(1_000_000, ${JSON.stringify(canary)});
     process.kill(process.pid, 'SIGUSR1');
     setTimeout(() => process.abort(), 300);`,
  );
  const crash = async (how: string) => {
    const place = temporaryDirectory(t);
    const child = spawn(
      '/bin/sh',
      ['-c', 'ulimit -c unlimited; exec "$0" "$@"', process.execPath, script, hardening, how],
      {
        cwd: place,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    await once(child, 'close');
    const found = readdirSync(place).some(name => readFileSync(join(place, name)).includes(canary));
    return {debugger: errors.includes('Debugger listening'), found};
  };
  const open = await crash('open');
  t.true(open.debugger, 'this is what happens otherwise');
  if (!open.found) t.log('LEFT OUT: this host writes core dumps elsewhere, so that none can be looked into');
  t.deepEqual(await crash('restrained'), {debugger: false, found: false});
});

test.serial('the doctor tells core dumps and swap by what the kernel says', t => {
  const kernel = (files: Record<string, string>) => (file: string) => files[file];
  const limits = (size: string) =>
    `Limit  Soft Limit  Hard Limit  Units\nMax core file size        ${size}                    unlimited            bytes`;
  const dumps = (filter: string, size: string, pattern: string) =>
    coreDumps(
      kernel({
        '/proc/self/coredump_filter': filter,
        '/proc/self/limits': limits(size),
        '/proc/sys/kernel/core_pattern': pattern,
      }),
    ).severity;
  t.is(dumps('00000000', 'unlimited', 'core'), 'ok');
  t.is(dumps('00000033', '0', 'core'), 'ok');
  t.is(dumps('00000033', 'unlimited', 'core'), 'attention');
  t.is(dumps('00000033', '0', '|/usr/lib/systemd/systemd-coredump'), 'attention', 'a pipe ignores the limit');
  const header = 'Filename Type Size Used Priority';
  const swapped = (files: Record<string, string>) => swap(kernel(files)).severity;
  t.is(swapped({'/proc/swaps': header}), 'ok');
  t.is(swapped({}), 'attention');
  t.is(swapped({'/proc/swaps': `${header}\n/dev/sda2 partition 1 0 -2`}), 'attention');
  t.is(
    swapped({
      '/proc/swaps': `${header}\n/dev/dm-1 partition 1 0 -2`,
      '/sys/block/dm-1/dm/uuid': 'CRYPT-PLAIN-swap',
    }),
    'ok',
  );
  t.is(
    swapped({'/proc/swaps': `${header}\n/dev/dm-1 partition 1 0 -2`, '/sys/block/dm-1/dm/uuid': 'LVM-x'}),
    'attention',
  );
  t.is(swapped({'/proc/swaps': `${header}\n/dev/zram0 partition 1 0 -2`}), 'ok');
  t.is(
    swapped({
      '/proc/swaps': `${header}\n/dev/zram0 partition 1 0 -2`,
      '/sys/block/zram0/backing_dev': '/dev/sda',
    }),
    'attention',
  );
  t.is(
    swapped({
      '/proc/swaps': `${header}\n/dev/sda2 partition 1 0 -2`,
      '/proc/self/cgroup': '0::/system.slice/crowlit.service',
      '/sys/fs/cgroup/system.slice/crowlit.service/memory.swap.max': '0',
    }),
    'ok',
  );
});
