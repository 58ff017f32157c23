import type {Intent, Locale} from './engine.types.ts';
import type {Playbook} from './playbook.schema.ts';
import {asksPrice, pricedThing} from './price.ts';
import {fold} from './text.ts';

const small = new Set(
  (
    'a an the is are do does did can could will would i you we us our your my me it its this that there of to for in on at with and or if be have has ' +
    'der die das den dem ein eine einen einem ist sind kann konnen ich sie wir ihr ihre ihren uns unser es zu fur im in am an mit und oder wenn habe hat haben gibt ' +
    'le la les un une des de du d l est sont je vous nous votre vos notre il elle y a au aux en avec et ou si peut on que qu ce c ' +
    'el los las una unos del es son yo usted ustedes su sus nuestro nuestra hay con y o si puede se lo que'
  ).split(' '),
);

/** Words without what carries no meaning, cut to the stem that inflection leaves alone. */
const stems = (text: string): string[] =>
  (fold(text).text.match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter(word => !small.has(word))
    .map(word => (word.length > 6 ? word.slice(0, 6) : word.length > 4 ? word.slice(0, -1) : word));

export const isQuestion = (text: string): boolean => {
  const {text: plain} = fold(text);
  if (/[?？؟¿]/u.test(plain)) return true;
  return /^(?:(?:hi|hello|hallo|bonjour|hola|guten tag|ok|and|und|et|y|also|so)[\s,.!]+)?(?:who|what|when|where|why|how|which|can|could|do|does|is|are|will|would|wer|was|wann|wo|warum|wie|welche[rsnm]?|kann|konnen|gibt|bieten|haben sie|qui|que|quoi|quand|ou|pourquoi|comment|combien|quels?|quelles?|est-ce|peut-on|pouvez|avez|quien|cuando|donde|como|cuanto|cual|cuales|pueden?|tienen?|ofrecen)\b/.test(
    plain.trim(),
  );
};

const prompts: ReadonlySet<Intent> = new Set([
  'pricing',
  'demo',
  'trial',
  'integration',
  'security_review',
  'migration',
]);

type Entry = Playbook['faq'][number];
const isPrice = (entry: Entry): boolean =>
  Object.values(entry.phrases)
    .flat()
    .some(phrase => asksPrice(fold(phrase).text));
/** Whether a price stands for what was asked about: every word that names a thing is one of the entry's own. */
const namesAll = (entry: Entry, things: readonly string[]): boolean => {
  const own = new Set(
    stems([...Object.values(entry.phrases).flat(), ...Object.values(entry.answer)].join(' ')),
  );
  return things.every(thing => own.has(thing));
};

/**
 * The playbook's answer whose phrase lies wholly, or for long phrases almost wholly, in what was asked. A question about a
 * price is answered with the price of that thing, or not at all.
 */
export const answerFor = (
  playbook: Playbook,
  language: Locale,
  visitorText: string,
  intents: readonly {intent: Intent}[],
  /** What the visitor had said before. */
  before?: string,
): {id: string; text: string; source: string | null} | undefined => {
  const words = stems(visitorText.slice(0, 2000));
  const asks =
    isQuestion(visitorText) || words.length <= 4 || intents.some(({intent}) => prompts.has(intent));
  if (!asks || words.length === 0) return undefined;
  const said = new Set(words);
  const money = asksPrice(fold(visitorText).text) || intents.some(({intent}) => intent === 'pricing');
  const things = money ? pricedThing(visitorText, before, stems) : [];
  let best: {weight: number; id: string; text: string; source: string | null} | undefined;
  let even = false;
  for (const entry of playbook.faq) {
    if (money ? !isPrice(entry) || !namesAll(entry, things) : false) continue;
    for (const phrase of Object.values(entry.phrases).flat()) {
      const needed = [...new Set(stems(phrase))];
      if (needed.length === 0) continue;
      const met = needed.filter(stem => said.has(stem)).length;
      if (met < (needed.length > 3 ? needed.length - 1 : needed.length)) continue;
      // a single word is only enough where little else was said
      if (met === 1 && words.length > 8) continue;
      const weight = met + met / needed.length;
      const text = entry.answer[language];
      if (text === undefined) continue;
      if (weight > (best?.weight ?? 0)) {
        const source = typeof entry.source === 'string' ? entry.source : entry.source[language];
        best = {weight, id: entry.id, text, source: source ?? null};
        even = false;
      } else even ||= best?.id !== entry.id && weight === best?.weight;
    }
  }
  // two prices that fit as well as each other: neither is surely the right one
  return money && even ? undefined : best;
};
