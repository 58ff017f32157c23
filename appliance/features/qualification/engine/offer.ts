import {saysNo, saysYes} from './check.ts';
import {isQuestion} from './faq.ts';
import {fold, sentenceAt} from './text.ts';

/**
 * A person offered by the assistant ("A colleague can answer it. Shall I call one?") and what a visitor answers to it: who
 * accepts must get a person, who declines must not.
 */
export type Offer = {
  /** Where it stands in the assistant's text. */
  start: number;
  end: number;
  /** Asked, not only said. */
  question: boolean;
  /** The only thing asked, or asked beside something that a yes cannot answer. */
  clear: boolean;
};

const somebody =
  /\b(?:colleagues?|persons?|humans?|someone|somebody|specialists?|advis[eo]rs?|experts?|team|kolleg\p{L}*|jemand\p{L}*|mensch\p{L}*|berater\p{L}*|beratung|collegues?|conseill\p{L}+|personne|quelqu'un|humain|equipe|companer\p{L}+|asesor\p{L}*|persona|alguien|equipo)\b/u;
const can = /\b(?:can|could|kann|konnte|konnen|peut|pourrait|peuvent|puede|podria|pueden)\b/;
const calls =
  /\b(?:shall|should|may|can|could) i (?:call|(?:get|fetch|bring|connect) (?:you\b|one|some(?:one|body)|an?\b))|\b(?:would you like|do you want|want me) .{0,30}(?:call|talk|speak|connect|get)|\bsoll ich .{0,40}(?:rufe?n|holen|verbinden|hinzuholen)|\b(?:mochten|wollen) sie .{0,40}(?:sprechen|verbunden)|\b(?:voulez|souhaitez|desirez)-?\s?vous .{0,40}(?:appelle|parler|previenne)|\bpuis-je .{0,20}appeler|\b(?:quiere|desea) (?:que .{0,20}(?:llame|avise)|hablar)|\b(?:le|lo) (?:llamo|paso)\b/;
/** "How many", "which": a yes is no answer to it. */
const open =
  /\b(?:how|what|which|when|who|whom|where|wie\p{L}*|wann|welche\p{L}*|wer|wem|wen|wo|wohin|was|combien|comment|quand|quel\p{L}*|qui|ou|(?:a|de|en|con|por|para) que|cuant\p{L}+|como|cuando|cual\p{L}*|quien|donde|adonde)\b/u;

/** The last one in what the assistant said. */
export const offerIn = (text: string): Offer | undefined => {
  const {text: plain, span} = fold(text.slice(0, 4000));
  let offer: Offer | undefined;
  const others: string[] = [];
  for (let at = 0; at < plain.length; ) {
    const {end} = sentenceAt(plain, at);
    const sentence = plain.slice(at, end);
    const asks = sentence.trimEnd().endsWith('?');
    if (asks ? calls.test(sentence) : somebody.test(sentence) && can.test(sentence)) {
      const lead = sentence.length - sentence.trimStart().length;
      // said first and then asked, it is one offer
      offer = {...span(at + lead, end), question: asks, clear: false};
    } else if (asks) others.push(sentence);
    at = Math.max(end, at + 1);
  }
  return offer && {...offer, clear: others.every(other => open.test(other))};
};

const word = {
  yes: "yes|yeah|yep|yup|sure|of course|please(?: do(?: that)?)?|do (?:so|that|it)|go ahead|gladly|absolutely|definitely|why not|i(?:'d| would) (?:like|love|appreciate) (?:that|it)|that(?:'d| would) be (?:great|nice|lovely|good|helpful|perfect)|call (?:one|them|him|her|someone|somebody)|ja|jawohl|jep|gerne?|sehr gerne?|bitte(?: ja)?|klar|na klar|sicher|naturlich|selbstverstandlich|unbedingt|(?:machen|tun) sie das|das ware (?:nett|schon|gut|super|toll|prima|lieb|hilfreich)|(?:rufen|holen) sie (?:bitte )?(?:jemanden?|ihn|sie)?|warum nicht|oui|ouais|volontiers|s'il vous plait|s'il te plait|svp|avec plaisir|bien sur|je veux bien|ce serait (?:bien|parfait|super|gentil|top)|allez-y|faites(?:-le| ca| donc)?|appelez(?:-l[ea]s?)?|pourquoi pas|si|por favor|porfa|claro(?: que si)?|por supuesto|desde luego|con (?:mucho )?gusto|adelante|hagalo|me gustaria|me encantaria|seria (?:estupendo|genial|perfecto|ideal)|llam(?:e|elo|ela|eles)|por que no",
  fine: "ok(?:ay)?|great|perfect|fine|good|sounds good|all right|alright|gut|super|prima|einverstanden|in ordnung|passt|genau|d'accord|parfait|entendu|tres bien|vale|de acuerdo|perfecto|bueno|dale|venga|estupendo",
  filler:
    'thanks?|thank you|very much|then|now|that|it|danke|vielen dank|schon|dann|mal|doch|das|merci|beaucoup|alors|donc|gracias|muchas gracias|entonces|pues',
};
const whole = new RegExp(
  `^(?:[\\s,.;:!)-]*\\b(?:${word.yes}|${word.fine}|${word.filler})\\b){1,7}[\\s,.;:!)-]*$`,
);
const willing = new RegExp(`\\b(?:${word.yes})\\b`);
const agreed = new RegExp(`\\b(?:${word.fine})\\b`);
const hesitates =
  /\b(?:no|not|don't|dont|later|but|maybe|rather|instead|nein|nicht|kein\p{L}*|spater|aber|vielleicht|lieber|pas|plus tard|mais|peut-etre|plutot|luego|mas tarde|despues|pero|quizas?|mejor|todavia)\b/u;

/** The words that accept it; undefined where it is declined, left open or not answered. */
export const acceptance = (plain: string, offer: Offer): {start: number; end: number} | undefined => {
  if (saysNo(plain) || !offer.clear) return undefined;
  const start = plain.length - plain.trimStart().length;
  if (whole.test(plain))
    return willing.test(plain) || (offer.question && agreed.test(plain))
      ? {start, end: plain.trimEnd().length}
      : undefined;
  // "Yes please, my number is …": more than a yes, and nothing that takes it back
  const yes = offer.question && !isQuestion(plain) && !hesitates.test(plain) ? saysYes(plain) : null;
  return yes ? {start, end: yes.index + yes[0].length} : undefined;
};

const declines =
  /\b(?:don't|dont|do not|not|no need to|rather not|won't) (?:\w+ ){0,3}(?:talk|speak|chat|call|connect|bother) (?:\w+ ){0,2}(?:persons?|humans?|colleagues?|any(?:one|body)|some(?:one|body)|agents?)\b|\b(?:don't|dont|do not) (?:want|need) (?:an?|any|to be) (?:\w+ )?(?:person|human|call(?:ed)?|colleague)\b|\b(?:nicht|nie) mit (?:\w+ ){0,3}(?:mensch\w*|person|mitarbeiter\w*|kolleg\w*|jemand\w*) (?:\w+ )?(?:sprechen|reden|telefonieren|schreiben|verbunden)|\bkeine[nm]? (?:menschen|anruf|person|ruckruf|kolleg\w*|mitarbeiter\w*)\b|\bniemanden? (?:\w+ ){0,2}(?:rufen|anrufen|holen)|\b(?:ne |n')(?:\w+ ){0,2}pas (?:\w+ ){0,2}(?:parler|appeler|rappelee?|appelee?) (?:\w+ ){0,2}(?:personne|humain|conseill\w*|collegue|quelqu'un)\b|\bn'appelez (?:\w+ )?personne|\bpas besoin d(?:e |')(?:\w+ ){0,2}(?:personne|humain|conseill\w*|collegue|quelqu'un|appeler)|\bno (?:\w+ ){0,2}(?:quiero|queremos|necesito|necesitamos|hace falta|deseo|llam\w+|avis\w+) (?:\w+ ){0,3}(?:persona|humano|asesor\w*|companer\w*|nadie|alguien)\b/;
/** "I'd rather not talk to a person": words that ask for one, turned round. Why one cannot be had is no refusal. */
export const declinesPerson = (sentence: string): boolean =>
  declines.test(sentence) && !sentence.includes('?');
