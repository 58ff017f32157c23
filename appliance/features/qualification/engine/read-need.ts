import {type readChecks, saysNo, saysYes} from './check.ts';
import {greetingLength} from './filler.ts';
import {type Reading, sentenceAt} from './text.ts';

const needCue =
  /\b(?:we(?:'re| are)? (?:looking for|after|in need of|in the market for|searching for|shopping for)|i(?:'m| am) (?:looking for|after|in need of|searching for)|looking for|in search of|we (?:need|want|require|would like|'d like)|i (?:need|want|require|would like|'d like)|need|want|interested in|enquiry for|wir (?:suchen|brauchen|benotigen|hatten gern|mochten|wollen)|ich (?:suche|brauche|benotige|hatte gern|mochte)|suchen|suche|brauchen|brauche|benotigen|interesse an|interessieren uns fur|nous (?:cherchons|recherchons|voulons|souhaitons|avons besoin d[eu']?)|on (?:cherche|voudrait|veut|aimerait|a besoin d[eu']?)|je (?:cherche|recherche|voudrais|veux|souhaite|souhaiterais)|j'ai besoin d[eu']?|besoin d[eu']?|il nous (?:faut|faudrait)|cherchons|(?:busco|buscamos|necesito|necesitamos|queremos|quiero|querria|quisiera|quisieramos|nos interesa|me interesa|estamos buscando|estoy buscando))\s/;
/** What they are looking for, in their own words. */
export const readNeed = (
  reading: Reading,
  checks: ReturnType<typeof readChecks>,
  wanted: boolean,
  others: number,
): {start: number; end: number} | undefined => {
  const {plain} = reading;
  const match = needCue.exec(plain);
  if (match) {
    const start = match.index + match[0].length;
    const sentence = sentenceAt(plain, start);
    const stop = plain
      .slice(start, Math.min(sentence.end, start + 160))
      .search(/[,;.!?\n]|\s-\s|\s(?:and we|und wir|et nous|y somos|because|weil|parce|porque)\s/);
    const end = stop === -1 ? Math.min(sentence.end, start + 160) : start + stop;
    const text = plain.slice(start, end).trim();
    if (
      text.length > 3 &&
      !checks.vetoed(start, end) &&
      !/^(?:to (?:talk|speak)|a (?:human|person|demo|quote|call)|einen (?:menschen|ruckruf)|parler|un devis|hablar|un presupuesto|to know|wissen|savoir|saber)\b/.test(
        text,
      )
    ) {
      return {start, end: start + plain.slice(start, end).trimEnd().length};
    }
  }
  // after the question nearly any words would do: not those that give orders
  if (!wanted || others > 0 || checks.ordered || plain.trim().length < 8 || plain.length > 220)
    return undefined;
  const first = sentenceAt(plain, 0);
  const text = plain.slice(first.start, first.end).trimEnd();
  const words = text.split(/\s+/).length;
  if (
    (words < 2 && text.length < 8) ||
    text.endsWith('?') ||
    checks.vetoed(first.start, first.end) ||
    saysNo(plain) ||
    saysYes(plain)
  )
    return undefined;
  const greeted = greetingLength(text);
  return {
    start: first.start + (greeted < text.length ? greeted : 0),
    end: first.start + text.replace(/[.!]+$/, '').length,
  };
};
