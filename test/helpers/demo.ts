import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {createInterface} from 'node:readline';

const root = resolve(import.meta.dirname, '../..');
export type DemoPerson = {role: string; email: string; password: string};

/** `crowlit demo` (or `serve`) as its own process on a free port, with a data directory that goes with it. */
export const startCommand = async (command: 'demo' | 'serve', settings: Record<string, string> = {}) => {
  const directory = mkdtempSync(join(tmpdir(), 'crowlit-demo-'));
  const key = join(directory, 'master.key');
  writeFileSync(key, `${randomBytes(32).toString('base64')}\n`, {mode: 0o600});
  const child = spawn(process.execPath, [join(root, 'appliance/main.ts'), command], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      CROWLIT_DATA_DIRECTORY: join(directory, 'data'),
      CROWLIT_MASTER_KEY_FILE: key,
      CROWLIT_PORT: '0',
      CROWLIT_LOG_LEVEL: 'error',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  // a script that breaks off leaves nothing running
  const along = () => child.kill('SIGTERM');
  process.once('exit', along);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    process.off('exit', along);
    rmSync(directory, {recursive: true, force: true});
  };
  const people: DemoPerson[] = [];
  const address = new Promise<string>((found, lost) => {
    createInterface({input: child.stdout}).on('line', line => {
      const [, role, email, password] = /^(administrator|agent)\s+(\S+)\s+(\S+)$/.exec(line) ?? [];
      if (role && email && password) people.push({role, email, password});
      else if (/^https?:\/\/\S+$/.test(line)) found(line);
    });
    void exited.then(([code, signal]) => lost(new Error(`crowlit ${command} ended with ${code ?? signal}`)));
  });
  try {
    const url = await address;
    return {base: new URL(url).origin, url, people, stop};
  } catch (error) {
    rmSync(directory, {recursive: true, force: true});
    throw error;
  }
};
