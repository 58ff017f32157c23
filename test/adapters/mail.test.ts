import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import {createServer, type AddressInfo, type Socket} from 'node:net';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import * as fc from 'fast-check';
import type {Letter} from '../../appliance/adapters/mail/contract.ts';
import {compose} from '../../appliance/adapters/mail/smtp/compose.ts';
import {createSmtp, type SmtpSettings} from '../../appliance/adapters/mail/smtp/index.ts';
import {
  createEgress,
  type Destination,
  type EgressAttempt,
  type TunnelTls,
} from '../../appliance/egress/index.ts';
import {systemClock} from '../../appliance/kit/clock.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {temporaryDirectory} from '../helpers/databases.ts';
import {headersOf, type SmtpServer, startSmtpServer} from '../helpers/smtp-server.ts';

const letter = (changes: Partial<Letter> = {}): Letter => ({
  messageId: '0198c0de-0000-7000-8000-000000000001@example.com',
  date: '2026-03-02T09:30:00.000Z',
  from: {name: 'Example Bank', address: 'no-reply@example.com'},
  to: {name: 'Jana Muster', address: 'jana@example.com'},
  subject: 'An invitation',
  text: 'Hello Jana,\n\n.a line that begins with a dot\n',
  html: '<p>Hello Jana</p>',
  ...changes,
});

type Way = {
  port: number;
  tls?: TunnelTls;
  authority?: string | null;
  host?: string;
  login?: SmtpSettings['login'];
  destination?: Partial<Destination>;
  total?: number;
  /** Another program in place of the broker. */
  entry?: string;
};

/** The real adapter over the real broker. */
const mailer = (t: ExecutionContext, way: Way) => {
  const attempts: EgressAttempt[] = [];
  const destination: Destination = {
    id: 'mail',
    host: way.host ?? 'localhost',
    port: way.port,
    region: 'eu',
    purpose: 'mail',
    categories: ['D1'],
    state: 'in_force',
    private: true,
    plain: false,
    ...way.destination,
  };
  const egress = createEgress({
    region: 'eu',
    destinations: async () => [destination],
    onAttempt: attempt => void attempts.push(attempt),
    log: createLogger('silent'),
    clock: systemClock,
    ...(way.entry === undefined ? {} : {entry: way.entry}),
  });
  t.teardown(() => egress.close());
  const {send} = createSmtp(
    {login: way.login ?? null},
    {
      open: async () => {
        // a busy machine takes its time to start one
        await egress.ready();
        return egress.tunnel({
          destination: 'mail',
          purpose: 'mail',
          tls: way.tls ?? 'starttls',
          authority: way.authority ?? null,
          timeouts: {connect: 30_000, total: way.total ?? 30_000},
        });
      },
    },
  );
  return {send, attempts, egress};
};
const to = ({port, certificate}: SmtpServer, changes: Partial<Way> = {}): Way => ({
  port,
  authority: certificate,
  ...changes,
});

for (const tls of ['starttls', 'implicit'] as const) {
  test.serial(
    `${tls}: a letter arrives under TLS, with who it is from and what a machine says of itself`,
    async t => {
      const login = {user: 'crowlit', password: 'a pass: word with ümlauts'};
      const server = await startSmtpServer(t, {tls, login});
      const {send, attempts} = mailer(t, to(server, {tls, login}));
      t.deepEqual(await send(letter()), {ok: true, status: 250});
      const [got] = server.received;
      const headers = headersOf(got?.raw ?? '');
      t.like(got, {from: 'no-reply@example.com', to: 'jana@example.com'});
      t.is(headers.get('message-id'), '<0198c0de-0000-7000-8000-000000000001@example.com>');
      t.is(headers.get('auto-submitted'), 'auto-generated');
      t.is(headers.get('from'), 'Example Bank <no-reply@example.com>');
      t.regex(headers.get('date') ?? '', /02 Mar 2026 09:30:00/);
      t.regex(got?.raw ?? '', /^\.a line that begins with a dot/m, 'dots are doubled on the way, and undone');
      t.regex(got?.raw ?? '', /Content-Type: text\/html/);
      t.is(attempts.length, 1);
      t.like(attempts[0], {outcome: 'allowed', purpose: 'mail', host: 'localhost', port: server.port});
      t.true((attempts[0]?.bytesOut ?? 0) > 500);
    },
  );
}

test.serial(
  'without TLS, or with a certificate nobody vouches for, not a word of the letter is said',
  async t => {
    const none = await startSmtpServer(t, {tls: 'none', login: {user: 'crowlit', password: 'secret'}});
    const other = await startSmtpServer(t, {names: ['mail.example.org']});
    const good = await startSmtpServer(t);
    const clear = await startSmtpServer(t, {tls: 'starttls'});
    const login = {user: 'crowlit', password: 'secret'};
    const ways: Record<string, Way> = {
      'no STARTTLS': to(none, {login}),
      'a certificate for another name': to(other),
      'an authority that nobody trusts': {port: good.port},
      'a server that begins in the clear where TLS was meant': to(clear, {tls: 'implicit'}),
    };
    for (const [name, way] of Object.entries(ways)) {
      const {send, attempts} = mailer(t, way);
      const result = await send(letter());
      t.like(result, {ok: false, error: {code: 'mail.tls', permanent: false}}, name);
      t.like(attempts[0], {outcome: 'failed', reason: 'tls_failed'}, name);
    }
    for (const server of [none, other, good, clear]) t.is(server.received.length, 0);
  },
);

/** A server of bare lines, for what no honest one says. */
const listen = async (t: ExecutionContext, serve: (socket: Socket, heard: string[]) => void) => {
  const heard: string[] = [];
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    serve(socket, heard);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return {port: (server.address() as AddressInfo).port, heard};
};

test.serial('what is put before TLS is not heard as if under it', async t => {
  const {port, heard} = await listen(t, (socket, lines) => {
    socket.write('220 mail.example.com\r\n');
    socket.on('data', chunk => {
      lines.push(chunk.toString());
      if (chunk.toString().startsWith('EHLO')) socket.write('250-mail.example.com\r\n250 STARTTLS\r\n');
      else socket.write('220 go on\r\n250 AUTH PLAIN\r\n');
    });
  });
  const {send} = mailer(t, {port});
  t.like(await send(letter()), {ok: false, error: {code: 'mail.tls'}});
  t.deepEqual(heard, ['EHLO [127.0.0.1]\r\n', 'STARTTLS\r\n']);
});

test.serial(
  'a server that is silent, hangs up, or floods costs a bounded time and names no secret',
  async t => {
    const silent = await listen(t, () => undefined);
    const rude = await listen(t, socket => socket.destroy());
    const flood = await listen(t, socket => {
      const more = (): void => {
        while (socket.writable && socket.write('220-and more\r\n'.repeat(1000)));
      };
      socket.on('drain', more);
      more();
    });
    const away = await listen(t, socket => socket.end('554 no SMTP service here\r\n'));
    const code = async (way: Way) => {
      const result = await mailer(t, way).send(letter());
      return result.ok ? 'sent' : result.error.code;
    };
    t.is(await code({port: silent.port, total: 500}), 'mail.timeout');
    t.is(await code({port: rude.port}), 'mail.unreachable');
    t.is(await code({port: flood.port}), 'mail.tls');
    t.is(await code({port: away.port}), 'mail.unreachable');
    t.is(await code({port: 1}), 'mail.unreachable');
  },
);

test.serial('each refusal is told for what it is, without the words that name the address', async t => {
  const login = {user: 'crowlit', password: 'right'};
  const server = await startSmtpServer(t, {login});
  const {send} = mailer(t, to(server, {login}));
  const refusals = [
    [{at: 'RCPT', status: 550, text: '5.1.1 <jana@example.com> unknown'}, 'mail.bounced', true],
    [{at: 'RCPT', status: 451, text: '4.7.1 jana@example.com is greylisted'}, 'mail.deferred', false],
    [{at: 'DATA', status: 554, text: '5.7.1 jana@example.com says spam'}, 'mail.bounced', true],
    [{at: 'DATA', status: 452}, 'mail.deferred', false],
    [{at: 'MAIL', status: 553, text: 'jana@example.com'}, 'mail.refused', false],
  ] as const;
  for (const [how, code, permanent] of refusals) {
    server.misbehave(how);
    const result = await send(letter());
    t.like(result, {ok: false, error: {code, permanent, status: how.status}});
    t.notRegex(JSON.stringify(result), /jana|greylisted|spam|crowlit|right/);
  }
  const wrong = await mailer(t, to(server, {login: {...login, password: 'wrong-word'}})).send(letter());
  t.like(wrong, {ok: false, error: {code: 'mail.auth', permanent: false, status: 535}});
  t.notRegex(JSON.stringify(wrong), /wrong-word|crowlit/);
  t.is(server.received.length, 0);
});

test.serial('an answer that is missing is no failure of the letter: it may have arrived', async t => {
  const server = await startSmtpServer(t);
  const {send} = mailer(t, to(server, {total: 4000}));
  for (const how of ['drops after DATA', 'hangs after DATA'] as const) {
    server.misbehave(how);
    t.like(await send(letter()), {ok: false, error: {code: 'mail.unconfirmed', permanent: false}}, how);
  }
  t.deepEqual(await send(letter()), {ok: true, status: 250});
  t.is(new Set(server.received.map(({id}) => id)).size, 1, 'three times the same Message-ID');
});

test.serial(
  'a host that was not declared for mail, or lies outside, is refused before a packet leaves',
  async t => {
    const server = await startSmtpServer(t);
    const rows: Record<string, Partial<Destination>> = {
      unknown_destination: {id: 'another'},
      wrong_purpose: {purpose: 'crm_sync'},
      wrong_region: {region: 'us'},
      plain_refused: {plain: true},
      address_refused: {private: false},
    };
    for (const [reason, destination] of Object.entries(rows)) {
      const {send, attempts} = mailer(t, to(server, {destination}));
      t.like(await send(letter()), {ok: false, error: {code: 'mail.not_allowed'}}, reason);
      t.like(attempts[0], {outcome: 'denied', reason, bytesOut: 0}, reason);
    }
    t.is(server.sessions(), 0);
  },
);

test.serial(
  'a broker that answers nonsense, or dies under a letter, is told as one that is away',
  async t => {
    const folder = temporaryDirectory(t);
    const entry = join(folder, 'broker.process.ts');
    await writeFile(
      entry,
      `import {createServer} from 'node:http';
     createServer((request, response) => {
       request.resume();
       response.writeHead(request.url === '/settings' ? 200 : 400).end('{}');
     }).listen(process.argv[2], () => process.stdout.write('ready'));`,
    );
    const odd = await mailer(t, {port: 1, entry}).send(letter());
    t.like(odd, {ok: false, error: {code: 'mail.unreachable'}});

    const server = await startSmtpServer(t);
    const {send, attempts, egress} = mailer(t, to(server));
    server.misbehave('hangs after DATA');
    const sending = send(letter());
    await server.waitFor(1);
    process.kill(egress.status().pid ?? 0, 'SIGKILL');
    t.like(await sending, {ok: false, error: {code: 'mail.unconfirmed'}});
    t.like(attempts[0], {outcome: 'failed', reason: 'unavailable'});
  },
);

test.serial('no name, subject or address adds a header, a recipient or a command', async t => {
  const nasty = [
    'Jana\r\nBcc: eve@example.com',
    'Jana\nX-Injected: 1\n\nbody',
    'Jana" <eve@example.com>, "x',
    'J\u0000ana\u2028X-Injected: 1\u0085',
    'Übergrößenträgerin 日本語 🦆 '.repeat(12),
    'a'.repeat(5000),
    '=?utf-8?q?=0D=0ABcc:_eve@example.com?=',
  ];
  const server = await startSmtpServer(t);
  const {send} = mailer(t, to(server));
  for (const text of nasty) {
    const sent = letter({to: {name: text, address: 'jana@example.com'}, subject: text});
    t.like(await send(sent), {ok: true}, text.slice(0, 40));
  }
  for (const {raw, to: recipients} of server.received) {
    const headers = headersOf(raw);
    t.is(recipients, 'jana@example.com');
    t.false(headers.has('bcc') || headers.has('x-injected'));
    t.true(
      raw
        .slice(0, raw.indexOf('\r\n\r\n'))
        .split('\r\n')
        .every(line => line.length < 998),
    );
  }
  const before = server.sessions();
  for (const address of [
    'jana@example.com\r\nRCPT TO:<eve@example.com>',
    'jana@example.com> SIZE=1',
    'jana@example.com, eve@example.com',
    'jana@example.com (x)',
    'jana',
    '',
    `${'a'.repeat(300)}@example.com`,
  ]) {
    const result = await send(letter({to: {name: 'Jana', address}}));
    t.like(result, {ok: false, error: {code: 'mail.bounced', permanent: true}}, address);
  }
  t.is(server.sessions(), before, 'nobody was asked');
  t.like(await send(letter({to: {name: 'Ü', address: 'ümit@bücher.example'}})), {ok: true});

  await fc.assert(
    fc.asyncProperty(fc.string({unit: 'binary', maxLength: 200}), async text => {
      const raw = (
        await compose(letter({to: {name: text, address: 'jana@example.com'}, subject: text}))
      ).toString();
      const names = [...headersOf(raw).keys()].toSorted();
      return names.every(name =>
        [
          'auto-submitted',
          'content-type',
          'date',
          'from',
          'message-id',
          'mime-version',
          'subject',
          'to',
        ].includes(name),
      );
    }),
  );
});
