// Reads the training dialogues. The format is explained in corpus/README.md.

export const fields = [
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

export const authorities = ['decision_maker', 'influencer', 'user'] as const;

export type Field = (typeof fields)[number];
export type Intent = (typeof intents)[number];
export type Authority = (typeof authorities)[number];

/** `start` and `end` are UTF-16 offsets into the turn's text, end exclusive. */
export type Span = {field: Field; start: number; end: number};

export type CorpusTurn = {
  role: 'assistant' | 'visitor';
  text: string;
  spans: Span[];
  intents: Intent[];
  authority: Authority | null;
};

export type CorpusDialogue = {
  locale: string;
  region: string;
  trade: string;
  tags: string[];
  /** Line of the header, counted from 1. */
  line: number;
  turns: CorpusTurn[];
};

export class CorpusError extends Error {
  readonly line: number;
  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.name = 'CorpusError';
    this.line = line;
  }
}

const oneOf = <T extends string>(list: readonly T[], value: string, what: string, line: number): T => {
  const found = list.find(entry => entry === value);
  if (found === undefined) throw new CorpusError(line, `unknown ${what} "${value}"`);
  return found;
};

const readHeader = (raw: string, line: number): CorpusDialogue => {
  const match = /^@ ([a-z]{2}-[A-Z]{2}) ([A-Z]{2}) ([a-z_]+) (-|[a-z_]+(?:,[a-z_]+)*)$/.exec(raw);
  if (!match) throw new CorpusError(line, `not a header: "${raw}"`);
  const [, locale = '', region = '', trade = '', tags = ''] = match;
  return {locale, region, trade, tags: tags === '-' ? [] : tags.split(','), line, turns: []};
};

const readSpans = (raw: string, line: number): {text: string; spans: Span[]} => {
  const spans: Span[] = [];
  let text = '';
  let rest = raw;
  while (rest !== '') {
    const open = rest.search(/[[\]]/);
    if (open === -1) break;
    if (rest[open] === ']') throw new CorpusError(line, 'a "]" without its "["');
    const match = /^\[([a-z_]+)\|([^[\]|]+)\]/.exec(rest.slice(open));
    if (!match) throw new CorpusError(line, `not a span, or a nested one: "${rest.slice(open, open + 40)}"`);
    const [whole, label = '', value = ''] = match;
    const field = oneOf(fields, label, 'field', line);
    if (value !== value.trim())
      throw new CorpusError(line, `the span "${value}" has white space at its edge`);
    text += rest.slice(0, open);
    spans.push({field, start: text.length, end: text.length + value.length});
    text += value;
    rest = rest.slice(open + whole.length);
  }
  return {text: text + rest, spans};
};

const readDirective = (raw: string, line: number): {intents: Intent[]; authority: Authority | null} => {
  const found: {intents: Intent[]; authority: Authority | null} = {intents: [], authority: null};
  const seen = new Set<string>();
  for (const part of raw.split(' ')) {
    const [key = '', value = '', more] = part.split('=');
    if (seen.has(key) || more !== undefined) throw new CorpusError(line, `bad directive "${raw}"`);
    seen.add(key);
    if (key === 'intents') found.intents = value.split(',').map(name => oneOf(intents, name, 'intent', line));
    else if (key === 'authority') found.authority = oneOf(authorities, value, 'authority', line);
    else throw new CorpusError(line, `unknown directive "${part}"`);
  }
  if (new Set(found.intents).size !== found.intents.length) throw new CorpusError(line, 'an intent twice');
  return found;
};

const readTurn = (raw: string, line: number): CorpusTurn => {
  const match = /^([AV]): (\S.*)$/.exec(raw);
  if (!match) throw new CorpusError(line, `neither "A: " nor "V: ": "${raw.slice(0, 40)}"`);
  const [, letter, body = ''] = match;
  if (body !== body.trimEnd()) throw new CorpusError(line, 'white space at the end');
  if (letter === 'A') {
    if (/[[\]]|##/.test(body)) throw new CorpusError(line, 'an assistant turn carries no labels');
    return {role: 'assistant', text: body, spans: [], intents: [], authority: null};
  }
  const parts = body.split(' ## ');
  const [written = '', directive] = parts;
  const said = written.replaceAll('⏎', '\n');
  if (parts.length > 2 || said.includes('##') || directive?.includes('#')) {
    throw new CorpusError(line, 'more than one directive, or a "##" in the text');
  }
  const labels = directive === undefined ? {intents: [], authority: null} : readDirective(directive, line);
  return {role: 'visitor', ...readSpans(said, line), ...labels};
};

/** Throws a CorpusError, which names the line, at the first fault. */
export const parseCorpus = (text: string): CorpusDialogue[] => {
  const dialogues: CorpusDialogue[] = [];
  let current: CorpusDialogue | undefined;
  const finish = (): void => {
    if (!current) return;
    if (!current.turns.some(turn => turn.role === 'visitor')) {
      throw new CorpusError(current.line, 'a dialogue in which no visitor speaks');
    }
    dialogues.push(current);
    current = undefined;
  };
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1;
    if (raw === '') finish();
    else if (current) current.turns.push(readTurn(raw, line));
    else current = readHeader(raw, line);
  }
  finish();
  return dialogues;
};

/** A text's words for comparing: case, punctuation and the digits of numbers do not count. */
export const plainWords = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\d+/g, '0')
    .replace(/[^\p{L}\p{N}<>_@]+/gu, ' ')
    .trim();

const masked = (turn: CorpusTurn): string => {
  let text = '';
  let from = 0;
  for (const span of turn.spans) {
    text += `${turn.text.slice(from, span.start)}<${span.field}>`;
    from = span.end;
  }
  return plainWords(text + turn.text.slice(from));
};

/** The words of both sides with the values and digits masked. */
export const maskedText = (dialogue: CorpusDialogue): string => dialogue.turns.map(masked).join(' ');

/** Who says what, masked: two dialogues with one skeleton teach the same thing twice. */
export const skeletonOf = (dialogue: CorpusDialogue): string =>
  dialogue.turns.map(turn => `${turn.role}: ${masked(turn)}`).join('\n');
