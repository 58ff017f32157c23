/**
 * npm run test:isolated -- [AVA's arguments]
 *
 * Runs tests in a network namespace that has nothing but loopback: what works there needs no network. Without arguments it
 * runs every test there is. Where such a namespace cannot be made it says so and exits 2; it is never
 * green without having shown that nothing outside can be reached.
 */
import {spawn, spawnSync} from 'node:child_process';
import {connect, createServer} from 'node:net';
import {networkInterfaces} from 'node:os';
import {fileURLToPath} from 'node:url';

const self = fileURLToPath(import.meta.url);
const repository = fileURLToPath(new URL('../', import.meta.url));
const ava = fileURLToPath(new URL('../node_modules/ava/entrypoints/cli.js', import.meta.url));
const inside = '--inside-the-namespace';

const giveUp = (why: string): never => {
  process.stderr.write(`The tests were not run in isolation: ${why}\n`);
  process.exit(2);
};

const run = (command: string, args: string[]): Promise<number> =>
  new Promise(resolve => {
    const child = spawn(command, args, {stdio: 'inherit', cwd: repository});
    // the terminal tells the whole group; who tells only this process means the tests, too
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
    child.once('error', error => giveUp(error.message));
    child.once('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 1));
  });

/** What became of a connection: `connected`, or the error's code. */
const attempt = (host: string, port: number): Promise<string> =>
  new Promise(resolve => {
    const socket = connect({host, port, timeout: 5000});
    const done = (outcome: string) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => done('connected'));
    socket.once('timeout', () => done('no answer'));
    socket.once('error', error => done('code' in error ? String(error.code) : error.message));
  });

/** Addresses for documentation: nobody answers there, so only the lack of a way says ENETUNREACH, and at once. */
const outsideWorld: [host: string, port: number][] = [
  ['198.51.100.7', 443],
  ['2001:db8::7', 443],
];
const noWay = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

const proveIsolation = async (): Promise<void> => {
  const others = Object.keys(networkInterfaces()).filter(name => name !== 'lo');
  if (others.length > 0) giveUp(`besides loopback there is ${others.join(', ')}.`);
  for (const [host, port] of outsideWorld) {
    const outcome = await attempt(host, port);
    if (!noWay.has(outcome))
      giveUp(`a connection to ${host} met "${outcome}" where there should be no way at all.`);
    process.stdout.write(`isolated: ${host}:${port} ${outcome}\n`);
  }
  const server = createServer(socket => socket.end()).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const outcome = await attempt('127.0.0.1', (server.address() as {port: number}).port);
  server.close();
  if (outcome !== 'connected') giveUp(`loopback does not work (${outcome}).`);
};

const everything = ['test/**/*.test.ts'];

const runInside = async (user: string, group: string, args: string[]): Promise<number> => {
  const up = spawnSync('ip', ['link', 'set', 'lo', 'up'], {encoding: 'utf8'});
  if (up.error) giveUp('`ip` is missing. Install it: apt-get install iproute2');
  if (up.status !== 0) giveUp(`loopback cannot be brought up (${up.stderr.trim()}).`);
  await proveIsolation();
  const test = [process.execPath, ava, ...(args.length > 0 ? args : everything)];
  // back to who started it: some servers refuse to run as root, even where root is only called so
  const [command = '', ...rest] =
    user === '0' ? test : ['unshare', '--user', `--map-user=${user}`, `--map-group=${group}`, '--', ...test];
  return run(command, rest);
};

const runOutside = async (args: string[]): Promise<number> => {
  const user = process.getuid?.() ?? 0;
  const group = process.getgid?.() ?? 0;
  const namespaces = user === 0 ? ['--net'] : ['--user', '--map-root-user', '--net'];
  const possible = spawnSync('unshare', [...namespaces, '--', 'true'], {encoding: 'utf8'});
  if (possible.error) giveUp('`unshare` is missing. Install it: apt-get install util-linux');
  if (possible.status !== 0) {
    giveUp(
      `this machine does not let this user make a network namespace (${possible.stderr.trim()}). Run it as root, or allow it: sysctl kernel.unprivileged_userns_clone=1`,
    );
  }
  return run('unshare', [
    ...namespaces,
    '--',
    process.execPath,
    self,
    inside,
    String(user),
    String(group),
    ...args,
  ]);
};

const [first, user = '0', group = '0', ...rest] = process.argv.slice(2);
process.exitCode =
  first === inside ? await runInside(user, group, rest) : await runOutside(process.argv.slice(2));
