import {fold} from './text.ts';

/** Nothing but "hello?", "is anybody there?", "hallo??", "il y a quelqu'un ?": folded text, in four languages. */
const hello =
  /^(?:(?:hello|hi|hey|hiya|yo|hallo|servus|moin|gruezi|gruss gott|guten (?:tag|morgen|abend)|good (?:morning|afternoon|evening|day)|bonjour|bonsoir|salut|allo|coucou|hola|buenas|buenos dias|buenas (?:tardes|noches)|oiga|there|again|you there|(?:is |are )?(?:any(?:one|body)|some(?:one|body)|you) (?:still )?(?:there|here|around|home)|(?:ist )?(?:da|hier) (?:wer|jemand)|(?:ist )?(?:wer|jemand) (?:da|hier)|(?:noch|schon) da|sind sie (?:noch )?da|bist du (?:noch )?da|(?:il )?y a quelqu.?un|quelqu.?un|vous etes (?:toujours )?la|(?:hay )?alguien(?: (?:ahi|aqui|por ahi))?|sigue ahi|esta ahi)[\s,.!?¿¡)-]*){1,4}$/;

/** "What is this?", "Wer sind Sie?", "C'est quoi ?": who asks so wants to know what they write with. */
const whatIsThis =
  /^(?:(?:hello|hi|hey|hallo|bonjour|hola|ok(?:ay)?|wait|moment|sorry|um|eh|er|so)[\s,.!?-]+)*(?:what(?: is|.s) (?:this|that|this here|this chat|this thing)|who(?: are|.re) you|what are you|who is this|who am i (?:talking|speaking|writing) (?:to|with)|was ist (?:das|das hier|das fur ein chat)|was soll das(?: hier| sein)?|wer (?:sind sie|bist du|ist (?:da|das|hier))|mit wem (?:schreibe|spreche|rede|chatte) ich(?: hier)?|c.?est quoi(?: ca| ce (?:chat|truc))?|qu.?est[- ]ce que c.?est(?: que ca)?|(?:vous etes|t.?es|tu es) qui|qui (?:etes[- ]vous|es[- ]tu)|a qui (?:je parle|est-ce que je parle|ai-je affaire)|que es (?:esto|este chat)|(?:y )?(?:tu |usted )?quien (?:eres|es usted|es)|con quien (?:hablo|estoy hablando))[\s,.!?]*$/;

const plainly = (text: string): string => fold(text.slice(0, 400)).text.replaceAll('¿', '').trim();

export const greets = (text: string): boolean => hello.test(plainly(text));
export const asksWhatThisIs = (text: string): boolean => whatIsThis.test(plainly(text));
