import type {Asked} from './asked.ts';
import {authorityPatterns, denied} from './authority.ts';
import {type readChecks, supposes} from './check.ts';
import type {Intent} from './engine.types.ts';
import {intentPatterns} from './intents.ts';
import {declinesPerson} from './offer.ts';
import type {Found, TurnReading} from './read.types.ts';
import {type Reading, sentenceAt} from './text.ts';

/** Intents by pattern, each with the words that showed it. */
export const readIntents = (
  reading: Reading,
  checks: ReturnType<typeof readChecks>,
): TurnReading['intents'] => {
  const {plain} = reading;
  const found: TurnReading['intents'] = [];
  for (const [intent, pattern] of intentPatterns) {
    for (const match of plain.matchAll(new RegExp(pattern.source, 'gu'))) {
      if (match[0] === '') continue;
      const start = match.index;
      const end = start + match[0].length;
      const head = plain.slice(Math.max(0, start - 36), start);
      const order = checks.vetoed(start, end);
      if (order) continue;
      if (intent === 'human_request') {
        const sentence = sentenceAt(plain, start);
        if (declinesPerson(plain.slice(sentence.start, sentence.end))) continue;
      }
      if (
        intent !== 'opt_out' &&
        intent !== 'support_request' &&
        intent !== 'human_request' &&
        unwanted.test(head)
      )
        continue;
      const span = reading.span(start, end);
      found.push({intent, ...span, confidence: 0.75, source: 'reading'});
      break;
    }
  }
  return settle(found, plain);
};
const unwanted =
  /(?:\b(?:no need (?:for|of|to)|don't need|do not need|don't want|not interested in|without|not looking for|not asking (?:for|about)|no interest in|not needed|skip the|never mind the|kein(?:e|en)?(?: bedarf an)?|brauche(?:n)? (?:ich |wir )?(?:keine?n?)|nicht|ohne|pas besoin d\p{L}*|pas de|sans|aucun(?:e)?|ne veux pas|ne cherche pas|ne voulons pas|no (?:quiero|necesito|busco|queremos)|ni quiero|sin)\s(?:\p{L}{1,10}\s){0,2})$/u;

const givesUp =
  /\b(?:pero mejor no|mejor no|but never ?mind|but no,? thanks|never mind|doch nicht|lieber (?:doch )?nicht|lassen wir|finalement non|mais non|laissez tomber|forget it|vergessen sie's)\b/;

/** What goes together and what does not. */
export const settle = (found: TurnReading['intents'], plain: string): TurnReading['intents'] => {
  const has = (intent: Intent) => found.some(one => one.intent === intent);
  const drop = new Set<Intent>();
  if (givesUp.test(plain)) for (const intent of ['pricing', 'demo', 'trial'] as const) drop.add(intent);
  if (has('vendor_pitch') || has('job_seeker')) {
    for (const intent of [
      'pricing',
      'demo',
      'human_request',
      'integration',
      'migration',
      'competitor_comparison',
      'security_review',
      'trial',
    ] as const)
      drop.add(intent);
  }
  if (has('job_seeker') && has('vendor_pitch')) drop.add('job_seeker');
  if (has('opt_out'))
    for (const intent of ['human_request', 'pricing', 'migration', 'demo', 'support_request'] as const)
      drop.add(intent);
  if (
    has('video_request') &&
    !/\b(?:human|person|someone|mensch|jemand|humain|quelqu'un|alguien|persona|call me|ruf|rappel|llam)\b/.test(
      plain,
    )
  )
    drop.add('human_request');
  if (has('opt_out') && !plain.includes('?')) drop.add('security_review');
  // a complaint about what they leave behind is no request for help
  if (
    has('migration') &&
    /\b(?:want out|alte[rns]?\b|old|jetzige\w*|current|ancien\w*|actuel\w*|viejo|actual|weg von|quitter|dejar)/.test(
      plain,
    )
  )
    drop.add('support_request');
  if (has('support_request') && !drop.has('support_request'))
    for (const intent of ['integration', 'migration', 'demo'] as const) drop.add(intent);
  return found.filter(({intent}) => !drop.has(intent));
};

const onlyMe =
  /^\W*(?:(?:that's|that is|das bin|das|it's|c'est|soy|pues|well|na|tja|ben|also|hm+)\s)?(?:me|just me|only me|i do|i am|myself|mine|we do|ich|ich selbst|ich selber|ich allein|nur ich|wir beide|moi|moi-meme|moi seule?|c'est moi|que moi|yo|yo mism[oa]|solo yo)(?:[\s]?[,.!:)]|$)/u;
const andMe =
  /^\W*(?:(?:my|mein|meine|mon|ma|mi) \p{L}+ (?:and (?:i|me|myself)|und ich|et moi|y yo)|(?:i|me) and my \p{L}+|ich und mein\p{L}* \p{L}+|moi et m\p{L}+ \p{L}+|yo y mi \p{L}+|mine and|both of us|we both|wir beide|tous les deux|toutes les deux|los dos|las dos)\b/u;

/** What somebody says about deciding; a bare "me" counts after "who decides?". */
export const readAuthority = (
  reading: Reading,
  checks: ReturnType<typeof readChecks>,
  asked: Asked,
): Found | undefined => {
  const {plain} = reading;
  const whoDecides =
    asked.fields.has('authority') &&
    /\b(?:who|whose|wer|wem|qui|quien|your|you|sie|vous|usted|deine|ihre)\b/.test(asked.question);
  const short = whoDecides ? (onlyMe.exec(plain) ?? andMe.exec(plain)) : null;
  if (short && !checks.vetoed(0, 1)) {
    const lead = /^\W*/.exec(short[0])?.[0].length ?? 0;
    const span = reading.span(lead, short[0].trimEnd().replace(/[,.!:)]$/, '').length);
    return {field: 'authority', value: 'decision_maker', ...span, confidence: 0.8, source: 'reading'};
  }
  for (const [value, pattern] of authorityPatterns) {
    for (const match of plain.matchAll(new RegExp(pattern.source, 'gu'))) {
      const start = match.index;
      const end = start + match[0].length;
      const head = plain.slice(Math.max(0, start - 24), start);
      if (
        checks.vetoed(start, end) ||
        (value === 'decision_maker' && denied.test(head)) ||
        supposes(plain, start)
      )
        continue;
      const span = reading.span(start, end);
      return {field: 'authority', value, ...span, confidence: 0.75, source: 'reading'};
    }
  }
  return undefined;
};
