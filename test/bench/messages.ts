/**
 * `npm run bench:messages -- [--json] [--database sqlite|postgres] [--rounds 5] [--quick]`
 * The product beside a bare hub that stores in the same kind of database at the same durability: in the same run,
 * interleaved, medians. Figures of one machine mean little by themselves; the ratios are what counts.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {setTimeout as rest} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import knex from 'knex';
import WebSocket from 'ws';
import {signIn} from '../helpers/clients.ts';
import {startPostgres} from '../helpers/postgres.ts';
import {administrator, compileCache, setupAnswers} from '../helpers/start.ts';

const {values: options} = parseArgs({
  options: {
    json: {type: 'boolean', default: false},
    quick: {type: 'boolean', default: false},
    database: {type: 'string', default: 'sqlite'},
    rounds: {type: 'string', default: '5'},
  },
});
const root = fileURLToPath(new URL('../../', import.meta.url));
const visitors = 50;
const idle = options.quick ? 200 : 2000;
const perVisitor = options.quick ? 40 : 1500;
/** Sent before the rate is measured, so that both programs are compiled: the first second would measure the compiler. */
const warmUp = options.quick ? 10 : 400;
const rounds = options.quick ? 1 : Number(options.rounds);
const window = 8;
const calmSeconds = options.quick ? 1 : 5;
const text = 'We are looking for card terminals for four clinics, about 250 people.';

type Pair = {
  send: (clientId: string, text: string) => void;
  onAck: (listener: (clientId: string) => void) => void;
  onSeen: (listener: (text: string) => void) => void;
};
type Server = {
  process: ChildProcess;
  base: string;
  coldStart: number;
  open: () => Promise<Pair[]>;
  idleVisitors: (count: number) => Promise<() => void>;
  stop: () => Promise<void>;
};

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const percentile = (numbers: number[], p: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor((numbers.length * p) / 100))] ??
  0;

const readKiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
/**
 * Resident memory of one process at rest, in KiB: read until it has hardly fallen for twelve seconds, for the garbage is
 * collected in idle time; a minute at most, for some kernels take idle pages away little by little.
 */
const residentKiB = async (pid: number): Promise<number> => {
  let least = readKiB(pid);
  for (let quiet = 0, waited = 0; quiet < 24 && waited < 120; quiet++, waited++) {
    await rest(500);
    const now = readKiB(pid);
    if (now < least - 512) quiet = -1;
    least = Math.min(least, now);
  }
  return least;
};

const launch = async (args: string[], environment: Record<string, string>) => {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: {PATH: process.env['PATH'] ?? '', ...compileCache, ...environment},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({input: child.stdout as NodeJS.ReadableStream}).on('line', one => {
      const found = /https?:\/\/\S+/.exec(one);
      if (found) resolve(found[0]);
    });
    child.once('exit', code => reject(new Error(`ended with ${code}`)));
  });
  const url = new URL(line);
  await fetch(`${url.origin}/health/live`).then(answer => answer.arrayBuffer());
  return {child, url, coldStart: performance.now() - started};
};

const stopChild = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGTERM');
  await once(child, 'exit');
};

const socketTo = async (url: string, headers: Record<string, string> = {}): Promise<WebSocket> => {
  const socket = new WebSocket(url, {headers, perMessageDeflate: false});
  await once(socket, 'open');
  return socket;
};

const databaseFor = async (directory: string): Promise<string> => {
  if (options.database === 'sqlite') return directory;
  const server = await startPostgres();
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const admin = knex({client: 'pg', connection: server.url('postgres'), pool: {min: 0, max: 1}});
  await admin.raw('create database ??', [name]);
  await admin.destroy();
  return server.url(name);
};

const startBare = async (directory: string): Promise<Server> => {
  const place = await databaseFor(directory);
  const {child, url, coldStart} = await launch(
    [join(root, 'test/bench/bare-hub.ts'), options.database, place],
    {},
  );
  const ws = url.origin.replace('http', 'ws');
  let room = 0;
  return {
    process: child,
    base: url.origin,
    coldStart,
    open: () =>
      Promise.all(
        Array.from({length: visitors}, async () => {
          const name = `room-${room++}`;
          const visitor = await socketTo(`${ws}/?room=${name}`);
          const agent = await socketTo(`${ws}/?room=${name}`);
          return {
            send: (clientId: string, said: string) => visitor.send(JSON.stringify({clientId, text: said})),
            onAck: (listener: (clientId: string) => void) => {
              visitor.on('message', data => {
                const frame = JSON.parse((data as Buffer).toString()) as {type: string; clientId: string};
                if (frame.type === 'ack') listener(frame.clientId);
              });
            },
            onSeen: (listener: (said: string) => void) => {
              agent.on('message', data =>
                listener((JSON.parse((data as Buffer).toString()) as {text: string}).text),
              );
            },
          };
        }),
      ),
    idleVisitors: async count => {
      const sockets: WebSocket[] = [];
      for (let index = 0; index < count; index++) sockets.push(await socketTo(`${ws}/?room=idle-${index}`));
      return () => sockets.forEach(socket => socket.terminate());
    },
    stop: () => stopChild(child),
  };
};

const startProduct = async (directory: string): Promise<Server> => {
  const place = await databaseFor(directory);
  const environment = {
    CROWLIT_DATA_DIRECTORY: join(directory, 'data'),
    CROWLIT_MASTER_KEY: randomBytes(32).toString('base64'),
    CROWLIT_PORT: '0',
    CROWLIT_LOG_LEVEL: 'error',
    CROWLIT_MODEL_PATH: join(directory, 'none.gguf'),
    CROWLIT_CHAT_MESSAGES_PER_TEN_SECONDS: '1000000',
    CROWLIT_CHAT_FRAMES_PER_TEN_SECONDS: '1000000',
    ...(options.database === 'sqlite' ? {} : {CROWLIT_DATABASE: place}),
    ...Object.fromEntries(
      ['SIGN_IN', 'VISITOR', 'AGENT', 'ADMIN', 'SOCKET', 'OTHER'].map(area => [
        `CROWLIT_REQUESTS_PER_MINUTE_${area}`,
        '10000000',
      ]),
    ),
  };
  const first = await launch([join(root, 'appliance/main.ts'), 'serve'], environment);
  const code = first.url.hash.slice('#code='.length);
  await fetch(`${first.url.origin}/api/setup`, {
    method: 'POST',
    headers: {'content-type': 'application/json', origin: first.url.origin},
    body: JSON.stringify({code, answers: setupAnswers}),
  });
  await stopChild(first.child);
  // a start with data is what an administrator waits for
  const {child, url, coldStart} = await launch([join(root, 'appliance/main.ts'), 'serve'], environment);
  const base = url.origin;
  const api = await signIn(base, administrator);
  const {sites} = await api.call<{sites: {id: string}[]}>('GET', '/api/admin/sites');
  const siteId = sites[0]?.id ?? '';
  const ws = base.replace('http', 'ws');
  const visitor = async (): Promise<{socket: WebSocket; conversationId: string}> => {
    const answer = await fetch(`${base}/api/visitor/sessions`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({siteId, locale: 'en', page: 'https://www.example.com/'}),
    });
    const session = (await answer.json()) as {token: string; conversationId: string};
    const socket = await socketTo(`${ws}/api/visitor/socket`, {origin: base});
    socket.send(JSON.stringify({type: 'hello', token: session.token, since: 1000}));
    await once(socket, 'message');
    return {socket, conversationId: session.conversationId};
  };
  return {
    process: child,
    base,
    coldStart,
    open: async () => {
      const agent = await socketTo(`${ws}/api/agent/socket`, {cookie: api.cookie, origin: base});
      agent.send('{"type":"hello"}');
      const seen = new Map<string, (said: string) => void>();
      agent.on('message', data => {
        const frame = JSON.parse((data as Buffer).toString()) as {
          type: string;
          conversationId: string;
          message?: {text: string; author: {kind: string}};
        };
        if (frame.type === 'message' && frame.message?.author.kind === 'visitor')
          seen.get(frame.conversationId)?.(frame.message.text);
      });
      return Promise.all(
        Array.from({length: visitors}, async () => {
          const {socket, conversationId} = await visitor();
          await api.call('POST', `/api/agent/conversations/${conversationId}/accept`);
          agent.send(JSON.stringify({type: 'watch', conversationId, since: 1000}));
          return {
            send: (clientId: string, said: string) =>
              socket.send(JSON.stringify({type: 'message', clientId, text: said})),
            onAck: (listener: (clientId: string) => void) => {
              socket.on('message', data => {
                const frame = JSON.parse((data as Buffer).toString()) as {type: string; clientId: string};
                if (frame.type === 'ack') listener(frame.clientId);
              });
            },
            onSeen: (listener: (said: string) => void) => void seen.set(conversationId, listener),
          };
        }),
      );
    },
    idleVisitors: async count => {
      const opened: WebSocket[] = [];
      for (let start = 0; start < count; start += 20) {
        const some = await Promise.all(Array.from({length: Math.min(20, count - start)}, visitor));
        opened.push(...some.map(({socket}) => socket));
      }
      return () => opened.forEach(socket => socket.terminate());
    },
    stop: () => stopChild(child),
  };
};

/** Every visitor keeps `window` messages on their way until all are acknowledged and seen by the agent. */
const flood = async (pairs: Pair[], each: number): Promise<number> => {
  const started = performance.now();
  await Promise.all(
    pairs.map(
      pair =>
        new Promise<void>(resolve => {
          const run = randomBytes(4).toString('hex');
          let sent = 0;
          let acked = 0;
          let seen = 0;
          const check = () => acked === each && seen === each && resolve();
          const push = () => {
            if (sent < each) pair.send(`${run}_${sent++}`, text);
          };
          pair.onSeen(() => {
            seen += 1;
            check();
          });
          pair.onAck(clientId => {
            if (!clientId.startsWith(run)) return;
            acked += 1;
            push();
            check();
          });
          for (let index = 0; index < window; index++) push();
        }),
    ),
  );
  return (visitors * each) / ((performance.now() - started) / 1000);
};

/** Everybody writes one message a second: how long until the agent sees it. */
const calm = async (pairs: Pair[]): Promise<number[]> => {
  const latencies: number[] = [];
  const total = pairs.length * calmSeconds;
  await new Promise<void>(resolve => {
    pairs.forEach((pair, who) => {
      const sentAt = new Map<string, number>();
      pair.onSeen(said => {
        const at = sentAt.get(said);
        if (at === undefined) return;
        latencies.push(performance.now() - at);
        if (latencies.length === total) resolve();
      });
      for (let second = 0; second < calmSeconds; second++) {
        setTimeout(
          () => {
            const said = `${who} ${second} ${text}`;
            sentAt.set(said, performance.now());
            pair.send(randomBytes(6).toString('hex'), said);
          },
          second * 1000 + (who * 1000) / pairs.length,
        );
      }
    });
  });
  return latencies;
};

type Figures = {
  rate: number;
  p50: number;
  p99: number;
  coldStart: number;
  idleKiB: number;
  perVisitorKiB: number;
};
const measure = async (start: (directory: string) => Promise<Server>): Promise<Figures> => {
  const directory = mkdtempSync(join(tmpdir(), 'crowlit-bench-'));
  const server = await start(directory);
  const pid = server.process.pid as number;
  const idleKiB = await residentKiB(pid);
  const pairs = await server.open();
  const latencies = await calm(pairs);
  await flood(pairs, warmUp);
  const rate = await flood(pairs, perVisitor);
  const before = await residentKiB(pid);
  const leave = await server.idleVisitors(idle);
  const perVisitorKiB = ((await residentKiB(pid)) - before) / idle;
  leave();
  await server.stop();
  rmSync(directory, {recursive: true, force: true});
  return {
    rate,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    coldStart: server.coldStart,
    idleKiB,
    perVisitorKiB,
  };
};

const results = {product: [] as Figures[], bare: [] as Figures[]};
for (let round = 0; round < rounds; round++) {
  results.bare.push(await measure(startBare));
  results.product.push(await measure(startProduct));
}
const middle = (list: Figures[]): Figures =>
  Object.fromEntries(
    (['rate', 'p50', 'p99', 'coldStart', 'idleKiB', 'perVisitorKiB'] as const).map(key => [
      key,
      median(list.map(one => one[key])),
    ]),
  ) as Figures;
const [product, bare] = [middle(results.product), middle(results.bare)];
const ratio = {rate: product.rate / bare.rate, p50: product.p50 / bare.p50, p99: product.p99 / bare.p99};

if (options.json) {
  process.stdout.write(
    `${JSON.stringify({database: options.database, rounds, visitors, idle, product, bare, ratio})}\n`,
  );
} else {
  const row = (name: string, unit: string, key: keyof Figures, goal: string, scale = 1) =>
    `${name.padEnd(28)}${(product[key] * scale).toFixed(1).padStart(10)}${(bare[key] * scale).toFixed(1).padStart(10)}  ${unit.padEnd(6)}${goal}`;
  process.stdout.write(
    [
      `${options.database}, ${visitors} visitors, ${rounds} rounds, medians       product      bare`,
      row('messages a second', '1/s', 'rate', `ratio ${ratio.rate.toFixed(2)}, goal at least 0.60`),
      row('delivery p50', 'ms', 'p50', `ratio ${ratio.p50.toFixed(2)}, goal at most 2`),
      row('delivery p99', 'ms', 'p99', `ratio ${ratio.p99.toFixed(2)}`),
      row('start to first answer', 'ms', 'coldStart', ''),
      row('memory, idle', 'MiB', 'idleKiB', 'goal under 150', 1 / 1024),
      row(`memory per idle visitor (${idle})`, 'KiB', 'perVisitorKiB', 'goal at most 16'),
      '',
    ].join('\n'),
  );
}
process.exit(0);
