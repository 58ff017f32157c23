import type {IncomingMessage} from 'node:http';
import type {z} from 'zod';
import type {Access} from './route.ts';

export type Connection = {
  /** An object, or JSON made once for many. */
  send: (frame: object | string) => void;
  /** For who has much to say at once: resolves when the client has taken what was sent, or is gone. */
  flushed: () => Promise<void>;
  close: (code: number, reason: string) => void;
  /** Says whose line this is; throws `too_many` when they hold as many as anybody may. */
  belongsTo: (session: string) => void;
};

/** What a room says about one WebSocket address; `http/hub.ts` does limits, heartbeats and back-pressure. */
export type SocketRoute<Frame extends {type: string} = {type: string}, Context = unknown> = {
  path: string;
  /** Who may open it, as with routes; `admit` enforces it. */
  access: Access;
  /** Lines from one address are limited: not where people sign in, since an office of agents shares one. */
  countedByAddress: boolean;
  /** The first frame must be a `hello`. */
  frame: z.ZodType<Frame>;
  /** Before the upgrade: throws AppError `forbidden` for a foreign origin or role, `unauthenticated` without a session. */
  admit: (request: IncomingMessage) => Promise<Context>;
  open: (
    connection: Connection,
    context: Context,
  ) => {
    /** Begins its work in the order of the frames; a thrown AppError is answered as an `error` frame. */
    receive: (frame: Frame) => Promise<void>;
    closed: () => void;
  };
};

/** Gives a socket its types; `http/hub.ts` mounts them all alike. */
export const socketRoute = <Frame extends {type: string}, Context>(
  definition: SocketRoute<Frame, Context>,
): SocketRoute => definition as unknown as SocketRoute;
