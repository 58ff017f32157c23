import {rmSync} from 'node:fs';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type Child, startChild} from '../kit/child.ts';
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
  let child: Child | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pause = firstPause;
  let restarts = 0;
  let closing = false;

  const onEnded = (why: string, complaint: string, lived: number): void => {
    child = undefined;
    if (closing) return;
    const reason = complaint === '' ? why : `${why}: ${complaint}`;
    if (lived > healthy) pause = firstPause;
    log.error({reason, againInMs: pause}, 'the egress broker ended and is started again');
    restarts += 1;
    timer = setTimeout(start, pause);
    pause = Math.min(pause * 2, longestPause);
    onGone(reason);
  };

  const start = (): void => {
    // a broker that was killed leaves its socket file behind, and cannot remove it: it has no right to write
    rmSync(socket, {force: true});
    const began = Date.now();
    let complaint = '';
    const started = startChild(
      process.execPath,
      [
        '--permission',
        '--allow-net',
        `--allow-fs-read=${dirname(entry)}/`,
        // trusts what the host trusts, so that an organisation's own authority is installed in one place
        '--use-system-ca',
        '--disable-sigusr1',
        '--disable-warning=ExperimentalWarning',
        '--max-old-space-size=128',
        entry,
        socket,
        '--with-parent',
      ],
      {
        env: {},
        cwd: '/',
        onOutput: text => {
          if (!closing && text.includes('ready')) onListening();
        },
        onComplaint: text => {
          complaint = (complaint + text).slice(-2000);
        },
      },
    );
    child = started;
    void started.ended.then(({why}) => onEnded(why, complaint.trim(), Date.now() - began));
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
      last?.kill('SIGTERM');
      await last?.ended;
    },
  };
};
