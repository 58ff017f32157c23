import {type ChildProcess, spawn} from 'node:child_process';
import type {PointRequest} from '../adapters/llm/contract.ts';
import {inferenceArguments, inferenceEnvironment} from './arguments.ts';
import {type FromModel, fromModel, splitLines, type ToModel} from './protocol.ts';

/** One life of the inference process: from its start to its exit, no restarts. */
export type ModelProcess = {
  pid: number | undefined;
  ask: (id: number, request: PointRequest) => void;
  /** Ends it at once; native code in an endless loop hears nothing else. */
  kill: () => void;
  exited: Promise<void>;
};

export type ModelProcessEvents = {
  onMessage: (message: FromModel) => void;
  /** Once. `why` is for the log: exit code, signal, or what broke the protocol. */
  onGone: (why: string, stderr: string) => void;
};

const tailLength = 2000;

export const startModelProcess = (
  {nodePath, modelPath, threads}: {nodePath: string; modelPath: string; threads: number},
  {onMessage, onGone}: ModelProcessEvents,
): ModelProcess => {
  let reason: string | undefined;
  let tail = '';
  let gone = false;
  const exited = Promise.withResolvers<void>();
  const child: ChildProcess = spawn(nodePath, inferenceArguments({modelPath, threads}), {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: inferenceEnvironment(),
  });
  const kill = (why?: string) => {
    reason ??= why;
    child.kill('SIGKILL');
  };
  const leave = (why: string) => {
    if (gone) return;
    gone = true;
    exited.resolve();
    onGone(reason ?? why, tail);
  };
  const receive = splitLines(
    line => {
      if (gone || reason !== undefined) return;
      try {
        onMessage(fromModel.parse(JSON.parse(line)));
      } catch {
        kill('it answered outside the protocol');
      }
    },
    () => kill('it answered without end'),
  );
  child.stdout?.setEncoding('utf8').on('data', receive);
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-tailLength);
  });
  // A write to a process that just died: its exit says so.
  child.stdin?.on('error', () => {});
  child.on('error', error => leave(`it could not be started (${error.message})`));
  child.on('close', (code, signal) => leave(signal ? `signal ${signal}` : `exit code ${code}`));
  return {
    pid: child.pid,
    ask: (id, request) => {
      const message: ToModel = {id, request};
      child.stdin?.write(`${JSON.stringify(message)}\n`);
    },
    kill: () => kill('it was ended by its supervisor'),
    exited: exited.promise,
  };
};
