import {type ChildProcess, spawn} from 'node:child_process';
import type {Readable} from 'node:stream';

export type Child = {
  /** Undefined when it never began. */
  pid: number | undefined;
  write: (text: string) => void;
  /** All of it, as fast as it is taken, and nothing after it. */
  feed: (source: Readable) => void;
  kill: (signal: 'SIGTERM' | 'SIGKILL') => void;
  /** Once, however it ended, and also when it never began. Never rejects. */
  ended: Promise<Ending>;
};
/** `passing`: it never began for lack of something this machine may have again in a moment. */
export type Ending = {why: string; passing: boolean};

const scarce = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);

const neverBegan = (error: unknown): Ending => {
  const {code = '', message} = error as NodeJS.ErrnoException;
  return {why: `it could not be started (${message})`, passing: scarce.has(code)};
};

/**
 * Starts a supervised child. A machine out of file descriptors, processes or memory gives a child without a process or
 * without pipes, or throws; here all of that is an ending like any other, so that who supervises tries again.
 */
export const startChild = (
  command: string,
  parameters: string[],
  options: {
    env: NodeJS.ProcessEnv;
    cwd?: string;
    onOutput: (text: string) => void;
    onComplaint: (text: string) => void;
  },
): Child => {
  const {onOutput, onComplaint, ...rest} = options;
  let child: ChildProcess;
  try {
    child = spawn(command, parameters, {...rest, stdio: ['pipe', 'pipe', 'pipe']});
  } catch (error) {
    const ended = Promise.resolve(neverBegan(error));
    return {pid: undefined, write: () => undefined, feed: () => undefined, kill: () => undefined, ended};
  }
  const {promise: ended, resolve} = Promise.withResolvers<Ending>();
  child.stdout?.setEncoding('utf8').on('data', onOutput);
  child.stderr?.setEncoding('utf8').on('data', onComplaint);
  // a write to a process that just died: its end says so
  child.stdin?.on('error', () => undefined);
  child.on('error', error => {
    if (child.pid === undefined) resolve(neverBegan(error));
  });
  child.once('close', (code, signal) => {
    resolve({why: `it ended with ${signal ?? code}`, passing: false});
  });
  return {
    pid: child.pid,
    write: text => child.stdin?.write(text),
    feed: source => {
      if (child.stdin) source.pipe(child.stdin);
    },
    kill: signal => child.kill(signal),
    ended,
  };
};
