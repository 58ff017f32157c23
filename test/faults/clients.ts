import {
  type AgentFrame,
  type ToAgent,
  toAgent,
  type ToVisitor,
  toVisitor,
  type VisitorFrame,
} from '../../appliance/features/conversations/protocol.ts';
import {type Api, openSocket, withSession} from '../helpers/clients.ts';
import {createLedger, type Ledger, type Report} from './ledger.ts';

/** What a kill may wait for. */
export type Happening = 'acknowledged' | 'thinking';
export type Happened = (what: Happening) => void;

/** A client that outlives the server: it keeps what is not acknowledged, connects again and sends it again. */
export type Client = {
  ledgers: Ledger[];
  connect: (base: string) => Promise<void>;
  drop: () => void;
};

const socketUrl = (base: string, path: string): string => base.replace(/^http/, 'ws') + path;

export const openVisitor = async (deps: {
  base: string;
  siteId: string;
  name: string;
  report: Report;
  happened: Happened;
}) => {
  const {name, happened} = deps;
  const answer = await fetch(`${deps.base}/api/visitor/sessions`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({siteId: deps.siteId, locale: 'en', page: 'https://www.example.com/prices'}),
  });
  if (answer.status !== 201) throw new Error(`no session: ${answer.status} ${await answer.text()}`);
  const {token, conversationId} = (await answer.json()) as {token: string; conversationId: string};
  const ledger = createLedger(name, deps.report);
  let line: Awaited<ReturnType<typeof openSocket<VisitorFrame, ToVisitor>>> | undefined;

  const parse = (raw: unknown): ToVisitor => {
    const frame = toVisitor.parse(raw);
    if (frame.type === 'message') ledger.take(frame);
    if (frame.type === 'ack') {
      ledger.acknowledged(frame.clientId, frame.seq);
      happened('acknowledged');
    }
    if ((frame.type === 'state' || frame.type === 'welcome') && frame.state === 'waiting') ledger.handOver();
    if (frame.type === 'typing' && frame.who === 'ai' && frame.on) happened('thinking');
    return frame;
  };

  return {
    name,
    token,
    conversationId,
    ledger,
    ledgers: [ledger],
    connect: async (base: string): Promise<void> => {
      const socket = await openSocket<VisitorFrame, ToVisitor>(socketUrl(base, '/api/visitor/socket'), {
        headers: {origin: base},
        parse,
      });
      socket.send({type: 'hello', token, since: ledger.drawn()});
      await socket.next('welcome');
      for (const {clientId, text} of ledger.pending()) socket.send({type: 'message', clientId, text});
      line = socket;
    },
    /** Resolves once it is acknowledged, however many servers that takes. */
    say: (text: string): Promise<void> => {
      const one = ledger.say(text);
      line?.send({type: 'message', clientId: one.clientId, text});
      return ledger.until(() => one.seq !== undefined);
    },
    /** Resolves once an answer of the AI follows everything that was said, or a person was called instead. */
    answered: (): Promise<void> => {
      const last = ledger.said.at(-1);
      return ledger.until(() => {
        const seq = last?.seq;
        if (ledger.handedOver()) return true;
        return (
          seq !== undefined && [...ledger.messages.values()].some(m => m.author.kind === 'ai' && m.seq > seq)
        );
      });
    },
    drop: () => line?.drop(),
  };
};
export type Visitor = Awaited<ReturnType<typeof openVisitor>>;

/** One agent who answers in several conversations over one socket. */
export const createAgent = (deps: {
  api: Api;
  conversationIds: string[];
  report: Report;
  happened: Happened;
}) => {
  const {api} = deps;
  const ledgers = new Map(
    deps.conversationIds.map((id, index) => [id, createLedger(`agent${index}`, deps.report)]),
  );
  let line: Awaited<ReturnType<typeof openSocket<AgentFrame, ToAgent>>> | undefined;

  const parse = (raw: unknown): ToAgent => {
    const frame = toAgent.parse(raw);
    if (frame.type === 'message') ledgers.get(frame.conversationId)?.take(frame);
    if (frame.type === 'ack') {
      ledgers.get(frame.conversationId)?.acknowledged(frame.clientId, frame.seq);
      deps.happened('acknowledged');
    }
    return frame;
  };

  return {
    ledgers: [...ledgers.values()],
    ledgerOf: (conversationId: string): Ledger => ledgers.get(conversationId) as Ledger,
    conversationIds: deps.conversationIds,
    api: (base: string): Api => withSession(base, api),
    connect: async (base: string): Promise<void> => {
      const socket = await openSocket<AgentFrame, ToAgent>(socketUrl(base, '/api/agent/socket'), {
        headers: {origin: base, cookie: api.cookie},
        parse,
      });
      socket.send({type: 'hello'});
      await socket.next('welcome');
      for (const [conversationId, ledger] of ledgers) {
        socket.send({type: 'watch', conversationId, since: ledger.drawn()});
        for (const {clientId, text} of ledger.pending())
          socket.send({type: 'message', conversationId, clientId, text});
      }
      line = socket;
    },
    say: (conversationId: string, text: string): Promise<void> => {
      const ledger = ledgers.get(conversationId) as Ledger;
      const one = ledger.say(text);
      line?.send({type: 'message', conversationId, clientId: one.clientId, text});
      return ledger.until(() => one.seq !== undefined);
    },
    drop: () => line?.drop(),
  };
};
export type Agent = ReturnType<typeof createAgent>;
