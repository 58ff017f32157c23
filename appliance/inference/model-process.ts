import {type Ending, startChild} from '../kit/child.ts';
import {inferenceArguments, inferenceEnvironment} from './arguments.ts';
import {type FromModel, fromModel, splitLines, type ToModel} from './protocol.ts';

/** One life of the inference process: from its start to its exit, no restarts. */
export type ModelProcess = {
  pid: number | undefined;
  send: (message: ToModel) => void;
  /** Ends it at once; native code in an endless loop hears nothing else. */
  kill: () => void;
  exited: Promise<void>;
};

export type ModelProcessOptions = {
  nodePath: string;
  modelPath: string;
  threads: number;
  sequences: number;
  stateDirectory: string;
};

export type ModelProcessEvents = {
  onMessage: (message: FromModel) => void;
  /** Once. `why` is for the log: exit code, signal, or what broke the protocol. */
  onGone: (gone: Ending & {stderr: string}) => void;
};

const tailLength = 2000;

export const startModelProcess = (
  {nodePath, ...given}: ModelProcessOptions,
  {onMessage, onGone}: ModelProcessEvents,
): ModelProcess => {
  let reason: string | undefined;
  let tail = '';
  const kill = (why: string) => {
    reason ??= why;
    child.kill('SIGKILL');
  };
  const receive = splitLines(
    line => {
      if (reason !== undefined) return;
      try {
        onMessage(fromModel.parse(JSON.parse(line)));
      } catch {
        kill('it answered outside the protocol');
      }
    },
    () => kill('it answered without end'),
  );
  const child = startChild(nodePath, inferenceArguments(given), {
    env: inferenceEnvironment(),
    onOutput: receive,
    onComplaint: text => {
      tail = (tail + text).slice(-tailLength);
    },
  });
  const exited = child.ended.then(({why, passing}) => onGone({why: reason ?? why, passing, stderr: tail}));
  return {
    pid: child.pid,
    send: message => child.write(`${JSON.stringify(message)}\n`),
    kill: () => kill('it was ended by its supervisor'),
    exited,
  };
};
