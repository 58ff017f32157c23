/** One WebSocket for all conversations, for as long as the inbox lives: back-off with jitter, heartbeat, no word of a socket given up. */
import type {AgentFrame, ToAgent} from '../../appliance/features/conversations/protocol.ts';

/** 0.5 s doubling to 15 s, half of it random, so that a restarted server is not met by everyone at once. */
export const backOff = (attempt: number, random: number): number => {
  const full = Math.min(15_000, 500 * 2 ** attempt);
  return Math.round(full / 2 + (full / 2) * random);
};

export type SocketDeps = {
  url: () => string;
  onFrame: (frame: ToAgent) => void;
  /** `retryAt`: when it tries again, in epoch milliseconds. */
  onDown: (retryAt: number) => void;
  /** The session is over: signing in comes before the next attempt. */
  onSignedOut: () => void;
  /** Trying again cannot help. */
  onRefused: (code: number) => void;
};

const refusals = new Set([4400, 4403, 4409, 1009]);
const pingEvery = 25_000;
const patience = 10_000;

export const createInboxSocket = (deps: SocketDeps) => {
  let socket: WebSocket | null = null;
  let attempt = 0;
  let up = false;
  let stopped = true;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let beat: ReturnType<typeof setTimeout> | undefined;

  /** Lets go of the socket first, so that nothing it still says is heard. */
  const drop = (): void => {
    clearTimeout(beat);
    clearTimeout(retry);
    const old = socket;
    socket = null;
    up = false;
    old?.close();
  };
  const lost = (code: number): void => {
    const wasUp = up;
    drop();
    if (stopped) return;
    if (code === 4401 || refusals.has(code)) {
      stopped = true;
      return code === 4401 ? deps.onSignedOut() : deps.onRefused(code);
    }
    if (wasUp) attempt = 0;
    // 4429: the rate window is ten seconds. A line that was good until now is tried again soon.
    const delay = code === 4429 ? 10_000 + 1_000 * Math.random() : backOff(attempt, Math.random());
    attempt++;
    retry = setTimeout(open, delay);
    deps.onDown(Date.now() + delay);
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
    drop();
    stopped = false;
    const mine = new WebSocket(deps.url());
    socket = mine;
    listenFor(patience, () => lost(1006));
    mine.onopen = () => mine === socket && mine.send('{"type":"hello"}');
    mine.onclose = ({code}) => mine === socket && lost(code);
    mine.onmessage = ({data}) => {
      if (mine !== socket) return;
      let frame: ToAgent;
      try {
        frame = JSON.parse(String(data)) as ToAgent;
      } catch {
        return; // not ours: a middlebox
      }
      if (frame.type === 'welcome') up = true;
      if (up) listenFor(pingEvery, ping);
      deps.onFrame(frame);
    };
  };

  return {
    open,
    /** False: nobody is there, keep it. */
    send: (frame: AgentFrame): boolean => {
      if (!up || socket?.readyState !== 1) return false;
      socket.send(JSON.stringify(frame));
      return true;
    },
    /** The network is back, or the page is looked at again: no reason to wait out the back-off. */
    wake: (): void => {
      if (stopped) return;
      if (!socket) open();
      else if (up) ping();
    },
    stop: (): void => {
      stopped = true;
      drop();
    },
  };
};
export type InboxSocket = ReturnType<typeof createInboxSocket>;
