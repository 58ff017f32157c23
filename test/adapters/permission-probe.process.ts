/** Runs under the inference process's very arguments and tries what those must forbid. One JSON object on stdout. */
import {execFileSync} from 'node:child_process';
import {createSocket} from 'node:dgram';
import {lookup} from 'node:dns/promises';
import {readFileSync, writeFileSync} from 'node:fs';
import {connect, createServer} from 'node:net';
import {join} from 'node:path';
import {Worker} from 'node:worker_threads';

const [modelPath = '', port = '0'] = process.argv.slice(2);
const settled = async (attempt: () => unknown): Promise<string> => {
  // Some refusals are thrown from a later tick, where nobody can catch them.
  const thrownLater = Promise.withResolvers<never>();
  process.setUncaughtExceptionCaptureCallback(thrownLater.reject);
  try {
    await Promise.race([attempt(), thrownLater.promise]);
    return 'allowed';
  } catch (error) {
    const {code, cause} = error as {code?: string; cause?: {code?: string}};
    return code === 'ERR_ACCESS_DENIED' || cause?.code === 'ERR_ACCESS_DENIED' ? 'denied' : String(error);
  } finally {
    process.setUncaughtExceptionCaptureCallback(null);
  }
};
const event = (
  emitter: {once: (name: string, listener: (value: unknown) => void) => unknown},
  good: string,
): Promise<void> =>
  new Promise((resolve, reject) => {
    emitter.once(good, () => resolve());
    emitter.once('error', reject);
  });

const attempts: Record<string, () => unknown> = {
  net: () => event(connect(Number(port), '127.0.0.1'), 'connect'),
  listen: () => event(createServer().listen(0, '127.0.0.1'), 'listening'),
  dgram: async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await event(socket, 'listening');
  },
  dns: () => lookup('localhost'),
  fetch: () => fetch(`http://127.0.0.1:${port}/`),
  child: () => execFileSync('/bin/true'),
  worker: () => event(new Worker('0', {eval: true}), 'online'),
  passwd: () => readFileSync('/etc/passwd'),
  environ: () => readFileSync('/proc/self/environ'),
  neighbour: () => readFileSync(join(modelPath, '..', 'neighbour.txt')),
  write: () => writeFileSync(join(modelPath, '..', 'written.txt'), 'x'),
  overwrite: () => writeFileSync(modelPath, 'x'),
};

const outcome: Record<string, string> = {model: await settled(() => readFileSync(modelPath))};
for (const [name, attempt] of Object.entries(attempts)) outcome[name] = await settled(attempt);
process.stdout.write(JSON.stringify({outcome, environment: Object.keys(process.env).sort()}));
process.exit(0);
