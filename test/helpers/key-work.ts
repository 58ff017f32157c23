import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {compileCache} from './start.ts';

const entry = fileURLToPath(new URL('./key-work.process.ts', import.meta.url));
type Place = {directory: string; database: string; master: Buffer};

/** Runs the act; killed so many milliseconds after it began, unless it is done before. True: it came to its end. */
export const keyWork = async (
  act: 'rotate' | 'open' | 'master' | 'copy',
  place: Place,
  options: {killAfter?: number; to?: Buffer} = {},
): Promise<boolean> => {
  const order = {
    act,
    directory: place.directory,
    database: place.database,
    master: place.master.toString('base64'),
    ...(options.to === undefined ? {} : {to: options.to.toString('base64')}),
  };
  const child = spawn(process.execPath, [entry, JSON.stringify(order)], {
    env: {PATH: process.env['PATH'] ?? '', ...compileCache},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaint = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (options.killAfter !== undefined && said.includes('began'))
      timer ??= setTimeout(() => child.kill('SIGKILL'), options.killAfter);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(timer);
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the key work failed: ${complaint.slice(-2000)}`);
  return said.includes('done');
};
