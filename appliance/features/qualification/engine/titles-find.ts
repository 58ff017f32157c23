import type {Asked} from './asked.ts';
import type {Locale} from './engine.types.ts';
import {titleAdjective, titleHeads, titleLinks} from './titles.ts';
import {firstNames} from './first-names.ts';
import type {Reading, Token} from './text.ts';

export type TitleSpan = {
  /** Token indexes, end exclusive. */
  from: number;
  to: number;
  /** Whether it is said of the visitor, as far as the words around it tell. */
  own: boolean;
  weight: number;
};

const stop = new Set(
  "a an the i i'm im am my our your his her their we you is are was be as at from with by and or but so not no hi hello hey here this that me it its in on for of to also just only currently who which what if then than der die das den dem des ein eine einen einem ich bin ist sind wir sie er mein meine unser unsere als bei von mit und oder aber nicht kein keine hier ja nein im in am auf zu fur guten tag hallo servus le la les l' un une des du de d' je suis est sommes nous vous il elle mon ma notre votre et ou mais pas chez en au avec pour c'est bonjour el los las lo una yo soy es somos mi nuestro nuestra su y o pero hola por para con del al como que se".split(
    ' ',
  ),
);
const introduces =
  /(?:^|[\s,.;:!(-])(?:i'?m|i am|am|as|being|work as|working as|i work as|job is|role is|role:|title is|title:|position is|position:|i'm the|designation is|undersigned is|unterzeichner ist|unterzeichnete ist|soussigne est|me:|self|bin|als|arbeite als|funktion:|funktion ist|rolle:|position ist|je suis|suis|en tant que|en qualite de|comme|fonction:|poste:|mon poste est|soy|como|trabajo de|trabajo como|mi cargo es|cargo:|puesto:|estoy de|estoy como|ich bin hier|i'm their|call me the)\s(?:only |just |actually |also |currently |now |auch |nur |hier |derzeit |aussi |tambien |solo |here )?(?:a |an |the |their |our |your |company's |der |die |das |ein |eine |le |la |l'|un |une |el |los |las |senior |mere )?$/;
const someoneElse =
  /(?:\b(?:my|our|your|his|her|their|the|a|an|another|new|mein|meine|meinen|meinem|meiner|unser|unsere|unserem|unseren|unserer|ihr|ihre|ihrem|der|die|dem|den|das|ein|eine|einen|einem|neuen?|mon|ma|mes|notre|nos|votre|vos|le|la|les|l'|un|une|son|sa|mi|mis|nuestr[oa]|nuestr[oa]s|su|sus|el|los|las|una|del|al|de|from|by|to|with|for|mit|von|vom|zum|zur|beim|par|avec|por|con|and|und|et|y|ask)\s|\b[ld]')$/;

/** Titles: a head noun, what belongs to it, and whether it is the visitor's. */
export const findTitles = ({plain, tokens}: Reading, language: Locale, asked: Asked): TitleSpan[] => {
  const languages = [...new Set<Locale>([language, 'en'])];
  const found: TitleSpan[] = [];
  const wanted = asked.fields.has('job_title');
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind !== 'word') continue;
    const spoken = languages.find(
      one => titleHeads[one].test(token.word) || titleHeads[one].test(token.word.split('-').at(-1) ?? ''),
    );
    if (!spoken) continue;
    let from = i;
    let to = i + 1;
    // what stands before it
    for (let steps = 0; from > 0 && steps < 4; steps++) {
      const before = tokens[from - 1] as Token;
      const joined = before.word === '&' || before.word === '/' || before.word === '-';
      if (joined && from > 1) {
        const further = tokens[from - 2];
        if (further?.kind !== 'word' || stop.has(further.word)) break;
        from -= 2;
        continue;
      }
      if (before.kind !== 'word' || stop.has(before.word)) break;
      const known = languages.some(
        one => titleAdjective[one].test(before.word) || titleHeads[one].test(before.word),
      );
      const english =
        spoken === 'en' &&
        /^\p{L}{2,16}$/u.test(before.word) &&
        !before.capital &&
        !/(?:ed|ing|ly)$/.test(before.word);
      const titled =
        spoken === 'en' &&
        before.capital &&
        token.capital &&
        !firstNames.has(before.word) &&
        segmentStart(tokens, from - 1) <= 3;
      if (!known && !titled && !(english && steps < 2 && language === 'en')) break;
      from -= 1;
    }
    // and behind
    const links = new Set([...titleLinks[spoken], ...titleLinks[language]]);
    for (let steps = 0; to < tokens.length && steps < 7; steps++) {
      const next = tokens[to] as Token;
      const after = tokens[to + 1];
      const adjective = languages.some(
        one => titleAdjective[one].test(next.word) || titleHeads[one].test(next.word),
      );
      if (next.kind === 'word' && adjective && next.word !== 'en' && !stop.has(next.word)) to += 1;
      else if (links.has(next.word) && after?.kind === 'word' && !placeAfter.has(after.word)) {
        // "of our school", "in der Bäckerei": that is where, not what
        const third = tokens[to + 2];
        const article = /^(?:la|l'|le|les|los|las|el|der|die|des)$/.test(after.word);
        if (article && third?.kind === 'word' && !third.capital) to += 3;
        else if (
          !article &&
          !stop.has(after.word) &&
          (!after.capital ||
            (isPart(next.word, language) && (language === 'en' || language === 'de') && token.capital)) &&
          !(next.word === 'in' && language !== 'de') &&
          !(/^(?:en|im|in|au|a)$/.test(next.word) && after.capital)
        )
          to += 2;
        else break;
      } else if (
        (next.word === 'and' ||
          next.word === 'und' ||
          next.word === 'et' ||
          next.word === 'y' ||
          next.word === '&' ||
          next.word === '/') &&
        to > i + 1 &&
        after?.kind === 'word' &&
        !stop.has(after.word) &&
        !after.capital &&
        language !== 'de'
      )
        to += 2;
      else if (
        (next.word === 'and' || next.word === '&' || next.word === '/') &&
        after?.kind === 'word' &&
        titleHeads[spoken].test(after.word)
      )
        to += 2;
      else if (
        (next.word === 'und' || next.word === '&' || next.word === '/') &&
        language === 'de' &&
        to > i + 1 &&
        after?.capital
      )
        to += 2;
      else if (
        language === 'de' &&
        next.kind === 'word' &&
        next.capital &&
        /leit|head|chef|referent|beauftragt|verantwortlich|vorstand|manager|assisten/.test(token.word) &&
        to === i + 1 &&
        germanField.test(next.word)
      )
        to += 1;
      else if (language === 'de' && next.word === 'fur' && after?.capital) to += 2;
      else if (
        language === 'fr' &&
        /^(?:responsable|directeur|directrice|assistant|assistante|chef|cheffe|charge|chargee)$/.test(
          token.word,
        ) &&
        frenchField.test(next.word)
      )
        to += 1;
      else if ((next.word.startsWith("d'") || next.word.startsWith("l'")) && next.kind === 'word') to += 1;
      else break;
    }
    const first = tokens[from] as Token;
    const last = tokens[to - 1] as Token;
    const head = plain.slice(Math.max(0, first.start - 40), first.start);
    const behind = plain.slice(last.end, last.end + 24);
    const intro = introduces.test(head);
    const previous = tokens[from - 1];
    const afterName = previous !== undefined && /^[,(/:;|-]$/.test(previous.word);
    const alone = from === 0 || /[.!?\n]\s?$/.test(head);
    const speaks = /^\s?(?:here|hier|ici|aqui)\b/.test(behind);
    const sought =
      /\b(?:busco|buscando|suche|cherche|looking for|ausbildungsplatz|stelle|job|jobs|vacanc\p{L}*|position|work|trabajo|emploi|poste)\b[^.!?,]{0,24}$/u.test(
        head,
      ) &&
      !/\b(?:my|mein\p{L}*|mon|mi) (?:job|position|stelle|poste|trabajo)\b|\b(?:i work|trabajo como)\b/u.test(
        head,
      );
    let own = intro || speaks || afterName || (wanted && (alone || !someoneElse.test(head))) || alone;
    let weight = intro ? 3 : wanted ? 2.5 : afterName ? 1.5 : speaks ? 2 : 1;
    if (!intro && someoneElse.test(head)) own = false;
    if (sought && !/\bi'?m\b|\bam\b|\bsoy\b|\bsuis\b|\bbin\b/.test(head.slice(-8))) own = false;
    // "who signs?" - "Superintendent."
    if (
      alone &&
      !wanted &&
      !intro &&
      asked.fields.has('authority') &&
      /\b(?:who|wer|qui|quien)\b/.test(asked.question)
    )
      own = false;
    if (
      /\b(?:not|nicht|kein|keine|pas|no|never|isn't|if i were|was|former|ex|war|etait|era)\s(?:a |an |the |der |die |le |la |el )?$/.test(
        head,
      )
    )
      own = false;
    if (
      alone &&
      !wanted &&
      !intro &&
      /^\s?(?:is|are|was|will|can|decides?|signs?|approves?|ist|wird|entscheidet|est|decide|signe|es|decide|firma|should|has|hat|a |muss|asked|wants|needs|said|of the|\?)/.test(
        behind,
      )
    ) {
      own = false;
    }
    // "for the manager", "speak to an engineer"
    if (!own) weight = 0;
    // a list of what is wanted, or a question
    if (
      /\b(?:hiring|recruit|suche|cherche|busco|looking for|need|want|brauche|talk to|speak to|speak with|sprechen|parler|hablar)\b[^.!?]{0,24}$/.test(
        head,
      ) &&
      !intro
    )
      own = false;
    if (own) found.push({from, to, own, weight});
    i = to - 1;
  }
  return found;
};
/** How many words lie between a place and the comma or sentence end before it; far more when something else does. */
const segmentStart = (tokens: readonly Token[], from: number): number => {
  for (let i = from; i >= 0 && from - i < 5; i--) {
    const before = tokens[i - 1];
    if (
      before === undefined ||
      /^[,.;:(!?-]$/.test(before.word) ||
      /^(?:am|a|an|the|i'm|as|is|you|role|title|position|currently)$/.test(before.word)
    )
      return from - i;
  }
  return 99;
};
const placeAfter = new Set(
  'our my your their his her this that a an the unserer unserem meiner meinem einer einem notre votre mon ma une un nuestra nuestro mi su una'.split(
    ' ',
  ),
);
const isPart = (link: string, language: Locale): boolean =>
  language === 'de' ? true : /^(?:of|for|de|du|des|del)$/.test(link);
const frenchField =
  /^(?:achats?|methodes?|qualite|production|logistique|marketing|informatique|maintenance|travaux|rh|rse|qse|hse|si|communication|clientele|projets?|exploitation|commerce|export|financement|formation|paie|planning|securite|technique|boutique|magasin|atelier|reseau|support|finance|finances|digital|ressources|approvisionnements?|supply|comptabilite|restauration|evenementiel)$/;
const germanField =
  /^(?:einkauf|vertrieb|it|edv|technik|produktion|logistik|personal|marketing|finanzen|controlling|qualitat\w*|entwicklung|verwaltung|buchhaltung|fertigung|lager|service|kundenservice|kundendienst|kommunikation|instandhaltung|einkaufs\w*|arbeitssicherheit|umwelt|recht|strategie|digital\w*|innovation|export|human|hr|operations|sales|haustechnik|gebaude\w*|facility|ausbildung|pflege|kuche|labor|forschung|anwendungs\w*|innendienst|aussendienst|rechnungswesen|organisation|projekt\w*|prozess\w*|supply|beschaffung|materialwirtschaft|disposition|versand|montage|konstruktion|bau|planung|energie|veranstaltung\w*|event\w*|presse|datenschutz|it-\w+|informatik|werkstatt|betrieb|netz|infrastruktur|security)$/;
