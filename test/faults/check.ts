import {isDeepStrictEqual} from 'node:util';
import {
  type AgentFrame,
  type ToAgent,
  type ToVisitor,
  toAgent,
  toVisitor,
  type VisitorFrame,
} from '../../appliance/features/conversations/protocol.ts';
import {type Api, openSocket} from '../helpers/clients.ts';
import type {WebhookReceiver} from '../helpers/webhook-receiver.ts';
import type {Agent, Visitor} from './clients.ts';
import type {Ledger, Line, Report} from './ledger.ts';

/** `exact`: one answer to each message. `any`: never more answers than messages, and one at the end. `none`: a person answers. */
export type Answers = 'exact' | 'any' | 'none';
export type Checked = {
  acknowledged: number;
  answers: number;
  /** A turn was given up and a person called: nothing is lost, but the AI did not answer it. */
  gaveUp: boolean;
};

/** The whole conversation as a client sees it that has seen nothing yet. */
const replayForVisitor = async (base: string, token: string): Promise<{lines: Line[]; lastSeq: number}> => {
  const socket = await openSocket<VisitorFrame, ToVisitor>(
    `${base.replace(/^http/, 'ws')}/api/visitor/socket`,
    {headers: {origin: base}, parse: raw => toVisitor.parse(raw)},
  );
  socket.send({type: 'hello', token, since: 0});
  const {lastSeq} = await socket.next('welcome');
  await socket.next('message', ({message}) => message.seq === lastSeq);
  await socket.close();
  return {lines: socket.frames.filter(frame => frame.type === 'message'), lastSeq};
};

const replayForAgent = async (base: string, api: Api, conversationId: string): Promise<Line[]> => {
  const socket = await openSocket<AgentFrame, ToAgent>(`${base.replace(/^http/, 'ws')}/api/agent/socket`, {
    headers: {origin: base, cookie: api.cookie},
    parse: raw => toAgent.parse(raw),
  });
  socket.send({type: 'hello'});
  socket.send({type: 'watch', conversationId, since: 0});
  // facts follow the replay
  await socket.next('facts');
  await socket.close();
  return socket.frames.filter(frame => frame.type === 'message');
};

const checkWords = (ledger: Ledger, lines: Line[], author: 'visitor' | 'agent', report: Report): void => {
  const {name, said} = ledger;
  const own = lines.filter(({message}) => message.author.kind === author);
  const count = (values: (string | undefined)[], what: string) => {
    const seen = new Set<string>();
    for (const value of values) {
      if (value !== undefined && seen.has(value))
        report('doubled', `${name}: ${what} "${value}" is there twice`);
      if (value !== undefined) seen.add(value);
    }
  };
  count(
    own.map(({clientId}) => clientId),
    'client id',
  );
  count(
    own.map(({message}) => message.text),
    'text',
  );
  let last = 0;
  for (const {clientId, text, seq} of said) {
    const line = seq === undefined ? undefined : lines[seq - 1];
    if (!line || line.clientId !== clientId || line.message.text !== text) {
      report(
        'lost',
        `${name}: ${clientId} (${seq ?? 'never acknowledged'}) is not where it was acknowledged`,
      );
      continue;
    }
    if (line.message.seq <= last) report('order', `${name}: ${clientId} is ${seq}, after ${last}`);
    last = line.message.seq;
  }
  for (const [seq, message] of ledger.messages) {
    if (!isDeepStrictEqual(lines[seq - 1]?.message, message))
      report('changed', `${name}: message ${seq} is not what was shown before`);
  }
};

const checkAnswers = (
  name: string,
  lines: Line[],
  answers: Answers,
  gaveUp: boolean,
  report: Report,
): number => {
  let [spoken, answered, since] = [0, 0, 1];
  for (const {message} of lines.slice(1)) {
    if (message.author.kind === 'visitor') {
      if (answers === 'exact' && since === 0) report('unanswered', `${name}: nothing before ${message.seq}`);
      spoken += 1;
      since = 0;
    }
    if (message.author.kind !== 'ai') continue;
    answered += 1;
    since += 1;
    if (answers === 'none' || answered > spoken || (answers === 'exact' && since > 1))
      report('answered twice', `${name}: ${message.seq} answers what was answered`);
  }
  if (answers !== 'none' && since === 0 && !gaveUp)
    report('unanswered', `${name}: nothing after the last message`);
  return answered;
};

export const checkConversation = async (
  base: string,
  api: Api,
  visitor: Visitor,
  answers: Answers,
  report: Report,
): Promise<Checked> => {
  const {ledger, name} = visitor;
  const {lines, lastSeq} = await replayForVisitor(base, visitor.token);
  lines.forEach(({message}, index) => {
    if (message.seq !== index + 1) report('gap', `${name}: ${message.seq} stands where ${index + 1} belongs`);
  });
  if (lines.length !== lastSeq) report('gap', `${name}: ${lines.length} messages, the last is ${lastSeq}`);
  checkWords(ledger, lines, 'visitor', report);
  const {conversation} = await api.call<{
    conversation: {messages: Line['message'][]; waiting: {why: string} | null};
  }>('GET', `/api/agent/conversations/${visitor.conversationId}`);
  if (
    !isDeepStrictEqual(
      conversation.messages,
      lines.map(({message}) => message),
    )
  )
    report('changed', `${name}: the console shows another transcript than the chat`);
  const gaveUp = conversation.waiting?.why === 'unavailable';
  return {
    acknowledged: ledger.said.filter(({seq}) => seq !== undefined).length,
    answers: checkAnswers(name, lines, answers, gaveUp, report),
    gaveUp,
  };
};

export const checkAgent = async (base: string, agent: Agent, report: Report): Promise<Checked> => {
  let acknowledged = 0;
  for (const conversationId of agent.conversationIds) {
    const ledger = agent.ledgerOf(conversationId);
    const lines = await replayForAgent(base, agent.api(base), conversationId);
    checkWords(ledger, lines, 'agent', report);
    acknowledged += ledger.said.filter(({seq}) => seq !== undefined).length;
  }
  return {acknowledged, answers: 0, gaveUp: false};
};

export type LeadView = {id: string; conversationId: string; delivery: string | null};
export const leadsOf = async (api: Api): Promise<LeadView[]> => {
  const all: LeadView[] = [];
  let cursor = '';
  do {
    const page = await api.call<{leads: LeadView[]; nextCursor: string | null}>(
      'GET',
      `/api/agent/leads?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    all.push(...page.leads);
    cursor = page.nextCursor ?? '';
  } while (cursor !== '');
  return all;
};

/** The receiver counts each idempotency key once: a lead must have exactly one. */
export const checkLeads = (
  leads: LeadView[],
  expected: Visitor[],
  receiver: WebhookReceiver,
  report: Report,
): {leads: number; delivered: number; resent: number} => {
  const keys = new Map<string, number>();
  for (const {event} of receiver.delivered())
    if (event.type === 'lead.qualified') keys.set(event.data.id, (keys.get(event.data.id) ?? 0) + 1);
  for (const {conversationId, name} of expected) {
    const own = leads.filter(one => one.conversationId === conversationId);
    if (own.length === 0) report('lead lost', `${name}: its conversation became no lead`);
    if (own.length > 1) report('lead doubled', `${name}: its conversation became ${own.length} leads`);
  }
  for (const {id} of leads) {
    const times = keys.get(id) ?? 0;
    if (times === 0) report('lead lost', `${id} was not delivered`);
    if (times > 1) report('lead doubled', `${id} was delivered under ${times} idempotency keys`);
  }
  for (const complaint of receiver.complaints) report('changed', `the receiver: ${complaint}`);
  return {
    leads: leads.length,
    delivered: keys.size,
    resent: receiver.received.length - receiver.delivered().length,
  };
};
