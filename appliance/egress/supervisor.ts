import {type ChildProcess, spawn} from 'node:child_process';
import {rmSync} from 'node:fs';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Logger} from '../kit/logger.ts';

export const brokerEntry = fileURLToPath(new URL('./broker.process.ts', import.meta.url));

export type SupervisorDeps = {
  socket: string;
  entry: string;
  log: Logger;
  /** The broker listens, not yet configured. */
  onListening: () => void;
  onGone: (reason: string) => void;
};
export type Supervisor = {
  pid: () => number | null;
  restarts: () => number;
  /** Ends this broker so that a fresh one starts. */
  restart: () => void;
  close: () => Promise<void>;
};

const firstPause = 100;
const longestPause = 10_000;
/** A broker that lived this long was healthy: the next restart is quick again. */
const healthy = 30_000;

/** Keeps one broker running as a child, with pauses that double while it keeps dying. */
export const supervise = ({socket, entry, log, onListening, onGone}: SupervisorDeps): Supervisor => {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pause = firstPause;
  let restarts = 0;
  let closing = false;

  const start = (): void => {
    // a broker that was killed leaves its socket file behind, and cannot remove it: it has no right to write
    rmSync(socket, {force: true});
    const began = Date.now();
    const started = spawn(
      process.execPath,
      [
        '--permission',
        '--allow-net',
        `--allow-fs-read=${dirname(entry)}/`,
        // trusts what the host trusts, so that an organisation's own authority is installed in one place
        '--use-system-ca',
        '--disable-warning=ExperimentalWarning',
        '--max-old-space-size=128',
        entry,
        socket,
        '--with-parent',
      ],
      {env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'pipe']},
    );
    child = started;
    let complaint = '';
    started.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2000);
    });
    started.stdin.on('error', () => {});
    started.stdout.on('data', (chunk: Buffer) => {
      if (!closing && chunk.toString().includes('ready')) onListening();
    });
    started.on('error', error => {
      complaint += error.message;
    });
    started.once('close', (code, signal) => {
      if (child === started) child = undefined;
      if (closing) return;
      const reason = `ended with ${signal ?? code ?? 'an error'}${complaint === '' ? '' : `: ${complaint.trim()}`}`;
      if (Date.now() - began > healthy) pause = firstPause;
      log.error({reason, againInMs: pause}, 'the egress broker ended and is started again');
      onGone(reason);
      restarts += 1;
      timer = setTimeout(start, pause);
      pause = Math.min(pause * 2, longestPause);
    });
  };
  start();

  return {
    pid: () => child?.pid ?? null,
    restarts: () => restarts,
    restart: () => child?.kill('SIGKILL'),
    close: async () => {
      closing = true;
      clearTimeout(timer);
      const last = child;
      if (!last || last.exitCode !== null || last.signalCode !== null) return;
      const gone = new Promise(resolve => last.once('close', resolve));
      last.kill('SIGTERM');
      await gone;
    },
  };
};
