import {firstNames} from './first-names.ts';
import type {Who} from './people-context.ts';
import {honorific, isNameToken, legal, notName, orgWord, particle, place} from './people-words.ts';
import type {Token} from './text.ts';

const relative =
  /\b(?:my|our|mein\p{L}*|unser\p{L}*|mon|ma|notre|mi|nuestr[oa]) (?:husband|wife|boss|colleague|brother|sister|son|daughter|partner|assistant|mann|frau|chef(?:in)?|kolleg(?:e|in)|bruder|schwester|sohn|tochter|mari|femme|patronn?e?|collegue|frere|soeur|fils|fille|marido|mujer|esposa|jef[ea]|companer[oa]|herman[oa]|hij[oa])\b/u;
/** Names that are announced: "my name is", "ich bin", "X here". */
export const findAnnouncedNames = (who: Who): void => {
  const {plain, tokens, language, asked, isTitleAt, addName, addCompany, nameRun, companyRun} = who;
  const nameCue =
    /(?:\b(?:my name is|my name's|name's|name is|the name is|full name:?|name:|i am called|call me|this is|here is|it is|it's|i'm|i am|im|self|ask for|under|contact:?|contact person:?|contact is|attention|attn:?|speaking with|signed,?|regards,?|best,|best regards,?|kind regards,?|cheers,?|thanks,|thx,|thank you,|sincerely,?|yours,|ich bin|bin (?:der|die)|ich bin (?:der|die)|ich heisse|heisse|mein name ist|mein name:|mein name lautet|name lautet|hier ist|hier schreibt|hier spricht|hier|es schreibt(?: ihnen)?|ansprechpartner(?:in)?(?: ist| bin ich)?:?|gruss(?:e)?,?|gruss von|liebe grusse|mfg,?|lg,?|vg,?|viele grusse,?|beste grusse,?|freundliche grusse,?|freundlichen grussen,?|je suis|je m'appelle|m'appelle|moi c'est|moi,? c'est|mon nom est|nom:|mon nom:|c'est|ici|demandez|cordialement,?|bien a vous,?|bonne journee,?|signe:?|soy|me llamo|mi nombre es|mi nombre:|nombre:|habla|le habla|les habla|aqui|les escribe|le escribe|te escribe|os escribe|saludos,?|atentamente,?|atte\.?,?|un saludo,?|pregunten por|au nom de|au nom d'|a nombre de|auf den namen|in the name of|under the name|ficha de|moi c|pregunte por|preguntad por|preguntar por|contacto:|persona de contacto:?)\s{0,2}(?:-\s)?)$/;
  const strongCue =
    /(?:name is|name's|name:|called|call me|ask for|heisse|name ist|appelle|moi c'est|nom est|nom:|llamo|nombre es|nombre:|under|self|pregunte|demandez|name lautet|contacto?:?|au nom de|a nombre de|auf den namen|in the name of|under the name|ficha de|moi,? c'est)\s{0,2}$/;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind !== 'word') continue;
    const head = plain.slice(Math.max(0, token.start - 40), token.start);
    const cue = nameCue.exec(head);
    if (
      !cue ||
      (language !== 'en' &&
        /(?<![\p{L}'])(?:im|hier|self|am)\s{0,2}$/u.test(cue[0]) &&
        !/hier\s{0,2}$/.test(cue[0]))
    )
      continue;
    // "My husband has no time to type. Name's Curtis."
    if (
      /(?:^|[\s,.])(?:(?:his |her |their )?name's|(?:his |her |their )?name is|heisst|s'appelle|se llama)\s{0,2}$/.test(
        head,
      ) &&
      !/\b(?:my|mein|mon|mi) \S+\s\S*$/.test(head) &&
      relative.test(plain.slice(Math.max(0, token.start - 110), token.start))
    )
      continue;
    let from = i;
    while (
      /^(?:the|der|die|le|la|el|frau|herr)$/.test(tokens[from]?.word ?? '') ||
      (honorific.test(tokens[from]?.word ?? '') && tokens[from + 1]?.word !== undefined)
    ) {
      from += 1;
      if (tokens[from]?.word === '.') from += 1;
    }
    const strong = strongCue.test(head);
    const first = tokens[from];
    if (!first || isTitleAt(from) || notName.has(first.word)) continue;
    const known = firstNames.has(first.word) || firstNames.has(first.word.split('-')[0] ?? '');
    // "im cody from", "soy chuy de": typed small, and told by what follows
    const casual =
      !first.capital &&
      /(?:\bim|\bi'm|\bsoy|\bmoi c|\bich bin|\bmoi c'est)\s{0,2}$/.test(head) &&
      /^(?:from|at|with|we|de|von|vom|hier|here|,)$/.test(tokens[from + 1]?.word ?? '') &&
      /^\p{L}{3,12}$/u.test(first.word) &&
      !/(?:ing|ed|ly)$/.test(first.word);
    if (!isNameToken(first) && !strong && !known && !casual) continue;
    let to = casual ? from + 1 : nameRun(from, strong || known);
    if (to <= from) continue;
    // lower case: at most two words, unless the visitor writes all of it so
    if (!isNameToken(first)) to = Math.min(to, from + 2);
    if (
      !isNameToken(first) &&
      to - from === 2 &&
      /^(?:from|at|with|here|and|von|bei|aus|de|chez|en|und|et|y)$/.test(tokens[from + 1]?.word ?? '')
    )
      to = from + 1;
    const next = tokens[to]?.word ?? '';
    const run = plain.slice(first.start, tokens[to - 1]?.end);
    // a capital says nothing in German
    const article = /\b(?:der|die)\s{0,2}$/.test(head) && /^(?:und|von|vom|aus|hier|[,.])$/.test(next);
    if (!strong && !known && !article && to - from === 1 && language === 'de' && !asked.fields.has('name'))
      continue;
    if (
      !strong &&
      !known &&
      to - from === 1 &&
      (/^(?:is|are|and|gmbh|ag|ltd)$/.test(next) || place.test(run) || orgWord.test(first.word))
    )
      continue;
    if (
      /^(?:ici|aqui|hier|here is|c'est|it is|it's|this is|under)\s/.test(cue[0].trimStart()) &&
      !known &&
      to - from < 2 &&
      !asked.fields.has('name')
    )
      continue;
    if (
      !known &&
      to - from > 1 &&
      tokens.slice(from, to).some(({word}) => orgWord.test(word) || legal.test(word))
    ) {
      addCompany(from, companyRun(from), 1.5);
      continue;
    }
    addName(from, to, strong ? 3 : known ? 2.6 : 2);
  }
  // "Ada Muster here", "Ottmar Fleischhauer mein Name"
  for (const match of plain.matchAll(
    /\s(?:here\b(?! (?:is|are|we|in|and there))|speaking\b|mein name\b|hier\b(?! (?:ist|sind|in|im|am|bei))|a l'appareil|al habla|le habla|here,)/g,
  )) {
    const end = tokens.findIndex(token => token.end === match.index);
    if (end === -1) continue;
    let from = end + 1;
    while (
      from > 0 &&
      (isNameToken(tokens[from - 1]) || particle.test(tokens[from - 1]?.word ?? '')) &&
      end + 1 - from < 4
    )
      from -= 1;
    while (from <= end && particle.test(tokens[from]?.word ?? '')) from += 1;
    if (from <= end && isNameToken(tokens[from])) addName(from, end + 1, 2.6);
  }
};
