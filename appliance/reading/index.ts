import {readFile} from 'node:fs/promises';
import type {Readable} from 'node:stream';
import {startChild} from '../kit/child.ts';
import {readingArguments, readingEnvironment} from './arguments.ts';
import {type ReadingAnswer, readingAnswer, type ReadingRefusal} from './contract.ts';

export {readingEntry} from './arguments.ts';

const longestAnswer = 32 * 1024 * 1024;
const lookEveryMs = 100;

/** Resident memory in bytes; 0 where it is gone already. */
const memoryOf = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
};

/**
 * Has one document read by a process of its own, started for it and gone with it. Whatever the document does there, the
 * answer is passages or a reason; it never rejects. V8's own limit holds for its heap alone, so all memory is watched here.
 */
export const readInProcess = async (
  document: Readable,
  options: {entry?: string; seconds?: number; memory?: number; nodePath?: string; signal?: AbortSignal} = {},
): Promise<ReadingAnswer> => {
  const {seconds = 60, memory = 1_000_000_000, nodePath = process.execPath} = options;
  let answer = '';
  let reason: ReadingRefusal | undefined;
  const end = (why: ReadingRefusal): void => {
    reason ??= why;
    child.kill('SIGKILL');
  };
  const child = startChild(nodePath, readingArguments(options.entry), {
    env: readingEnvironment(),
    onOutput: text => {
      answer += text;
      if (answer.length > longestAnswer) end('too_much_text');
    },
    onComplaint: () => undefined,
  });
  const {pid} = child;
  const patience = setTimeout(() => end('too_slow'), seconds * 1000);
  const watch = setInterval(() => {
    if (pid !== undefined) void memoryOf(pid).then(size => size > memory && end('too_hungry'));
  }, lookEveryMs);
  const stop = (): void => end('unreadable');
  options.signal?.addEventListener('abort', stop);
  document.on('error', stop);
  child.feed(document);
  const {passing} = await child.ended;
  clearTimeout(patience);
  clearInterval(watch);
  options.signal?.removeEventListener('abort', stop);
  document.destroy();
  if (reason) return {refused: reason};
  try {
    return readingAnswer.parse(JSON.parse(answer));
  } catch {
    // V8 ends a process whose heap is full, and nothing was said then
    return {refused: answer === '' && !passing ? 'too_hungry' : 'unreadable'};
  }
};
