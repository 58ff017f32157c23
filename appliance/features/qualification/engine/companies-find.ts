import {ourselves} from './check.ts';
import {clauseAt, type Token} from './text.ts';
import {firstNames} from './first-names.ts';
import type {Who} from './people-context.ts';
import {honorific, joiners, legal, legalBefore, notName, orgWord, saysNothing} from './people-words.ts';
import {phraseEnd} from './segments.ts';

/** Companies that are announced, that stand behind a name or title, or that carry a legal form. */
export const findAnnouncedCompanies = (who: Who): void => {
  const {plain, tokens, language, checks, names, titles, hasCapitals, isTitleAt, addCompany, companyRun} =
    who;
  const companyCue =
    /(?:\b(?:we're called|we are called|we call ourselves|company(?: name)? is|company(?: name)?:|company name|business(?: name)? is|business(?: name)?:|firm(?: name)? is|firm(?: name)?:|name of (?:the|our) (?:company|firm|business) is|our name is|trading as|on behalf of|i work (?:at|for|with)|working (?:at|for)|work at|i run|i own|we own|i represent|representing|calling from|writing from|writing for|employed at|we at|here at|brand (?:is|and company)|company called|firm called|shop called|called|i'm with|i am with|i'm from|i am from|firma|firma:|firma ist|unternehmen:|betrieb:|wir heissen|heissen wir|nennen uns|namens|wir von(?: der| den)?|wir bei(?: der| den)?|wir, die|wir sind die|hier die|fur die firma|arbeite bei|arbeite fur|arbeite bei der|societe|la societe|entreprise|l'entreprise|la maison|raison sociale:?|on s'appelle|nous nous appelons|s'appelle|pour la societe|de chez|travaille (?:chez|pour)|pour le compte de|au nom de|nous,|la empresa|empresa|empresa:|empresa es|de la empresa|nos llamamos|se llama|trabajo en|trabajo para|en nombre de|represento a|de parte de|razon social:?|llamada|llamado)\s{0,2}"?)$/;
  const nearCue =
    /(?:\b(?:at|from|with|of|for|@|bei|beim|von|vom|am|im|der|chez|de|en|del|la|le|du|au|l'|a|para|the|das|dem)\s{0,2})$/;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.kind === 'sign') continue;
    const head = plain.slice(Math.max(0, token.start - 44), token.start);
    const cue = companyCue.exec(head);
    const are =
      /\b(?:we are|we're|were|wir sind|nous sommes|on est|somos)\s(?:the |die |das |la |le |el |les |los )?(?:\p{Ll}{4,18}(?:e[rsn]?|ed) )?$/u.test(
        head,
      );
    if (are && token.kind === 'word' && token.capital) {
      const to = companyRun(i);
      const looks = tokens.slice(i, to).some(one => orgWord.test(one.word) || legal.test(one.word));
      if ((to - i > 1 || looks) && !isTitleAt(i) && (language !== 'de' || looks || to - i > 1)) {
        addCompany(i, to, 1.6 + (looks ? 0.8 : 0));
        continue;
      }
    }
    if (cue) {
      const word = cue[0].trim();
      const weak =
        /^(?:from|i'm from|i am from|i'm with|i am with|von|vom|bei|beim|called|fur die|nous,|llamad[oa]|s'appelle|se llama|i run|i own|wir sind die|calling from|writing from)$/.test(
          word,
        );
      const to = companyRun(i);
      if (to > i) {
        const size = to - i;
        const run = tokens.slice(i, to);
        const looks = run.some(one => orgWord.test(one.word) || legal.test(one.word));
        const person = firstNames.has(token.word) && !looks && size <= 2;
        if (
          /^(?:s'appelle|se llama|called|llamad[oa]|au nom de|on behalf of|en nombre de|de parte de)$/.test(
            word,
          ) &&
          (person || honorific.test(token.word) || (!looks && size === 2 && word.includes(' ')))
        )
          continue;
        if (language === 'de' && weak && !looks && size < 2) continue;
        const clause = clauseAt(plain, token.start, token.end);
        const switching =
          /\b(?:away from|switch|move|moving|migrat\w*|import|weg von|wechsel\w*|umstieg|quitter|passer de|cambiar|pasar de|instead of|statt|compare\w*|vergleich\w*|sync\w*|integrat\w*|connect\w*|contract with|vertrag (?:bei|mit)|contrat (?:chez|avec)|contrato con|quote from|angebot von|devis de|currently (?:with|at)|aktuell bei|derzeit bei|actuellement chez|colo|hosted|customers? of|kunde(?:n)? (?:bei|von)|heard (?:about|of)|invoice|rechnung|mail from|email from|brief von|letter from)\b/.test(
            plain.slice(clause.start, token.start),
          );
        if (switching || (checks.othersIn(token.start, token.end) && !looks)) continue;
        addCompany(i, to, (weak ? 1.4 : 2.4) + (looks ? 0.8 : 0) + (size > 1 ? 0.2 : 0));
      } else if (
        /(?:we're called|we are called|wir heissen|nennen uns|on s'appelle|nous nous appelons|nos llamamos|our name is|company(?: name)? is|business name is|empresa:|firma:|company:|societe:)\s{0,2}"?$/.test(
          head,
        ) ||
        /\bcalled\s"$/.test(head)
      ) {
        const stop = phraseEnd(tokens, plain, i, 6);
        if (!saysNothing(plain.slice(token.start, tokens[stop - 1]?.end))) addCompany(i, stop, 2.2);
      }
      continue;
    }
    // "Anna, chef at X", "ada from blue otter": right after a name or a title
    if (!nearCue.test(head) && !/\b(?:wir|we|nous|nosotr[oa]s|us)\s?\($/.test(head)) continue;
    const before = tokens[i - 2];
    const afterTitle = titles.some(
      title =>
        title.to < i && tokens.slice(title.to, i).every(({word}) => joiners.test(word)) && i - title.to <= 3,
    );
    const afterName =
      before !== undefined &&
      names.some(
        name =>
          name.end === before.end ||
          (before.word === ',' && name.end === tokens[i - 3]?.end) ||
          (joiners.test(before.word) && name.end === tokens[i - 3]?.end),
      );
    const greeting =
      /(?:\b(?:people|employees|staff|folks|leute|mitarbeiter\p{L}*|personen|salaries|personnes|empleados|personas|us|uns)\s(?:here )?(?:at|bei|chez|en)|(?:^|[\s,!])(?:wir|we|nous|nosotr[oa]s|us)\s?\(|(?:^|[\s,!])(?:here|hi|hello|hey|hallo|hola|bonjour|gruezi|servus|moin|greetings|grusse|greetings|saludos|hier|ici|aqui)\s(?:from|von|vom|de|from the|aus|de chez))\s?$/u.test(
        head,
      );
    const later = names.length > 0 && /[,)]\s(?:from|of|at|von|bei|chez|with)\s$/.test(head);
    let to = companyRun(i);
    const atTrade =
      to - i > 1 &&
      tokens.slice(i, to).some(one => one.capital && (orgWord.test(one.word) || legal.test(one.word))) &&
      /\b(?:at|from|bei|beim|bei der|vom|von der|chez|a la|au|en la|en el|del|de la|du)\s{0,2}$/.test(head) &&
      !checks.othersIn(token.start, tokens[to - 1]?.end ?? token.end) &&
      ourselves.test(plain.slice(clauseAt(plain, token.start, token.end).start, token.start));
    if (!afterTitle && !afterName && !greeting && !later && !atTrade) continue;
    if (to === i && (afterName || greeting) && /\b(?:from|at|von|chez|with)\s$/.test(head))
      to = phraseEnd(tokens, plain, i, 3);
    if (to > i)
      addCompany(
        i,
        to,
        2.2 + (tokens.slice(i, to).some(one => orgWord.test(one.word) || legal.test(one.word)) ? 0.6 : 0),
      );
  }
  // a legal form names a company wherever it stands
  tokens.forEach((token, i) => {
    if (!legal.test(token.word) || i === 0 || (token.word.length <= 2 && !token.capital)) return;
    let from = i;
    while (from > 0 && i - from < 7) {
      const before = tokens[from - 1] as Token;
      const joins =
        /^(?:&|\+|-|of|and|de|du|des|la|le|les|et|y|und|del|the|co|\.)$/.test(before.word) &&
        from > 1 &&
        tokens[from - 2]?.capital;
      if (
        (before.kind === 'word' && before.capital && !notName.has(before.word)) ||
        joins ||
        (from === i && before.kind === 'word' && !notName.has(before.word) && !hasCapitals)
      )
        from -= 1;
      else break;
    }
    if (from === i || checks.othersIn(tokens[from]?.start ?? 0, token.end)) return;
    const clause = clauseAt(plain, tokens[from]?.start ?? 0, token.end);
    if (
      /\b(?:competitor|quote from|currently with|bisher bei|derzeit bei|nichts mehr zu tun|chez|contrat avec|vs)\b/.test(
        plain.slice(clause.start, tokens[from]?.start ?? 0),
      )
    )
      return;
    const more = tokens[i + 1]?.word === '&' && tokens[i + 2]?.word === 'co' ? 3 : 0;
    let to = i + 1 + more;
    while (
      tokens[to] &&
      (legal.test(tokens[to]?.word ?? '') ||
        (tokens[to]?.word === '.' &&
          legalBefore(tokens[to - 1]) &&
          tokens[to + 1] !== undefined &&
          legal.test(tokens[to + 1]?.word ?? '')))
    )
      to += 1;
    addCompany(from, to, 2.3);
  });
};
