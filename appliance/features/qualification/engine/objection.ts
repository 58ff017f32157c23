import {fold} from './text.ts';

const ai =
  "(?:an? |any |your |the |the use of |eine[rn]? |der |die |une? |l'|d'(?:une )?|de l'|una |la )?(?:ai|a\\.i\\.|ki|k\\.i\\.|ia|i\\.a\\.|artificial intelligence|kunstliche[nr]? intelligenz|intelligence artificielle|inteligencia artificial)(?![\\p{L}\\p{N}])";
/** Of one sentence, with what hangs on it. */
const between = '(?:[^,.;!?]|, (?:dass|that|que) )';
const patterns = [
  `\\bi (?:hereby |strongly )?(?:object|am opposed) to ${between}{0,40}\\b${ai}`,
  `\\bi (?:do not|don't|dont|never|would rather not|refuse to|won't|will not|no longer) (?:want|wish|agree|consent|like|accept|have|be|let|allow)\\b${between}{0,40}\\b${ai}`,
  `\\bi refuse ${between}{0,30}\\b${ai}`,
  `\\bi (?:withdraw|revoke) ${between}{0,40}\\b${ai}`,
  `\\bstop (?:using|the|processing|reading|feeding) ${between}{0,40}\\b${ai}`,
  `(?:^|[.,;!]\\s?)no ai(?: please| thanks| thank you)?\\s?(?:[.,;!]|$)`,
  `\\b(?:without|no) ${ai},? please`,
  `\\bdo not (?:let|have|use) .{0,16}\\b${ai}${between}{0,30}\\b(?:me|my|i)\\b`,
  `\\b(?:widerspreche|widerspruch gegen)\\b${between}{0,60}\\b${ai}`,
  `\\bich (?:mochte|will|wunsche|erlaube|gestatte|akzeptiere|dulde) (?:das |es |dies |mir |mich )?(?:nicht|kein\\w*|nichts)\\b${between}{0,40}\\b${ai}`,
  `\\bich (?:lehne|verweigere|untersage)\\b${between}{0,50}\\b${ai}`,
  `(?:^|[.,;!]\\s?)(?:bitte )?(?:keine|ohne) ki(?: bitte| danke)?\\s?(?:[.,;!]|$)`,
  `\\b(?:nicht|nie) (?:von|durch|mit) (?:einer |eurer |ihrer )?ki (?:verarbeit|beantwort|bearbeit|bedien|red|sprech|schreib)\\p{L}*`,
  `\\bje (?:m'oppose|refuse|ne veux pas|ne souhaite pas|ne souhaite plus|ne veux plus|n'accepte pas|n'autorise pas)\\b${between}{0,60}\\b${ai}`,
  `(?:^|[.,;!]\\s?)(?:pas d'ia|sans ia|pas d'intelligence artificielle)(?: s'il vous plait| svp| merci)?\\s?(?:[.,;!]|$)`,
  `\\b(?:me opongo|me niego|no quiero|no deseo|no acepto|no autorizo|rechazo)\\b${between}{0,60}\\b${ai}`,
  `(?:^|[.,;!]\\s?)(?:sin|nada de) ia(?: por favor| gracias)?\\s?(?:[.,;!]|$)`,
].map(pattern => new RegExp(pattern, 'u'));
/** Of a product or a firm, not of this conversation. */
const ofSomethingElse =
  /\b(?:in|for|into|fur|pour|para|dans|en) (?:our|my|the|unser\w*|mein\w*|notre|nos|mon|nuestr\w*|mi) (?:product|software|app|company|firm|plant|factory|team|shop|produkt|firma|werk|produit|societe|entreprise|usine|producto|empresa|fabrica)/u;

/** Whether the visitor says that no AI may answer them or process what they write. A question whether one does is none. */
export const objectsToAi = (text: string): boolean => {
  const {text: plain} = fold(text);
  return (
    plain.length <= 2000 &&
    !/\?\s*$/.test(plain.trim()) &&
    !ofSomethingElse.test(plain) &&
    patterns.some(pattern => pattern.test(plain))
  );
};
