import type {FactField, FactSource, FactValue, Intent, KnownFact, Locale, Turn} from './engine.types.ts';

/** Offsets in the newest turn as it was typed. */
export type Found = {
  field: FactField;
  value: FactValue;
  start: number;
  end: number;
  confidence: number;
  source: FactSource;
  guess?: {turn: number; start: number; end: number};
};

export type TurnReading = {
  language: Locale;
  found: Found[];
  intents: {
    intent: Intent;
    start: number;
    end: number;
    confidence: number;
    source: FactSource;
    guess?: Found['guess'];
  }[];
  authority: Found | undefined;
  retracted: FactField[];
  /** Somewhere in the turn the assistant is given orders: a model's view of the whole turn is not believed. */
  ordered: boolean;
  /** The whole turn is an attack on the assistant: nothing in it counts, whoever points at it. */
  silent: boolean;
  /** Whether the checks forbid a fact of these words, also to a model. */
  vetoes: (field: FactField, start: number, end: number) => boolean;
  /** Drops the intents that others exclude. */
  settle: (intents: TurnReading['intents']) => TurnReading['intents'];
  /** What a pointed span says with the words around it: "up to", "a month". */
  valueAt: (field: FactField, start: number, end: number) => FactValue | null;
};

export type ReadInput = {
  turns: readonly Turn[];
  language: Locale;
  region: string;
  /** The country the visitor's browser names, where it names one. */
  visitorCountry?: string | undefined;
  today: string;
  known: readonly KnownFact[];
};
