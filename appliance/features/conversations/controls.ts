import {
  broken,
  type Control,
  counted,
  kept,
  type Look,
  named,
  notApplicable,
  open,
} from '../../kit/control.ts';
import {mask} from '../../kit/mask.ts';
import {truncateAddress} from '../../kit/network.ts';
import {type Reader, sampleOf, type Storage} from '../../storage/index.ts';
import type {ConversationRow, MessageRow, VisitorRow} from './conversations.store.ts';

const most = 200;
const mostMessages = 2000;
const none = notApplicable('There is no conversation yet.');

/** Said so that every visitor's language has its word for it. */
const saysAi = /\b(?:AI|KI|IA)\b/;

export const conversationControls = (deps: {
  storage: Storage;
  reader: Reader;
  /** Ids of those, among these, about which the audit log has an entry of that action. */
  logged: (action: string, subjectIds: string[]) => Promise<Set<string>>;
  /** Whether an administrator decided, with a reason, that addresses are stored whole. */
  wholeAddresses: () => Promise<boolean>;
}): Control[] => {
  const {storage, reader} = deps;
  const {db} = storage;
  const conversations = () => sampleOf<ConversationRow>(db, 'conversations_conversations', 'id', most);
  const messagesOf = (talks: readonly ConversationRow[]) =>
    db('conversations_messages').whereIn(
      'conversation_number',
      talks.map(({number}) => number),
    );

  const whole = async (): Promise<Look> => {
    const talks = await conversations();
    if (talks.length === 0) return none;
    const rows: {conversation_number: number; count: number; last: number}[] = await messagesOf(talks)
      .groupBy('conversation_number')
      .select('conversation_number')
      .count({count: '*'})
      .max({last: 'seq'});
    const found = new Map(rows.map(row => [row.conversation_number, row]));
    const wrong = talks.filter(({number, last_seq: seq}) => {
      const row = found.get(number);
      return (row?.count ?? 0) !== seq || (row?.last ?? 0) !== seq;
    });
    const evidence = {
      conversations: talks.length,
      messages: rows.reduce((sum, {count}) => sum + count, 0),
    };
    return wrong.length === 0
      ? kept(
          `${counted(talks.length, 'conversation')} drawn at random are whole: every message from the first to the last is there.`,
          evidence,
        )
      : broken(
          `Messages are missing in ${counted(wrong.length, 'conversation')}: ${named(wrong.map(({id}) => id))}.`,
          evidence,
        );
  };

  const shortened = async (): Promise<Look> => {
    if (await deps.wholeAddresses())
      return open(
        'Whole addresses are stored: an administrator decided so, for a reason the page Usage names.',
      );
    const rows = await sampleOf(db, 'conversations_visitors', 'number', most, ['id', 'number', 'ip_sealed']);
    const visitors = await reader.open<VisitorRow>('conversations_visitors', rows);
    if (visitors.length === 0) return notApplicable('There is no visitor yet.');
    const wrong = visitors.filter(({ip}) => ip !== null && truncateAddress(ip) !== ip);
    const evidence = {visitors: visitors.length, addresses: visitors.filter(({ip}) => ip !== null).length};
    return wrong.length === 0
      ? kept(
          `The network addresses of ${counted(visitors.length, 'visitor')} drawn at random are shortened.`,
          evidence,
        )
      : broken(
          `${counted(wrong.length, 'visitor')} with a whole network address: ${named(wrong.map(({id}) => id))}.`,
          evidence,
        );
  };

  const noCards = async (): Promise<Look> => {
    const talks = await conversations();
    if (talks.length === 0) return none;
    const rows = await messagesOf(talks).orderBy('id', 'desc').limit(mostMessages);
    const messages = await reader.open<MessageRow>('conversations_messages', rows);
    const wrong = messages.filter(({text}) => text !== null && mask(text) !== text);
    const evidence = {conversations: talks.length, messages: messages.length};
    return wrong.length === 0
      ? kept(
          `${counted(messages.length, 'message')} of ${counted(talks.length, 'conversation')} hold no number that could be a payment card’s or an account’s.`,
          evidence,
        )
      : broken(
          `${counted(wrong.length, 'message')} with a payment number: ${named(wrong.map(({id}) => id))}.`,
          evidence,
        );
  };

  const toldFirst = async (): Promise<Look> => {
    const talks = await conversations();
    if (talks.length === 0) return none;
    const rows = await messagesOf(talks).where({seq: 1});
    const firsts = new Map(
      (await reader.open<MessageRow>('conversations_messages', rows)).map(row => [row.conversation_id, row]),
    );
    const wrong = talks.filter(({id}) => {
      const first = firsts.get(id);
      // who is erased has no words left to look at
      return (
        first === undefined || first.author_kind !== 'ai' || (first.text !== null && !saysAi.test(first.text))
      );
    });
    const evidence = {conversations: talks.length, toldFirst: talks.length - wrong.length};
    return wrong.length === 0
      ? kept(
          `In ${counted(talks.length, 'conversation')} drawn at random the first words say that an AI answers.`,
          evidence,
        )
      : broken(
          `The first words do not say that an AI answers in ${named(wrong.map(({id}) => id))}.`,
          evidence,
        );
  };

  const objections = async (): Promise<Look> => {
    const objected: {id: string; number: number}[] = await db('conversations_conversations')
      .whereNotNull('ai_objected_at')
      .orderBy('id', 'desc')
      .limit(most)
      .select('id', 'number');
    if (objected.length === 0) return notApplicable('Nobody has objected to the AI yet.');
    const wrong: string[] = [];
    for (const {id, number} of objected) {
      const [from] = await db('conversations_messages')
        .where({conversation_number: number, event: 'ai_objected'})
        .min({seq: 'seq'});
      const after = await db('conversations_messages')
        .where({conversation_number: number, author_kind: 'ai'})
        .where('client_id', 'like', 'turn_%')
        .where('seq', '>', Number(from?.['seq'] ?? 0))
        .first('id');
      if (after) wrong.push(id);
    }
    const evidence = {objections: objected.length, answeredByAi: wrong.length};
    return wrong.length === 0
      ? kept(`After ${counted(objected.length, 'objection')} no AI answered in that conversation.`, evidence)
      : broken(`An AI answered after the objection in ${named(wrong)}.`, evidence);
  };

  const takeOvers = async (): Promise<Look> => {
    const talks = (await conversations()).filter(({agent_id: agent}) => agent !== null);
    if (talks.length === 0) return notApplicable('No person has taken a conversation over yet.');
    const ids = talks.map(({id}) => id);
    const found = await deps.logged('conversation.accepted', ids);
    const wrong = ids.filter(id => !found.has(id));
    const evidence = {takenOver: ids.length, logged: ids.length - wrong.length};
    return wrong.length === 0
      ? kept(
          `${counted(ids.length, 'conversation')} that a person took over have their entry in the audit log.`,
          evidence,
        )
      : broken(`A person took over without an entry in the audit log: ${named(wrong)}.`, evidence);
  };

  const append = ['appliance/features/conversations/append.ts'];
  const answering = ['appliance/features/conversations/answering.ts'];
  return [
    {
      id: 'D2.conversations-whole',
      claim: 'A conversation is kept whole: no message of visitor, AI or agent is missing.',
      enforcedBy: append,
      check: whole,
    },
    {
      id: 'D5.addresses-shortened',
      claim: 'Network addresses are shortened before they are stored.',
      enforcedBy: ['appliance/kit/network.ts', 'appliance/features/conversations/conversations.routes.ts'],
      check: shortened,
    },
    {
      id: 'S3.no-card-numbers',
      claim: 'No stored message holds the number of a payment card.',
      enforcedBy: ['appliance/kit/mask.ts', ...append],
      check: noCards,
    },
    {
      id: 'R1.told-first',
      claim: 'A visitor is told that an AI answers before it says anything else.',
      enforcedBy: [
        'appliance/features/qualification/engine/reply.ts',
        'appliance/features/conversations/visitor-sessions.ts',
      ],
      check: toldFirst,
    },
    {
      id: 'R3.ai-objection',
      claim: 'Whoever objects to the AI is answered by it no more.',
      enforcedBy: [...answering, 'appliance/features/qualification/turns.service.ts'],
      check: objections,
    },
    {
      id: 'L4.take-overs',
      claim: 'Each conversation that a person takes over leaves an entry in the audit log.',
      enforcedBy: [...answering, 'appliance/features/audit/leaves.ts'],
      check: takeOvers,
    },
  ];
};
