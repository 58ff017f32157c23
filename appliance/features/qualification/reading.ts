import type {LanguageModel, Turn} from '../../adapters/llm/contract.ts';
import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Storage} from '../../storage/index.ts';
import {type Fact, objectsToAi, qualify, replacedBy} from './engine/index.ts';
import {type FactRow, type QualificationStore, toFactView} from './qualification.store.ts';

/** A message as the transcript has it. */
export type TranscriptLine = {
  seq: number;
  author: 'visitor' | 'ai' | 'agent' | 'system';
  text: string;
  at: string;
};
export type TurnConversation = {
  id: string;
  visitorId: string;
  siteId: string;
  locale: Locale;
  /** What the visitor's browser said, with its country where it has one: `de-AT`. */
  visitorLocale: string;
  state: 'ai' | 'waiting' | 'agent' | 'closed';
  /** The visitor wants no AI: nothing more is read. */
  aiObjected: boolean;
};

export type ReadingDeps = {
  storage: Storage;
  store: QualificationStore;
  clock: Clock;
  model: LanguageModel | undefined;
  /** The region where national numbers and bare currency signs are read: ISO country. */
  country: (locale: Locale, visitorCountry: string | undefined) => Promise<string>;
  /** The messages after this number, oldest first. */
  transcript: (id: string, since: number) => Promise<TranscriptLine[]>;
};

const saidBefore = (
  transcript: readonly TranscriptLine[],
  seq: number | undefined,
  by: TranscriptLine['author'],
): string | undefined =>
  seq === undefined ? undefined : transcript.findLast(line => line.seq < seq && line.author === by)?.text;

const countryIn = (tag: string): string | undefined =>
  /^[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2})\b/i.exec(tag)?.[1]?.toUpperCase();

/** Messages read again before the new ones: the reading looks back over a few of each side, and no further. */
const context = 40;

const toTurns = (transcript: TranscriptLine[]): {turns: Turn[]; seqs: number[]} => {
  const spoken = transcript.filter(({author}) => author !== 'system');
  return {
    turns: spoken.map(({author, text}) => ({role: author === 'visitor' ? 'visitor' : 'assistant', text})),
    seqs: spoken.map(({seq}) => seq),
  };
};

/** What a visitor has written since the last finished turn, as facts with the words they stand on. */
export const createReading = (deps: ReadingDeps) => {
  const {storage, store, clock} = deps;

  const toRow = (fact: Fact, conversation: TurnConversation, line: TranscriptLine): FactRow => {
    const {start, end, quote} = fact.evidence;
    // the one place where a fact enters the database: without the visitor's own words it does not
    if (line.author !== 'visitor' || quote.length === 0 || line.text.slice(start, end) !== quote) {
      throw new AppError(
        'internal',
        'qualification.no_evidence',
        'A fact without words of the visitor was refused.',
      );
    }
    return {
      id: newId(),
      conversation_id: conversation.id,
      visitor_id: conversation.visitorId,
      field: fact.field,
      message_seq: line.seq,
      span_start: start,
      span_end: end,
      value: JSON.stringify(fact.value),
      display: fact.display,
      quote,
      confidence: fact.confidence,
      source: fact.source,
      model_id: fact.source === 'model' ? (deps.model?.info()?.id ?? null) : null,
      superseded_by: null,
      value_index: null,
      created_at: line.at,
    };
  };

  return {
    /** Whether a message that nobody has read yet objects to AI: then no model and no rule reads it. */
    objects: async (conversationId: string): Promise<boolean> => {
      const readUpTo = await store.turns.readUpTo(storage.db, conversationId);
      const fresh = await deps.transcript(conversationId, readUpTo);
      return fresh.some(({author, text}) => author === 'visitor' && objectsToAi(text));
    },

    /** New facts of the messages since the last finished turn, newest last; a later one replaces an earlier of its field. */
    since: async (conversation: TurnConversation, known: FactRow[]) => {
      const readUpTo = await store.turns.readUpTo(storage.db, conversation.id);
      const transcript = await deps.transcript(conversation.id, Math.max(0, readUpTo - context));
      const fresh = transcript.filter(({seq, author}) => author === 'visitor' && seq > readUpTo);
      const visitorCountry = countryIn(conversation.visitorLocale);
      const country = await deps.country(conversation.locale, visitorCountry);
      const rows: FactRow[] = [];
      const replaced = new Map<string, string>();
      const current = () => [...known, ...rows].filter(({id}) => !replaced.has(id));
      let intents: Awaited<ReturnType<typeof qualify>>['intents'] = [];
      let language = conversation.locale;
      for (const line of fresh) {
        const {turns, seqs} = toTurns(
          transcript.filter(({seq}) => seq <= line.seq && seq > line.seq - 1 - context),
        );
        const result = await qualify({
          turns,
          locale: conversation.locale,
          region: country,
          visitorCountry,
          today: clock.iso().slice(0, 10),
          model: deps.model,
          known: current().map(row => ({field: row.field, value: toFactView(row).value})),
        });
        language = result.language;
        intents = [...intents, ...result.intents];
        for (const fact of result.facts) {
          const said = transcript.find(({seq}) => seq === seqs[fact.evidence.turn]);
          if (!said) continue;
          const row = toRow(fact, conversation, said);
          const same = replacedBy(current(), row);
          if (!same) continue;
          for (const other of same) replaced.set(other.id, row.id);
          rows.push(row);
        }
        for (const field of result.retracted) {
          for (const other of current().filter(row => row.field === field))
            replaced.set(other.id, 'retracted');
        }
      }
      const newest = fresh.at(-1);
      return {
        rows,
        replaced,
        intents,
        language,
        facts: current().map(toFactView),
        newest,
        turns: toTurns(transcript).turns,
        before: {
          assistant: saidBefore(transcript, newest?.seq, 'ai'),
          visitor: saidBefore(transcript, newest?.seq, 'visitor'),
        },
      };
    },
  };
};
