/** One WebSocket at a time, for as long as the chat lives: back-off with jitter, heartbeat, and no word of a socket given up. */
import type {ToVisitor, VisitorFrame} from '../../features/conversations/protocol.ts';

/** 0.5 s doubling to 15 s, half of it random, so that a restarted server is not met by everyone at once. */
export const backOff = (attempt: number, random: number): number => {
  const full = Math.min(15_000, 500 * 2 ** attempt);
  return Math.round(full / 2 + (full / 2) * random);
};

export type ConnectionDeps = {
  url: string;
  hello: () => VisitorFrame & {type: 'hello'};
  /** `welcome` is the first one: the line is up. */
  onFrame: (frame: ToVisitor) => void;
  onDown: () => void;
  /** The token is not, or no longer, good: a new session is wanted before the next attempt. */
  onUnauthenticated: () => void;
  /** Trying again cannot help. */
  onRefused: (code: number) => void;
  random?: () => number;
  /** Milliseconds between pings, and for how long an answer, or the welcome, may take. */
  pingEvery?: number;
  patience?: number;
};
export type Connection = ReturnType<typeof createConnection>;

const refusals = new Set([4400, 4403, 4409, 1009]);

export const createConnection = (deps: ConnectionDeps) => {
  const {random = Math.random, pingEvery = 25_000, patience = 10_000} = deps;
  let socket: WebSocket | null = null;
  let attempt = 0;
  let up = false;
  let stopped = true;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let beat: ReturnType<typeof setTimeout> | undefined;

  const later = (delay: number) => {
    clearTimeout(retry);
    retry = setTimeout(open, delay);
  };
  /** Lets go of the socket first, so that nothing it still says is heard. */
  const drop = (): void => {
    clearTimeout(beat);
    const old = socket;
    socket = null;
    up = false;
    old?.close();
  };
  const lost = (code: number): void => {
    const wasUp = up;
    drop();
    if (stopped) return;
    if (wasUp) attempt = 0;
    deps.onDown();
    if (code === 4401) return deps.onUnauthenticated();
    if (refusals.has(code)) {
      stopped = true;
      return deps.onRefused(code);
    }
    // 4429: the rate window is ten seconds. A line that was good until now is tried again soon.
    later(code === 4429 ? 10_000 + 1_000 * random() : backOff(attempt, random()));
    attempt++;
  };
  const listenFor = (limit: number, then: () => void) => {
    clearTimeout(beat);
    beat = setTimeout(then, limit);
  };
  const ping = () => {
    socket?.send('{"type":"ping"}');
    // Networks die without a word; silence after a question is how one notices.
    listenFor(patience, () => lost(1006));
  };

  const open = (): void => {
    clearTimeout(retry);
    drop();
    stopped = false;
    const mine = new WebSocket(deps.url);
    socket = mine;
    listenFor(patience, () => lost(1006));
    mine.addEventListener('open', () => mine === socket && mine.send(JSON.stringify(deps.hello())));
    mine.addEventListener('close', ({code}) => mine === socket && lost(code));
    mine.addEventListener('message', ({data}) => {
      if (mine !== socket) return;
      let frame: ToVisitor;
      try {
        frame = JSON.parse(String(data)) as ToVisitor;
      } catch {
        return; // not ours: a middlebox
      }
      if (frame.type === 'welcome') up = true;
      if (up) listenFor(pingEvery, ping);
      deps.onFrame(frame);
    });
  };

  return {
    open,
    /** False: nobody is there, keep it. */
    send: (frame: VisitorFrame): boolean => {
      if (!up || socket?.readyState !== 1) return false;
      socket.send(JSON.stringify(frame));
      return true;
    },
    /** The network is back, or the page is looked at again: no reason to wait out the back-off. */
    wake: () => {
      if (stopped) return;
      if (!socket) open();
      else if (up) ping();
    },
    /** Begins again from `since`. */
    restart: () => {
      deps.onDown();
      open();
    },
    stop: () => {
      stopped = true;
      clearTimeout(retry);
      drop();
    },
  };
};
