import type {IncomingMessage} from 'node:http';
import {AppError} from '../../kit/errors.ts';
import type {Locale} from '../../kit/schema.ts';
import {type SocketRoute, socketRoute} from '../../kit/socket.ts';
import {signalsObjection} from '../../kit/visit.ts';
import type {Conversations} from './conversations.service.ts';
import {type Fanout, inPieces} from './fanout.ts';
import {type ToVisitor, type VisitorFrame, visitorFrame} from './protocol.ts';

export type VisitorSocketDeps = {
  conversations: Conversations;
  fanout: Fanout;
  /** Throws `forbidden` unless the origin is the appliance's own or one of the site's. */
  checkOrigin: (request: IncomingMessage, siteId: string) => Promise<void>;
  personFree: (siteId: string) => boolean;
  agentName: (agentId: string | null) => Promise<string | null>;
  /** What is measured of the use of the chat: whether it may be, and by whom. */
  usage: {
    signalled: (session: VisitorOf, language: Locale) => Promise<void>;
    standing: (
      session: VisitorOf,
      language: Locale,
    ) => Promise<Extract<ToVisitor, {type: 'welcome'}>['usage']>;
    meter: (session: VisitorOf) => {
      at: (now: {page: string; open: boolean}) => Promise<void>;
      end: () => void;
    };
  };
};
type VisitorOf = {visitorId: string; conversationId: string; siteId: string};
/** The request is let go after the hello: two thousand idle visitors would hold as many. */
type Context = {request: IncomingMessage | undefined};

const expired = () =>
  new AppError(
    'unauthenticated',
    'conversations.session_expired',
    'This chat session is over. Open the chat again to start a new one.',
  );

export const createVisitorSocket = (deps: VisitorSocketDeps): SocketRoute => {
  const {conversations, fanout} = deps;
  return socketRoute<VisitorFrame, Context>({
    path: '/api/visitor/socket',
    access: 'visitor',
    countedByAddress: true,
    frame: visitorFrame,
    admit: async (request: IncomingMessage) => ({request}),
    open: (connection, context) => {
      let conversationId = '';
      let leave: (() => void) | undefined;
      let meter: ReturnType<VisitorSocketDeps['usage']['meter']> | undefined;
      let isClosed = false;
      const send = (frame: ToVisitor) => connection.send(frame);

      const hello = async (frame: Extract<VisitorFrame, {type: 'hello'}>): Promise<void> => {
        const session = await conversations.identify(frame.token);
        if (!session) throw expired();
        const {request} = context;
        context.request = undefined;
        if (!request) throw expired();
        await deps.checkOrigin(request, session.siteId);
        connection.belongsTo(session.conversationId);
        conversationId = session.conversationId;
        const row = await conversations.store.find(conversations.db, conversationId);
        if (!row) throw expired();
        // listening begins before the replay is read, so that nothing falls between the two
        const held: string[] = [];
        let replaying = true;
        // a line that is gone already would be listened to for ever
        if (isClosed) return;
        leave = fanout.join(conversationId, 'visitor', json => {
          if (replaying) held.push(json);
          else connection.send(json);
        });
        const agent = await deps.agentName(row.agent_id);
        const language = row.locale as Locale;
        if (frame.objects || signalsObjection(request.headers)) await deps.usage.signalled(session, language);
        const usage = await deps.usage.standing(session, language);
        meter = deps.usage.meter(session);
        send({
          type: 'welcome',
          conversationId,
          state: row.state,
          lastSeq: row.last_seq,
          agent: agent === null ? null : {name: agent},
          personFree: deps.personFree(row.site_id),
          readByAgent: row.agent_read,
          usage,
        });
        const missed = await conversations.replay(
          conversationId,
          frame.since,
          row => row.author_kind === 'visitor',
        );
        await inPieces(connection, missed, one => send({type: 'message', ...one}));
        for (const json of held) connection.send(json);
        replaying = false;
      };

      const receive = async (frame: VisitorFrame): Promise<void> => {
        switch (frame.type) {
          case 'hello':
            return hello(frame);
          case 'message': {
            fanout.typing(conversationId, 'visitor', false);
            const message = await conversations.say({
              conversationId,
              clientId: frame.clientId,
              author: {kind: 'visitor', id: null},
              text: frame.text,
            });
            return send({type: 'ack', clientId: frame.clientId, seq: message.seq, at: message.at});
          }
          case 'human': {
            const message = await conversations.askForPerson(conversationId, frame.clientId);
            return send({type: 'ack', clientId: frame.clientId, seq: message.seq, at: message.at});
          }
          case 'object': {
            const message = await conversations.objectToAi(conversationId, frame.clientId, 'privacy_panel');
            return send({type: 'ack', clientId: frame.clientId, seq: message.seq, at: message.at});
          }
          case 'usage':
            return meter?.at(frame);
          case 'typing':
            return fanout.typing(conversationId, 'visitor', frame.on);
          case 'read':
            return conversations.markRead(conversationId, {kind: 'visitor'}, frame.seq);
          case 'ping':
            return undefined;
        }
      };
      return {
        receive,
        closed: () => {
          isClosed = true;
          leave?.();
          meter?.end();
        },
      };
    },
  });
};
