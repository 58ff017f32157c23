/**
 * What a language model is asked for here: to point, never to write a value.
 * Every span it answers with lies inside the text it was shown; code turns the span into a typed value.
 */
export const spanFields = [
  'name',
  'email',
  'phone',
  'company',
  'job_title',
  'company_size',
  'budget',
  'timeline',
  'need',
] as const;
export type SpanField = (typeof spanFields)[number];

export const intents = [
  'pricing',
  'demo',
  'trial',
  'integration',
  'migration',
  'security_review',
  'competitor_comparison',
  'support_request',
  'job_seeker',
  'vendor_pitch',
  'human_request',
  'video_request',
  'opt_out',
] as const;
export type Intent = (typeof intents)[number];

export const authorities = ['decision_maker', 'influencer', 'user'] as const;
export type Authority = (typeof authorities)[number];

export type Turn = {role: 'assistant' | 'visitor'; text: string};

export type PointRequest = {
  /** BCP 47, the visitor's language as far as known. */
  locale: string;
  /** Oldest first. The last turn is the visitor's, and spans point into its text. */
  turns: Turn[];
  /** With it, a model may keep what it has read of the conversation in memory, until `forget`. */
  conversationId?: string | undefined;
};

/** Offsets are UTF-16 code units into the last turn's text: `text.slice(start, end)`. Confidence is 0..1. */
export type PointedSpan = {field: SpanField; start: number; end: number; confidence: number};

export type Pointed = {
  spans: PointedSpan[];
  /**
   * Weaker than a span: words that may belong to a field, in any order. What rules read is believed only beside such a
   * sign. Absent from a provider that cannot say; then rules are believed as they are.
   */
  signs?: PointedSpan[] | undefined;
  /** The same for intents: those the message may show. Absent from a provider that cannot say. */
  intentSigns?: Intent[] | undefined;
  /** And for authority. */
  authoritySigns?: Authority[] | undefined;
  intents: {intent: Intent; confidence: number}[];
  authority: {value: Authority; confidence: number} | null;
};

export type ModelInfo = {
  id: string;
  /** SHA-256 of the model file, hex; null for a server, which keeps its file to itself. */
  sha256: string | null;
  /** `labelling`: it points, and never writes a sentence. `embedding`: it only tells how near two texts are. */
  kind: 'labelling' | 'instruct' | 'embedding';
};

export type ModelErrorCode =
  | 'llm.unavailable'
  | 'llm.overloaded'
  | 'llm.timeout'
  | 'llm.bad_model'
  | 'llm.refused';

export type WriteRequest = {
  /** BCP 47: the language to write in. */
  locale: string;
  /** What the model may rely on and how it speaks: the same for every conversation of a playbook, so evaluated once. */
  system: string;
  /** Oldest first; the last turn is the visitor's. */
  turns: Turn[];
  /** What this reply is to do, in words for the model: what to answer from, what to ask next. */
  task: string;
  maxTokens: number;
  conversationId?: string | undefined;
};

/** Many models read a question and a passage that may answer it in two ways. */
export type EmbedRequest = {texts: readonly string[]; as: 'question' | 'passage'};

/** Throws AppError with a ModelErrorCode, nothing else. */
export type LanguageModel = {
  info: () => ModelInfo | undefined;
  point: (request: PointRequest, signal?: AbortSignal) => Promise<Pointed>;
  /**
   * Writes a reply, calling back with each piece as it comes; answers with the whole. Only instruct models can. The words
   * are not to be trusted: whoever asks checks them before a visitor sees them.
   */
  write?: (request: WriteRequest, onText: (piece: string) => void, signal?: AbortSignal) => Promise<string>;
  /**
   * A vector for each text, in their order: of unit length, all of one size, nearer to each other the more alike the texts
   * are in meaning. A text longer than the model reads counts by its parts. Only embedding models can.
   */
  embed?: (request: EmbedRequest, signal?: AbortSignal) => Promise<Float32Array[]>;
  /** Drops what is kept in memory of a conversation, and what still waits for it. */
  forget?: (conversationId: string) => void;
  close: () => Promise<void>;
};
/** A model that finds passages, beside the one that answers. */
export type EmbeddingModel = Required<Pick<LanguageModel, 'embed'>> & Pick<LanguageModel, 'close'>;
