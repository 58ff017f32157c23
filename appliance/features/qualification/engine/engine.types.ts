import type {Authority, Intent, LanguageModel, ModelErrorCode, Turn} from '../../../adapters/llm/contract.ts';
import type {Citation, FactField, Locale} from '../../../kit/schema.ts';

export type {Authority, FactField, Intent, Locale, Turn};

/** Words of one turn: `turns[turn].text.slice(start, end) === quote`, never empty. */
export type Evidence = {turn: number; start: number; end: number; quote: string};

/** Both null does not occur: then there is no fact. */
export type Range = {min: number | null; max: number | null};
export type BudgetPeriod = 'once' | 'month' | 'year';
/** `currency` is ISO 4217. */
export type Budget = Range & {currency: string | null; period: BudgetPeriod | null};
export const timelineBuckets = ['0-1m', '1-3m', '3-6m', '6-12m', '12m+'] as const;
export type TimelineBucket = (typeof timelineBuckets)[number];
export type FactValue = string | Range | Budget;

export type FactSource = 'model' | 'reading' | 'confirmed';
export type Fact = {
  field: FactField;
  /**
   * name, company, job_title, need: as stated; email lower case; phone E.164; company_size `Range`; budget `Budget`;
   * timeline a bucket; authority and intent their label.
   */
  value: FactValue;
  /** The value for a person, in plain English form: `EUR 40,000 a year`. */
  display: string;
  /** Always words of the visitor. For a confirmed guess: the visitor's "yes". */
  evidence: Evidence;
  /** Only with source `confirmed`: the assistant's words that the visitor said yes to. */
  guess?: Evidence;
  /** 0..1 */
  confidence: number;
  source: FactSource;
};
/** What the room keeps of a fact and shows the engine again. */
export type KnownFact = {field: FactField; value: unknown};

export type ShownIntent = {intent: Intent; confidence: number; evidence: Evidence};
export type ShownAuthority = {value: Authority; confidence: number; evidence: Evidence};

export type QualifyInput = {
  /** Oldest first; the last one is the visitor's newest message, and only that one is read for facts. */
  turns: Turn[];
  /** BCP 47, what the browser or an earlier turn said. */
  locale: string;
  /** ISO country in which national numbers, `$` and "francs" are read. */
  region: string;
  /** The country the visitor's browser names: national numbers that are none of the region's are read in it. */
  visitorCountry?: string | undefined;
  /** ISO date. */
  today: string;
  model: LanguageModel | undefined;
  /** Facts that hold so far. */
  known?: readonly KnownFact[];
  /** For measuring what the model is worth: reading still normalises and checks, but finds nothing itself. */
  modelAlone?: boolean;
  signal?: AbortSignal;
};
export type QualifyResult = {
  /** The language the visitor writes. */
  language: Locale;
  /** At most one per field, `intent` excepted; intents and authority are among them, with their evidence. */
  facts: Fact[];
  intents: ShownIntent[];
  authority: ShownAuthority | null;
  /** Fields the visitor took back without saying another value. */
  retracted: FactField[];
  /** `absent`: none was given. `failed`: it threw, and deterministic reading alone was used. */
  model: {used: true} | {used: false; reason: 'absent' | 'failed'; code?: ModelErrorCode};
};

/** What a fact looks like to score and reply: the stored view fits too. */
export type ScoredFact = {id?: string; field: FactField; value: unknown; display?: string};
export type ScoredReason = {
  rule: string;
  label: Record<string, string>;
  why: Record<string, string>;
  points: number;
  of: number;
  because: ScoredFact[];
};
export type Score = {
  points: number;
  of: number;
  bar: number;
  qualified: boolean;
  reasons: ScoredReason[];
  /** Fields that somebody has said something of. */
  known: FactField[];
  /** Who should take over, by the playbook. */
  teams: {team: string; why: Record<string, string>}[];
};

export type Reply = {
  /** Joined with nothing between them they are the message; one is streamed after the other. */
  segments: string[];
  /** How many of the first segments a model may say in its own words; what follows stays the playbook's. */
  free: number;
  quickReplies: string[];
  /** Where a quoted answer comes from. */
  source: string | null;
  /** The passage of a document the answer quotes. */
  citation: Citation | null;
  /** What the visitor may choose below it. */
  card: 'privacy' | null;
  /** The field that was asked for. */
  asks: FactField | null;
  /**
   * Whether the reply says that a person will take over, and why: `colleague` where one is asked what nobody wrote down,
   * `unknown` where one is only offered.
   */
  handOver: 'asked' | 'qualified' | 'colleague' | 'unknown' | null;
};
