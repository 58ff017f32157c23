import type {IncomingMessage} from 'node:http';
import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import type {Role, UserCaller} from '../../kit/route.ts';
import {type Connection, type SocketRoute, socketRoute} from '../../kit/socket.ts';
import type {Conversations} from './conversations.service.ts';
import type {ConsoleService} from './console.service.ts';
import {type Fanout, inPieces} from './fanout.ts';
import {type AgentFrame, agentFrame, closeCodes, type ToAgent} from './protocol.ts';

export type AgentSocketDeps = {
  conversations: Conversations;
  console: ConsoleService;
  fanout: Fanout;
  clock: Clock;
  /** Checks origin, session cookie and role; throws `forbidden` or `unauthenticated`. */
  identify: (request: IncomingMessage, roles: readonly Role[]) => Promise<UserCaller>;
  /** Is the session still good, and the role the same? Asked again for every frame, and once a minute while there is something to tell. */
  stillSignedIn: (caller: UserCaller) => Promise<boolean>;
  connected: (userId: string) => Promise<{presence: 'available' | 'away'; leave: () => void}>;
  qualification: (
    conversationId: string,
  ) => Promise<Omit<Extract<ToAgent, {type: 'facts'}>, 'type' | 'conversationId'>>;
  looked: (actorId: string, visitorId: string, conversationId: string) => Promise<void>;
};

const signedOut = () =>
  new AppError('unauthenticated', 'accounts.signed_out', 'You are signed out. Sign in again.');

/** Which of a user's sessions are over: all, one, or all but one. */
export type Ended = {only?: string; except?: string};
type Open = {connection: Connection; sessionId: string};
const minute = 60_000;
const agents = ['agent', 'administrator'] as const;

/** `disconnect` ends what a user has open: their sessions are over. */
export const createAgentSocket = (
  deps: AgentSocketDeps,
): {route: SocketRoute; disconnect: (userId: string, ended?: Ended) => void} => {
  const {conversations, fanout, clock} = deps;
  const connections = new Map<string, Set<Open>>();
  const route = socketRoute<AgentFrame, UserCaller>({
    path: '/api/agent/socket',
    access: agents,
    countedByAddress: false,
    frame: agentFrame,
    admit: request => deps.identify(request, agents),
    open: (connection, caller) => {
      const watched = new Map<string, () => void>();
      let leaveConsole: (() => void) | undefined;
      let leavePresence: (() => void) | undefined;
      let isClosed = false;
      const open: Open = {connection, sessionId: caller.sessionId};
      const mine = connections.get(caller.userId) ?? new Set();
      connections.set(caller.userId, mine.add(open));
      const send = (frame: ToAgent) => connection.send(frame);
      // one after the other: two checks under way at once may come back in the other order, and with them what was said
      let check: Promise<unknown> = Promise.resolve();
      const isSignedIn = (): Promise<boolean> => {
        const mine = check.then(() => deps.stillSignedIn(caller));
        check = mine.catch(() => undefined);
        return mine;
      };
      let checkedAt = clock.now().getTime();
      /** Who only listens must not listen on after the session is over. */
      const tell = (json: string): void => {
        connection.send(json);
        const now = clock.now().getTime();
        if (now - checkedAt < minute) return;
        checkedAt = now;
        isSignedIn().then(
          good => good || connection.close(closeCodes.unauthenticated, signedOut().code),
          () => undefined,
        );
      };

      const watch = async ({
        conversationId,
        since,
      }: {
        conversationId: string;
        since: number;
      }): Promise<void> => {
        watched.get(conversationId)?.();
        const row = await conversations.store.get(conversations.db, conversationId);
        await deps.looked(caller.userId, row.visitor_id, conversationId);
        if (isClosed) return;
        // another `watch` of the same conversation may have come this far meanwhile
        watched.get(conversationId)?.();
        const held: string[] = [];
        let replaying = true;
        const leave = fanout.join(conversationId, 'agent', json => {
          if (replaying) held.push(json);
          else tell(json);
        });
        watched.set(conversationId, leave);
        const missed = await conversations.replay(
          conversationId,
          since,
          row => row.author_id === caller.userId,
        );
        await inPieces(connection, missed, one => send({type: 'message', conversationId, ...one}));
        send({type: 'facts', conversationId, ...(await deps.qualification(conversationId))});
        if (row.visitor_read > 0) send({type: 'read', conversationId, by: 'visitor', seq: row.visitor_read});
        for (const json of held) connection.send(json);
        replaying = false;
      };

      const hello = async (): Promise<void> => {
        if (isClosed) return;
        connection.belongsTo(caller.sessionId);
        leaveConsole = fanout.joinConsole(caller.userId, tell);
        const {presence, leave} = await deps.connected(caller.userId);
        leavePresence = leave;
        if (isClosed) leave();
        send({type: 'welcome', userId: caller.userId, presence});
      };

      const receive = async (frame: AgentFrame): Promise<void> => {
        if (!(await isSignedIn())) throw signedOut();
        switch (frame.type) {
          case 'hello':
            return hello();
          case 'watch':
            return watch(frame);
          case 'unwatch':
            watched.get(frame.conversationId)?.();
            watched.delete(frame.conversationId);
            return undefined;
          case 'message': {
            const {conversationId, clientId} = frame;
            const author = {kind: 'agent', id: caller.userId} as const;
            const message = await conversations.say({conversationId, clientId, author, text: frame.text});
            return send({type: 'ack', conversationId, clientId, seq: message.seq, at: message.at});
          }
          case 'typing':
            return watched.has(frame.conversationId)
              ? fanout.typing(frame.conversationId, 'agent', frame.on)
              : undefined;
          case 'read':
            return conversations.markRead(
              frame.conversationId,
              {kind: 'agent', id: caller.userId},
              frame.seq,
            );
          case 'ping':
            return undefined;
        }
      };

      return {
        receive,
        closed: () => {
          isClosed = true;
          mine.delete(open);
          if (mine.size === 0) connections.delete(caller.userId);
          leaveConsole?.();
          leavePresence?.();
          for (const leave of watched.values()) leave();
        },
      };
    },
  });
  return {
    route,
    disconnect: (userId, {only, except} = {}) => {
      for (const {connection, sessionId} of connections.get(userId) ?? []) {
        if (sessionId === except || (only !== undefined && sessionId !== only)) continue;
        connection.close(closeCodes.unauthenticated, 'accounts.signed_out');
      }
    },
  };
};
