import type {Asked} from './asked.ts';
import type {Checks} from './check.ts';
import type {Locale} from './engine.types.ts';
import type {Candidate} from './measures.ts';
import {
  honorific,
  isNameToken,
  legal,
  legalBefore,
  notName,
  orgWord,
  particle,
  place,
} from './people-words.ts';
import {segmentsOf} from './segments.ts';
import type {Reading, Token} from './text.ts';
import {findTitles} from './titles-find.ts';

/** What the searches for names and companies share: the words, and where what they find is put. */
export const createWho = (reading: Reading, language: Locale, checks: Checks, asked: Asked) => {
  const {plain, original} = reading;
  // people introduce themselves in a few lines
  const tokens = reading.tokens.slice(0, 800);
  const titles = findTitles({...reading, tokens}, language, asked);
  const segments = segmentsOf(tokens, plain);
  const cut = (from: number, to: number) => ({
    start: tokens[from]?.start ?? 0,
    end: tokens[to - 1]?.end ?? 0,
  });
  const words = (from: number, to: number) =>
    original.slice(tokens[from]?.from ?? 0, tokens[to - 1]?.to ?? 0);
  const isTitleAt = (i: number) => titles.some(title => i >= title.from && i < title.to);
  const hasCapitals = tokens.some(token => token.capital && token.kind === 'word' && token.word.length > 1);

  const names: Candidate<string>[] = [];
  const companies: Candidate<string>[] = [];
  /** Whole lines that are a title, beside those that are told by their words. */
  const titleLines: Candidate<string>[] = [];
  const addTitle = (from: number, to: number, weight: number) => {
    const {start, end} = cut(from, to);
    if (!checks.vetoed(start, end)) titleLines.push({value: words(from, to), start, end, weight});
  };
  const addName = (from: number, to: number, weight: number) => {
    while (from < to && honorific.test(tokens[from]?.word ?? '') && to - from > 1) {
      from += 1;
      if (tokens[from]?.word === '.') from += 1;
    }
    if (from >= to) return;
    const {start, end} = cut(from, to);
    if (checks.vetoed(start, end) || checks.negated(start, end)) return;
    if (
      /\b(?:our|my|unser\p{L}*|mein\p{L}*|notre|mon|ma|nuestr[oa]|mi) (?!name|nombre|nom\b|namen)\p{L}{3,20}[\s,(:]{1,3}$/u.test(
        plain.slice(Math.max(0, start - 40), start),
      )
    )
      return;
    if (
      /^,?\s?(?:die|der|she|he|elle|il|ella|el) (?:macht|decides|does|handles|ist zustandig|entscheidet|s'en occupe|gere|lleva)/.test(
        plain.slice(end, end + 40),
      )
    )
      return;
    names.push({value: words(from, to), start, end, weight});
  };
  const addCompany = (from: number, to: number, weight: number) => {
    while (
      from < to &&
      /^(?:the|die|der|das|le|la|les|el|los|las|l')$/.test(tokens[from]?.word ?? '') &&
      !tokens[from]?.capital
    )
      from += 1;
    while (
      to > from &&
      /^[,.;:!?-]$/.test(tokens[to - 1]?.word ?? '') &&
      !(tokens[to - 1]?.word === '.' && /^(?:v|l|a|co|inc|ltd)$/.test(tokens[to - 2]?.word ?? ''))
    )
      to -= 1;
    if (from >= to) return;
    const {start, end} = cut(from, to);
    if (checks.vetoed(start, end) || checks.negated(start, end)) return;
    if (end - start > 80 || place.test(plain.slice(start, end))) return;
    companies.push({value: words(from, to), start, end, weight});
  };

  /** Whether a legal form stands at the end of the capitalised words that begin here. */
  const namesFirm = (i: number): boolean => {
    let to = i;
    while (
      to - i < 4 &&
      tokens[to]?.kind === 'word' &&
      tokens[to]?.capital &&
      !legal.test(tokens[to]?.word ?? '')
    )
      to += 1;
    return to > i && legal.test(tokens[to]?.word ?? '');
  };

  /** A run of name words from a place on: "Anna von der Heide", "José Luis Ortega y Gasset". */
  const nameRun = (i: number, loose: boolean): number => {
    let to = i;
    let count = 0;
    while (to < tokens.length && count < 5) {
      const token = tokens[to] as Token;
      const previous = tokens[to - 1];
      if (to > i && previous && /[,;:()!?|\n]/.test(plain.slice(previous.end, token.start))) break;
      if (to > i && plain.slice(previous?.end ?? 0, token.start).includes('\n')) break;
      const initial = token.word === '.' && previous?.word.length === 1 && previous.capital;
      if (initial) {
        to += 1;
        continue;
      }
      if (isTitleAt(to) && count > 0) break;
      // "Anna Bauer von Muster GmbH"
      if (count > 0 && /^(?:von|van|de|di)$/.test(token.word) && namesFirm(to + 1)) break;
      const ok =
        isNameToken(token) ||
        (loose &&
          token.kind === 'word' &&
          (count === 0 || !hasCapitals) &&
          !notName.has(token.word) &&
          !isTitleAt(to) &&
          token.word.length > 1);
      if (ok) {
        to += 1;
        count += 1;
      } else if (
        count > 0 &&
        particle.test(token.word) &&
        (isNameToken(tokens[to + 1]) ||
          (particle.test(tokens[to + 1]?.word ?? '') && isNameToken(tokens[to + 2]))) &&
        !/^(?:de|du|da|del|des|la|le|al|der|den|dem)$/.test(token.word)
      )
        to += 1;
      else if (
        count > 0 &&
        /^(?:de|du|da|del|des|la|le|der|den|dem|al)$/.test(token.word) &&
        isNameToken(tokens[to + 1]) &&
        (count === 1 || language === 'es') &&
        !orgWord.test(tokens[to + 1]?.word ?? '')
      )
        to += 1;
      else if (
        count > 0 &&
        /^(?:de|von)$/.test(token.word) &&
        /^(?:la|los|las|der|den)$/.test(tokens[to + 1]?.word ?? '') &&
        isNameToken(tokens[to + 2])
      )
        to += 2;
      else break;
    }
    return to;
  };

  /** A run of capitalised words with what joins them in a company's name. */
  const companyRun = (i: number): number => {
    let to = i;
    let last = i;
    let count = 0;
    while (to < tokens.length && to - i < 12) {
      const token = tokens[to] as Token;
      const previous = tokens[to - 1];
      const gap = previous ? plain.slice(previous.end, token.start) : '';
      if (to > i && gap.includes('\n')) break;
      // "Coopers Joint Ltd. We have ..."
      if (previous?.word === '.' && legal.test(tokens[to - 2]?.word ?? '') && !legal.test(token.word)) break;
      if (
        token.kind === 'word' &&
        (token.capital || (token.word.length > 2 && legal.test(token.word))) &&
        !(
          notName.has(token.word) &&
          !/^(?:the|la|le|les|el|los|las|die|der|das|bank|sales|and|de|support|data|team|office|business|company|human|equipo|empresa|we|you|one|two|three|four|five|six|seven|eight|nine|ten|march|may|april)$/.test(
            token.word,
          )
        ) &&
        !(to > i && isTitleAt(to) && count > 0 && gap !== ' ')
      ) {
        to += 1;
        count += 1;
        last = to;
      } else if (
        token.kind === 'number' &&
        count > 0 &&
        gap === ' ' &&
        token.word.length < 5 &&
        !/^\s?(?:people|employees|mitarb|leute|salari|personn|person|emplead|staff|of us|ppl|besch|angest)/.test(
          plain.slice(token.end),
        ) &&
        /^\s(?:\p{Lu}|$)|^[,.]?$/u.test(original.slice(token.to, token.to + 2)) &&
        legal.test(tokens[to + 1]?.word ?? '')
      ) {
        to += 1;
        last = to;
      } else if (
        count > 0 &&
        /^(?:&|\+|-|'|\.|of|the|and|de|du|des|d'|la|le|les|del|los|las|el|y|e|et|und|zu|zum|zur|am|im|an|der|von|fur|for|in|by|sur|aux|au|en)$/.test(
          token.word,
        )
      ) {
        if (token.word === '.' && !legalBefore(tokens[to - 1])) break;
        if (/^(?:in|en|by|for|im|am|an|au|aux|sur)$/.test(token.word)) break;
        to += 1;
        if (token.word === '.') last = to;
      } else break;
    }
    return count > 0 ? last : i;
  };

  return {
    plain,
    original,
    tokens,
    titles,
    segments,
    names,
    companies,
    language,
    checks,
    asked,
    cut,
    words,
    isTitleAt,
    hasCapitals,
    addName,
    addCompany,
    addTitle,
    titleLines,
    nameRun,
    companyRun,
  };
};
export type Who = ReturnType<typeof createWho>;
