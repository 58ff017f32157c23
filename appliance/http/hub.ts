import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import {type RawData, type WebSocket, WebSocketServer} from 'ws';
import {AppError, isAppError} from '../kit/errors.ts';
import {newId} from '../kit/ids.ts';
import type {Logger} from '../kit/logger.ts';
import {addressKey, isOwnAddress} from '../kit/network.ts';
import type {SocketRoute} from '../kit/socket.ts';
import {createPlaces} from './places.ts';

export type HubLimits = {
  frameBytes: number;
  pendingBytes: number;
  pingSeconds: number;
  helloSeconds: number;
  messagesPerWindow: number;
  framesPerWindow: number;
  windowSeconds: number;
  /** Lines open at once: in all, from one address, of one session. */
  connections: number;
  connectionsPerAddress: number;
  connectionsPerSession: number;
};
export type CloseCodes = Record<
  | 'malformed'
  | 'unauthenticated'
  | 'originRefused'
  | 'tooSlow'
  | 'noHello'
  | 'tooLarge'
  | 'tooMany'
  | 'noRoom'
  | 'restarting',
  number
>;
type Frame = {type: string};
/** `missed`: pings since anything was last heard. */
type Peer = {socket: WebSocket; missed: number};

const noRoom = (): AppError =>
  new AppError(
    'too_many',
    'request.too_many_lines',
    'Too many lines are open at once. Close some and try again.',
  );

const clientIdOf = (frame: object): Record<string, string> => {
  const ids: Record<string, string> = {};
  for (const name of ['clientId', 'conversationId'] as const) {
    const value = (frame as Record<string, unknown>)[name];
    if (typeof value === 'string' && value.length <= 64) ids[name] = value;
  }
  return ids;
};

/** Mounts the rooms' sockets: one upgrade handler a path, with the limits and close codes of the protocol. */
export const createHub = (deps: {
  routes: readonly SocketRoute[];
  limits: HubLimits;
  closeCodes: CloseCodes;
  log: Logger;
}) => {
  const {limits, closeCodes, log} = deps;
  const peers = new Set<Peer>();
  const places = createPlaces();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    clientTracking: false,
  });

  const heartbeat = setInterval(() => {
    for (const peer of peers) {
      if (peer.missed >= 2) {
        peer.socket.terminate();
        continue;
      }
      peer.missed += 1;
      peer.socket.ping();
    }
  }, limits.pingSeconds * 1000);
  heartbeat.unref();

  const serve = (route: SocketRoute, socket: WebSocket, wire: Duplex, context: unknown): void => {
    const peer: Peer = {socket, missed: 0};
    peers.add(peer);
    let greeted = false;
    let corked = false;
    let hello: Promise<void> = Promise.resolve();
    let windowStart = 0;
    let frames = 0;
    let messages = 0;

    const sendNow = (frame: object | string): void => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > limits.pendingBytes) {
        // the code stands behind what waits: who reads on learns it, who does not is cut off by `ws` after 30 seconds
        socket.close(closeCodes.tooSlow, 'reads too slowly');
        return;
      }
      // what one commit has to say to this client goes out in one write
      if (!corked) {
        corked = true;
        wire.cork();
        process.nextTick(() => {
          corked = false;
          wire.uncork();
        });
      }
      socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    };
    /** Resolves once what was sent so far is on its way, or never will be. */
    const flushed = (): Promise<void> =>
      new Promise(resolve => {
        if (socket.readyState !== socket.OPEN || socket.bufferedAmount === 0) resolve();
        else socket.ping(undefined, false, () => resolve());
      });
    let leave: (() => void) | undefined;
    const belongsTo = (session: string): void => {
      if (socket.readyState !== socket.OPEN) return;
      leave = places.take(`session ${session}`, limits.connectionsPerSession);
      if (!leave) throw noRoom();
    };
    const handler = route.open(
      {send: sendNow, flushed, close: (code, reason) => socket.close(code, reason), belongsTo},
      context,
    );

    const refuse = (error: unknown, frame: object): void => {
      if (isAppError(error) && error.kind === 'unauthenticated') {
        socket.close(closeCodes.unauthenticated, error.code);
        return;
      }
      if (isAppError(error) && error.code === 'sites.origin_refused') {
        socket.close(closeCodes.originRefused, error.code);
        return;
      }
      if (isAppError(error) && error.code === noRoom().code) {
        socket.close(closeCodes.noRoom, error.code);
        return;
      }
      if (isAppError(error) && error.kind !== 'internal') {
        sendNow({type: 'error', code: error.code, message: error.message, ...clientIdOf(frame)});
        return;
      }
      const errorId = newId();
      log.error(
        {errorId, code: isAppError(error) ? error.code : 'unknown', err: error},
        'a frame could not be handled',
      );
      sendNow({
        type: 'error',
        code: 'internal',
        message: `Something went wrong here (${errorId}). Nothing you sent is lost: it will be sent again.`,
        ...clientIdOf(frame),
      });
    };

    const tooMany = (type: string): boolean => {
      const now = Date.now();
      if (now - windowStart > limits.windowSeconds * 1000) {
        windowStart = now;
        frames = 0;
        messages = 0;
      }
      frames += 1;
      if (frames > limits.framesPerWindow) {
        socket.close(closeCodes.tooMany, 'too many frames');
        return true;
      }
      // asking for a person stores a message, too
      if (type !== 'message' && type !== 'human') return false;
      messages += 1;
      return messages > limits.messagesPerWindow;
    };

    const receive = (data: RawData, binary: boolean): void => {
      peer.missed = 0;
      const raw = parse(data, binary);
      if (!raw) {
        socket.close(closeCodes.malformed, 'not a JSON object with a type');
        return;
      }
      if (tooMany(raw.type)) {
        if (socket.readyState === socket.OPEN) {
          sendNow({
            type: 'error',
            code: 'conversations.too_fast',
            message: 'That was very fast. Wait a moment and send it again.',
            ...clientIdOf(raw),
          });
        }
        return;
      }
      if (raw.type === 'ping') {
        sendNow('{"type":"pong"}');
        return;
      }
      const parsed = route.frame.safeParse(raw);
      if (!greeted && (raw.type !== 'hello' || !parsed.success)) {
        socket.close(closeCodes.noHello, 'the first frame must be hello');
        return;
      }
      if (!parsed.success) {
        const known = parsed.error.issues.every(issue => issue.code !== 'invalid_union');
        sendNow({
          type: 'error',
          code: known ? 'protocol.invalid_frame' : 'protocol.unknown_type',
          message: known
            ? `The frame ${raw.type} is not right: ${parsed.error.issues.map(issue => issue.path.join('.')).join(', ')}.`
            : 'This type of frame is not known.',
          ...clientIdOf(raw),
        });
        return;
      }
      const frame = parsed.data;
      if (!greeted) {
        greeted = true;
        clearTimeout(helloTimer);
        hello = handler.receive(frame).catch(error => {
          refuse(error, frame);
          // a line without a welcome is of no use to anybody: the client tries again with another
          if (socket.readyState === socket.OPEN) socket.close(closeCodes.restarting, 'no welcome');
        });
        return;
      }
      if (frame.type === 'hello') {
        sendNow({
          type: 'error',
          code: 'protocol.invalid_frame',
          message: 'The frame hello comes once, at the beginning.',
        });
        return;
      }
      // after the hello, work begins in the order of the frames and is not awaited: it may be committed in groups
      void hello.then(() => handler.receive(frame)).catch(error => refuse(error, frame));
    };

    const helloTimer = setTimeout(
      () => socket.close(closeCodes.noHello, 'no hello came'),
      limits.helloSeconds * 1000,
    );
    socket.on('message', receive);
    socket.on('pong', () => {
      peer.missed = 0;
    });
    socket.on('error', error => {
      const tooLarge = 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
      socket.close(
        tooLarge ? closeCodes.tooLarge : closeCodes.malformed,
        tooLarge ? 'frame too large' : 'malformed',
      );
    });
    socket.on('close', () => {
      clearTimeout(helloTimer);
      peers.delete(peer);
      leave?.();
      handler.closed();
    });
  };

  /** Held until the line is gone, from before anybody is asked who it is. */
  const takePlace = (route: SocketRoute, wire: Duplex, address: string): boolean => {
    const counted = route.countedByAddress && !isOwnAddress(address);
    const wanted: [key: string, most: number][] = [['all', limits.connections]];
    if (counted) wanted.push([`address ${addressKey(address)}`, limits.connectionsPerAddress]);
    for (const [key, most] of wanted) {
      const leave = places.take(key, most);
      if (!leave) return false;
      wire.once('close', leave);
    }
    return true;
  };

  const upgrades = deps.routes.map(route => ({
    path: route.path,
    handle: (request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void => {
      // gone while it waited for its turn: it would never give its place back
      if (socket.destroyed) return;
      if (!takePlace(route, socket, address)) {
        server.handleUpgrade(request, socket, head, ws => ws.close(closeCodes.noRoom, noRoom().code));
        return;
      }
      route.admit(request).then(
        context => server.handleUpgrade(request, socket, head, ws => serve(route, ws, socket, context)),
        (error: unknown) => {
          // the upgrade is made so that the client learns the reason from the close code; an HTTP status is not shown to it
          const kind = isAppError(error) ? error.kind : 'internal';
          const code =
            kind === 'forbidden'
              ? closeCodes.originRefused
              : kind === 'unauthenticated'
                ? closeCodes.unauthenticated
                : closeCodes.restarting;
          const reason = isAppError(error) ? error.code : 'refused';
          if (code === closeCodes.restarting)
            log.error({code: reason, err: error}, 'a connection could not be admitted');
          server.handleUpgrade(request, socket, head, ws => ws.close(code, reason));
        },
      );
    },
  }));

  return {
    upgrades,
    connections: () => peers.size,
    close: (): void => {
      clearInterval(heartbeat);
      for (const {socket} of peers) {
        socket.close(closeCodes.restarting, 'restarting');
        const force = setTimeout(() => socket.terminate(), 1000);
        force.unref();
      }
    },
  };
};
export type Hub = ReturnType<typeof createHub>;

const parse = (data: RawData, binary: boolean): Frame | undefined => {
  if (binary) return undefined;
  try {
    const value: unknown = JSON.parse((data as Buffer).toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return typeof (value as Frame).type === 'string' ? (value as Frame) : undefined;
  } catch {
    return undefined;
  }
};
