import {fold} from './text.ts';

/** Words of courtesy, in the four languages, on the plain view: they greet, thank, agree or clear the throat, and name nothing. */
const courtesy = [
  // English
  'hi(?:ya)?|hello|hey|howdy|greetings|good (?:morning|afternoon|evening|day|night)|morning|dear (?:sirs?|madam|team|all)|sirs?|madam|to whom it may concern|there|all|everyone|folks|thanks?(?: a lot| very much| so much)?|many thanks|thank you(?: very much| so much)?|thx|ty|cheers|ta|please|yes|yeah|yep|no|nope|ok(?:ay)?|sure|great|fine|perfect|good|cool|nice(?: to meet you)?|bye(?: bye)?|goodbye|see you|(?:best |kind |warm )?regards|sincerely|well|so|um+|uh+|er+|hm+|anyone there|is any(?:one|body) there|(?:i have )?(?:a |just a |a quick |quick )?question|(?:some )?help(?: me)?|how are you|test(?:ing)?',
  // German
  "guten (?:morgen|tag|abend)|gute nacht|morgen|tag|hallo(?:chen)?|moin|servus|gruss gott|gruss dich|gruezi(?: mitenand)?|mahlzeit|zusammen|liebes team|sehr geehrte|damen und herren|danke(?: ?schon| ?sehr| vielmals)?|(?:vielen|herzlichen|besten|schonen|tausend) dank|bitte(?: ?schon| ?sehr)?|ja|jo|nein|nee|gut|prima|super|toll|klar|gern(?:e)?|tschuss|ciao|auf wiedersehen|schonen (?:tag|abend)(?: noch)?|(?:mit )?freundliche[nr]? gruss(?:en|e)?|(?:viele|liebe|beste) grusse|mfg|lg|vg|ahm+|ah|naja|also|tja|(?:ich habe |hatte |habe )?(?:mal |nur )?eine (?:kurze )?frage|frage|hilfe|wie geht(?: es|'s)(?: ihnen| dir)?",
  // French
  "bonjour|bonsoir|salut|coucou|allo|bonne (?:journee|soiree|nuit)|madame|monsieur|mesdames|messieurs|a tous|tout le monde|merci(?: beaucoup| bien| d'avance)?|mille mercis|s'il (?:vous|te) plait|svp|stp|oui|ouais|non|d'accord|bien|tres bien|parfait|au revoir|a bientot|cordialement|bien a vous|euh+|ben|bon|alors|voila|(?:j'ai )?une (?:petite )?question|(?:de l'|d')?aide|comment allez-vous|ca va",
  // Spanish
  'hola|buenas|muy buenas|buenos dias|buen dia|buenas (?:tardes|noches)|que tal|(?:muchas |mil )?gracias(?: de antemano)?|por favor|porfa|si|vale|de acuerdo|claro|bien|muy bien|perfecto|genial|adios|hasta (?:luego|pronto|manana)|(?:un )?saludos?(?: cordiales)?|atentamente|estimad[oa]s?(?: senor(?:es|as?)?)?|senor(?:es|as?)?|pues|eh|bueno|a ver|(?:tengo )?una (?:pregunta|consulta)|pregunta|consulta|ayuda|como esta(?:s|n)?',
].join('|');
const between = String.raw`[\s\p{P}\p{S}]`;
const only = new RegExp(`^${between}*(?:(?:${courtesy})(?![\\p{L}\\p{N}])${between}*){1,8}$`, 'u');
const opening = new RegExp(
  `^${between}*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|guten (?:morgen|tag|abend)|hallo|moin|servus|gruss gott|gruezi|bonjour|bonsoir|salut|hola|buenos dias|buen dia|buenas(?: tardes| noches)?)(?: (?:there|all|everyone|zusammen|a tous))?(?![\\p{L}\\p{N}])${between}*)+`,
  'u',
);

/** "Good morning", "ok danke", "une question": no name, no company, no role and no need. */
export const isFiller = (text: string): boolean => only.test(fold(text.slice(0, 120)).text);

/** How much of the plain view is the greeting it begins with. */
export const greetingLength = (plain: string): number => opening.exec(plain)?.[0].length ?? 0;
