import {isAppError} from '../../kit/errors.ts';
import type {Turn} from '../../adapters/llm/contract.ts';
import {newId} from '../../kit/ids.ts';
import type {Logger} from '../../kit/logger.ts';
import type {Citation, FactView, Locale, ScoreView} from '../../kit/schema.ts';
import type {Transaction} from '../../storage/index.ts';
import {processOwner} from '../../storage/lease.ts';
import {createLeasedWorker} from '../../storage/leased-worker.ts';
import {type Knowledge, lookUp} from './look-up.ts';
import {createReading, type ReadingDeps, type TurnConversation} from './reading.ts';
import {writeReply} from './writing/write-reply.ts';
import {nextReply, type Playbook, type Reply, score, scoreView} from './engine/index.ts';
import type {ActivePlaybook} from './playbooks.service.ts';
import {consoleLanguage, withDecision} from './by-hand.ts';
import {toFactView, type TurnRow} from './qualification.store.ts';

export type TurnDeps = ReadingDeps & {
  log: Logger;
  conversation: (id: string) => Promise<TurnConversation>;
  playbookFor: (siteId: string) => Promise<ActivePlaybook>;
  personFree: () => boolean;
  knowledge: Knowledge;
  /** Runs `work` in one transaction; what it puts is announced after the commit. */
  change: <Result>(work: (trx: Transaction, tools: ChangeTools) => Promise<Result>) => Promise<Result>;
  /** In the transaction that says so: the lead and its deliveries. */
  onQualified: (
    trx: Transaction,
    lead: {conversation: TurnConversation; points: number; bar: number; facts: FactView[]},
  ) => Promise<void>;
  /** No AI from now on; a person is called. Under the same id it happens once. */
  objectToAi: (conversationId: string, clientId: string) => Promise<unknown>;
  /** After the commit that may have queued a delivery. */
  afterQualified: () => void;
  stream: (conversationId: string, piece: {turnId: string; index: number; text: string}) => void;
  thinking: (conversationId: string, on: boolean) => void;
  onFacts: (conversationId: string, facts: FactView[], score: ScoreView) => void;
};
export type ChangeTools = {
  /** The AI's answer, named after its turn: the same turn cannot answer twice. */
  answer: (
    turnId: string,
    conversationId: string,
    reply: {
      text: string;
      quickReplies: string[];
      source: string | null;
      citation: Citation | null;
      card: Reply['card'];
    },
  ) => Promise<void>;
  callPerson: (
    conversationId: string,
    why: 'asked' | 'qualified' | 'unavailable' | 'unknown',
  ) => Promise<boolean>;
  /** Whether the AI still answers, and will until this transaction ends: a person may have accepted meanwhile. */
  stillAnswers: (conversationId: string) => Promise<boolean>;
  /** Whether the visitor wants no AI, this very moment. */
  aiObjected: (conversationId: string) => Promise<boolean>;
};

const unlessGone = (error: unknown): undefined => {
  if (!isAppError(error) || error.kind !== 'not_found') throw error;
};

const lease = 30_000;
const mostAttempts = 5;
export const createTurns = (deps: TurnDeps) => {
  const {storage, store, clock} = deps;
  const reading = createReading(deps);

  /** In a model's own words where it may and does; else, and for the rest, in the playbook's. */
  const speak = async (
    conversationId: string,
    turnId: string,
    reply: Reply,
    {playbook, language, turns}: {playbook: Playbook; language: Locale; turns: Turn[]},
  ): Promise<string> => {
    const said: string[] = [];
    const say = (text: string): void => {
      const piece = said.length === 0 ? text.trimStart() : text.startsWith(' ') ? text : ` ${text}`;
      deps.stream(conversationId, {turnId, index: said.length, text: piece});
      said.push(piece);
    };
    const guided = reply.segments.slice(0, reply.free).join('');
    const written =
      reply.free > 0
        ? await writeReply(
            deps.model,
            {playbook, language, turns, guided, passage: reply.citation?.quote},
            say,
            why => deps.log.info({turn: turnId, why}, 'a sentence of the model was not said'),
          )
        : 0;
    for (const text of reply.segments.slice(written > 0 ? reply.free : 0)) say(text);
    return said.join('');
  };

  /**
   * What cannot be answered after several tries goes to a person, rather than round and round. The next turn reads it for
   * facts; what two turns in a row could not read is passed over.
   */
  const giveUp = async (turn: TurnRow): Promise<void> => {
    deps.log.error(
      {turn: turn.id, attempts: turn.attempts},
      'a turn could not be answered; a person is called',
    );
    await deps.change(async (trx, tools) => {
      const state = (await store.turns.gaveUpBefore(trx, turn)) ? 'done' : 'given_up';
      if (!(await store.turns.finish(trx, turn.id, processOwner, clock.iso(), state))) return;
      await tools.callPerson(turn.conversation_id, 'unavailable');
    });
  };

  const handle = async (turn: TurnRow): Promise<void> => {
    if (turn.attempts > mostAttempts) return giveUp(turn);
    const conversation = await deps.conversation(turn.conversation_id).catch(unlessGone);
    if (!conversation) {
      // its person may not be thought about any more: what waited for an answer gets none
      await deps.change(async trx => store.turns.finish(trx, turn.id, processOwner, clock.iso()));
      return;
    }
    const objects = !conversation.aiObjected && (await reading.objects(conversation.id));
    if (objects) await deps.objectToAi(conversation.id, `system_${turn.id}`);
    if (objects || conversation.aiObjected) {
      await deps.change(async trx => store.turns.finish(trx, turn.id, processOwner, clock.iso()));
      return;
    }
    const {playbook, version} = await deps.playbookFor(conversation.siteId);
    const known = await store.facts.list(storage.db, [conversation.id]);
    const before = await store.scores.find(storage.db, conversation.id);
    const asked = before ? (JSON.parse(before.asked) as string[]) : [];
    const answers = conversation.state === 'ai';
    if (answers) deps.thinking(conversation.id, true);
    const read = await reading.since(conversation, known);
    const rated = score(read.facts, playbook);
    const view = withDecision(scoreView(rated, playbook, consoleLanguage), before);
    const visitorText = read.newest?.text ?? '';
    const asking = {
      playbook,
      locale: conversation.locale,
      intents: read.intents,
      visitorText,
      before: read.before,
    };
    const reply = answers
      ? nextReply({
          ...asking,
          lookedUp: await lookUp(deps.knowledge, {...asking, language: read.language}),
          facts: read.facts,
          newFacts: read.rows.map(toFactView),
          asked,
          qualified: view.qualified,
          wasQualified: before?.qualified === 1,
          personFree: deps.personFree(),
          now: clock.iso(),
          seed: turn.id,
        })
      : undefined;
    const overtaken = await store.turns.isQueued(storage.db, conversation.id);
    const text =
      reply && !overtaken
        ? await speak(conversation.id, turn.id, reply, {
            playbook,
            language: conversation.locale,
            turns: read.turns,
          })
        : undefined;

    const done = await deps.change(async (trx, tools) => {
      if (!(await store.turns.finish(trx, turn.id, processOwner, clock.iso()))) return false;
      // said while this turn was read: what was read of it is dropped
      if (await tools.aiObjected(conversation.id)) return false;
      const speaks = text !== undefined && (await tools.stillAnswers(conversation.id));
      await store.facts.insert(trx, read.rows);
      for (const [id, by] of read.replaced) {
        if (known.some(row => row.id === id)) await store.facts.supersede(trx, [id], by);
      }
      // rows that a later message of the same turn replaced are kept, out of sight
      for (const row of read.rows) {
        const by = read.replaced.get(row.id);
        if (by) await store.facts.supersede(trx, [row.id], by);
      }
      await store.scores.put(trx, {
        conversation_id: conversation.id,
        visitor_id: conversation.visitorId,
        playbook_id: playbook.id,
        playbook_version: version,
        points: view.points,
        bar: view.bar,
        qualified: view.qualified ? 1 : 0,
        reasons: view,
        asked: JSON.stringify(reply?.asks && speaks ? [...asked, reply.asks] : asked),
        updated_at: clock.iso(),
      });
      if (reply && speaks) {
        await tools.answer(turn.id, conversation.id, {
          text,
          quickReplies: reply.quickReplies,
          source: reply.source,
          citation: reply.citation,
          card: reply.card,
        });
      }
      const wantsPerson = read.intents.some(
        ({intent}) => intent === 'human_request' || intent === 'video_request',
      );
      if (wantsPerson) await tools.callPerson(conversation.id, 'asked');
      else if (view.qualified && before?.qualified !== 1)
        await tools.callPerson(conversation.id, 'qualified');
      else if (speaks && reply?.handOver === 'colleague') await tools.callPerson(conversation.id, 'unknown');
      if (view.qualified) {
        await deps.onQualified(trx, {conversation, points: view.points, bar: view.bar, facts: read.facts});
      }
      return true;
    });
    deps.thinking(conversation.id, false);
    if (!done) return;
    deps.onFacts(conversation.id, read.facts, view);
    if (view.qualified) deps.afterQualified();
  };

  const worker = createLeasedWorker<TurnRow>({
    name: 'turns',
    storage,
    clock,
    log: deps.log,
    concurrency: 4,
    handle,
    table: 'qualification_turns',
    from: ['queued'],
    to: 'leased',
    leaseMilliseconds: lease,
    claim: take =>
      take(
        // one turn of a conversation at a time
        query => {
          void query.whereNotExists(
            storage
              .db('qualification_turns as other')
              .whereRaw(
                'other.conversation_id = qualification_turns.conversation_id and other.id <> qualification_turns.id',
              )
              .where('other.state', 'leased')
              .where('other.lease_until', '>=', clock.iso())
              .select(storage.db.raw('1')),
          );
        },
      ),
  });

  return {
    queue: async (trx: Transaction, messages: {conversationId: string; seq: number}[]): Promise<void> => {
      const at = clock.iso();
      await store.turns.queue(
        trx,
        messages.map(({conversationId, seq}) => ({id: newId(), conversationId, seq, at})),
      );
      trx.executionPromise.then(worker.wake, () => undefined);
    },
    start: worker.start,
    stop: worker.stop,
  };
};
export type Turns = ReturnType<typeof createTurns>;
