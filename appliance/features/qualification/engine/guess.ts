import type {Asked} from './asked.ts';
import {bucketOf, readDay} from './calendar.ts';
import {findEmails, findPhones} from './contacts.ts';
import {findMoments} from './dates.ts';
import type {FactField, FactValue, Intent, Locale} from './engine.types.ts';
import {people} from './measures.ts';
import {findQuantities, toBudget} from './quantities.ts';
import {readText} from './text.ts';

export type Guess =
  | {kind: 'fact'; field: FactField; value: FactValue; start: number; end: number}
  | {kind: 'intent'; intent: Intent; start: number; end: number}
  | {kind: 'authority'; start: number; end: number};

const offers: [Intent, RegExp][] = [
  [
    'demo',
    /\bdemo\w*|walk(?:-| )?through|show you|vorfuhr\w*|zeigen|presentation|montrer|demostracion|mostrar\w*/,
  ],
  [
    'trial',
    /\btrial|sandbox|test account|try it|poke around|pilot\b|testzugang|testphase|probe\w*|testen|essai|essayer|\btester|\bprueba|\bprobar\w*/,
  ],
  [
    'video_request',
    /\bvideo\b|\bvideo ?(?:call|chat|meeting)|videoanruf|videogesprach|videokonferenz|visio\b|videollamada/,
  ],
  [
    'human_request',
    /\b(?:colleague|human|person|someone|specialist|adviser|advisor|rep\b|expert|engineer)\b.{0,40}\b(?:call|contact|talk|speak|reach|take over|ring)|\b(?:call|put you through|connect you|transfer you)\b|zuruckrufen|anrufen|ruckruf|verbinden|(?:kollege|kollegin|jemand) .{0,30}(?:anruf|meld|sprech)|rappel\w*|appeler|mettre en relation|collegue|conseiller|(?:llam|contact)\w*|pasar(?:le|te) con|asesor/,
  ],
];
const decides =
  /\b(?:choice|yours to make|choisi|eleccion|depende|decide|decision|approve|sign|call yours|up to you|your call|choose|budget holder|entscheid|genehmig|unterschreib|freigabe|freigeb|decid|valid|signe|tranche|arbitre|aprueb|autoriz|firma|elige)\w*/;

/** What the assistant's last question supposes: the value that a "yes" would confirm. */
export const readGuess = (
  text: string,
  context: {language: Locale; region: string; today: string},
  asked: Asked,
): Guess[] => {
  const reading = readText(text);
  const {plain} = reading;
  const from = Math.max(0, plain.lastIndexOf(asked.question));
  const inside = (start: number, end: number) => start >= from && end <= from + asked.question.length;
  if (!asked.question.includes('?')) return [];
  // "how many", "when": an open question supposes nothing; "would that be for 40?" does
  const guesses: Guess[] = [];
  const open =
    /\b(?:how many|how much|how big|how large|what|which|when|who|where|wie ?viele?|wie gross|wann|welche\w*|wer\b|wo\b|was\b|combien|comment\b|quand|quel\w*|qui\b|ou\b|como\b|(?:a|de|en|con|por|para) que\b|cuant[oa]s?|cuando|cual\w*|quien|donde)\b/;
  for (const quantity of findQuantities(reading, context.language, context.region)) {
    if (!inside(quantity.start, quantity.end)) continue;
    const tail = plain.slice(quantity.end, quantity.end + 40);
    const span = reading.span(quantity.start, quantity.end);
    if (people.test(tail) || (asked.fields.has('company_size') && !quantity.money)) {
      guesses.push({kind: 'fact', field: 'company_size', value: quantity.range, ...span});
    } else if (
      quantity.money &&
      (asked.fields.has('budget') || /budget|spend|limit|ausgeben|presupuest|enveloppe/.test(asked.question))
    ) {
      guesses.push({kind: 'fact', field: 'budget', value: toBudget(quantity, context.region), ...span});
    }
  }
  const today = readDay(context.today);
  if (
    /start|begin|need|live|ready|launch|coverage|soon|by|brauch|benotig|beginn|commenc|demarr|besoin|empez|comenz|necesit|arranc|bis|ab|pour|para/.test(
      asked.question,
    )
  ) {
    for (const {start, end, target} of findMoments(reading, {...context, today, loose: false})) {
      const bucket = bucketOf(target, today);
      if (bucket && inside(start, end))
        guesses.push({kind: 'fact', field: 'timeline', value: bucket, ...reading.span(start, end)});
    }
  }
  for (const {value, start, end} of findEmails(reading))
    if (inside(start, end)) guesses.push({kind: 'fact', field: 'email', value, ...reading.span(start, end)});
  for (const {value, start, end} of findPhones(reading, [context.region], true))
    if (inside(start, end)) guesses.push({kind: 'fact', field: 'phone', value, ...reading.span(start, end)});
  if (!open.test(asked.question)) {
    for (const [intent, pattern] of offers) {
      const match = pattern.exec(asked.question);
      if (match)
        guesses.push({
          kind: 'intent',
          intent,
          ...reading.span(from + match.index, from + match.index + match[0].length),
        });
    }
  }
  const deciding = decides.exec(asked.question);
  const alone = /\b(?:you|yourself|it you|yours|sie|selbst|ihnen|du|vous|usted|tu|te)\b/.test(asked.question);
  if (
    deciding &&
    asked.fields.has('authority') &&
    alone &&
    !/^\W*(?:who|wer|qui|quien)\b/.test(asked.question)
  ) {
    guesses.push({
      kind: 'authority',
      ...reading.span(from + deciding.index, from + deciding.index + deciding[0].length),
    });
  }
  return guesses;
};
