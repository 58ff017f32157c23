import {firstNames} from './first-names.ts';
import type {Who} from './people-context.ts';
import {honorific, isNameToken, legal, orgWord, particle, place, saysNothing} from './people-words.ts';
import {phraseEnd, type Segment} from './segments.ts';
import type {Token} from './text.ts';

/** "Name, title, company", in whatever order, and bare answers to what was asked. */
export const findListed = (who: Who): void => {
  const {plain, tokens, asked, titles, segments, names, companies, language} = who;
  const {addName, addCompany, nameRun, companyRun} = who;
  const wantsName = asked.fields.has('name');
  const wantsCompany = asked.fields.has('company');
  const asksWhoOnly = !wantsCompany && (wantsName || asked.fields.has('job_title'));
  const kindOf = (
    segment: Segment,
  ): 'title' | 'name' | 'company' | 'contact' | 'other' | 'maybe' | 'place' => {
    const {from, to} = segment;
    const size = to - from;
    const first = tokens[from] as Token;
    const text = plain.slice(first.start, tokens[to - 1]?.end);
    if (/@|\d{3}[\d\s.-]{4,}/.test(text)) return 'contact';
    if (/\d/.test(text) && !/^\p{L}/u.test(text)) return 'other';
    const title = titles.find(one => one.from >= from && one.to <= to);
    if (title && (title.to - title.from >= size - 1 || title.from === from)) return 'title';
    if (size > 8) return 'other';
    const all = tokens.slice(from, to);
    if (
      all.some(one => one.word === '&') &&
      first.capital &&
      all.every(one => one.capital || one.word === '&' || particle.test(one.word))
    )
      return 'company';
    if (
      all.some(one => orgWord.test(one.word) || legal.test(one.word)) &&
      first.capital &&
      all.every(
        one =>
          one.capital ||
          one.kind !== 'word' ||
          particle.test(one.word) ||
          /^(?:of|and|the|et|und|y|&|for|am|im|an|auf|zum|zur|bei|in|de|du|des|aux?)$/.test(one.word) ||
          legal.test(one.word),
      )
    )
      return 'company';
    if (!isNameToken(first) && !(honorific.test(first.word) && first.capital)) return 'other';
    const given = all.some(one => firstNames.has(one.word) || firstNames.has(one.word.split('-')[0] ?? ''));
    const clean = all.every(
      one => isNameToken(one) || particle.test(one.word) || honorific.test(one.word) || one.word === '.',
    );
    const count = all.filter(one => one.kind === 'word').length;
    if (clean && count <= 5 && given) return 'name';
    if (clean && count <= 5) return 'maybe';
    if (
      count <= 6 &&
      all.every(
        one =>
          one.capital || particle.test(one.word) || /^(?:am|im|an|auf|zum|zur|of|the|and|in)$/.test(one.word),
      ) &&
      all.filter(one => one.capital).length > 1
    )
      return 'place';
    return 'other';
  };
  const kinds = segments.map(kindOf);
  segments.forEach((segment, i) => {
    const kind = kinds[i];
    const line = segment.line;
    const close = (at: number) => {
      const other = segments[at];
      return other !== undefined && Math.abs(other.line - line) <= 1 ? kinds[at] : undefined;
    };
    const around = [close(i - 1), close(i + 1), close(i + 2)];
    const {from, to} = segment;
    const size = to - from;
    const text = plain.slice(tokens[from]?.start, tokens[to - 1]?.end);
    const listed = around.some(one => one === 'title' || one === 'contact' || one === 'company');
    if (kind === 'name') {
      const capitalised = size >= 2;
      if (wantsName) addName(from, to, 2.5);
      else if (listed && (capitalised || around.includes('title'))) addName(from, to, 1.8);
      else if (capitalised && opensSentence(from) && i === segments.length - 1 && !wantsCompany)
        addName(from, to, 1.2);
      else if (
        capitalised &&
        segments.length <= 4 &&
        !wantsCompany &&
        asked.fields.size > 0 &&
        i === segments.length - 1
      )
        addName(from, to, 0.9);
    } else if (kind === 'maybe') {
      const nameTaken = names.length > 0 || kinds.includes('name');
      if (
        wantsName &&
        !nameTaken &&
        !(wantsCompany && i > 0) &&
        i === kinds.findIndex(one => one === 'maybe' || one === 'name')
      ) {
        const exclaimed = plain.charAt(tokens[to - 1]?.end ?? 0) === '!';
        const alone = segments.length <= 2 && i === 0;
        if (!place.test(text) && !exclaimed && (size >= 2 || alone)) addName(from, to, size <= 3 ? 1.8 : 1.2);
      } else if (!nameTaken && size >= 2 && size <= 4 && close(i + 1) === 'title') addName(from, to, 1.5);
      else if (!nameTaken && asksWhoOnly && size <= 3 && close(i - 1) === 'title' && !place.test(text))
        addName(from, to, 1.4);
      else if (
        !nameTaken &&
        size >= 2 &&
        size <= 3 &&
        !wantsCompany &&
        !place.test(text) &&
        (close(i + 1) === 'contact' ||
          close(i - 1) === 'contact' ||
          (opensSentence(from) && plain.charAt(tokens[to - 1]?.end ?? 0) === ',') ||
          (i > 0 && i === segments.length - 1 && opensSentence(from)))
      )
        addName(from, to, 1.1);
      else if (listed || nameTaken) {
        const near =
          close(i - 1) === 'title' ||
          close(i - 1) === 'name' ||
          close(i + 1) === 'title' ||
          (close(i - 1) === 'maybe' && wantsName) ||
          close(i - 1) === 'contact';
        if (near && !place.test(text) && !companies.some(one => one.start === tokens[from]?.start))
          addCompany(from, companyRun(from), wantsCompany ? 1.8 : 1.1);
      }
    } else if (kind === 'place') {
      if (
        wantsCompany ||
        (wantsName &&
          i > 0 &&
          (close(i - 1) === 'name' || close(i - 1) === 'maybe' || close(i - 1) === 'title'))
      )
        addCompany(from, to, 1.6);
    } else if (kind === 'company') {
      const run = companyRun(from);
      const near =
        names.length > 0 ||
        kinds.includes('name') ||
        listed ||
        wantsName ||
        (i > 0 && i === segments.length - 1) ||
        opensSentence(from);
      const clause = plain.slice(Math.max(0, (tokens[from]?.start ?? 0) - 3), tokens[from]?.start ?? 0);
      if ((near || wantsCompany || (i === 0 && segments.length > 1)) && clause.length >= 0)
        addCompany(from, run > from && !(wantsCompany && size <= 7) ? run : to, wantsCompany ? 2.4 : 1.6);
    } else if (kind === 'contact' && wantsName) {
      // "Ada 07700 900 000"
      const run = nameRun(from, false);
      if (run > from && run < to) addName(from, run, 2);
    } else if (kind === 'other' && wantsName && i === 0 && tokens[from]?.kind === 'word') {
      const lead = skipFillers(from, to);
      const run = nameRun(lead, true);
      const given = firstNames.has(tokens[lead]?.word ?? '');
      if (
        lead < to &&
        run > lead &&
        (run === to || given || /^(?:from|at|von|bei|de|chez|here|and|\d)/.test(tokens[run]?.word ?? '')) &&
        run - lead <= 3 &&
        (given || size - (lead - from) <= 3)
      ) {
        const typed = tokens.slice(lead, run);
        const proper = typed.some(one => one.capital);
        if (
          !(wantsCompany && !given) &&
          (given || (proper && run - lead >= 2) || (run === to && run - lead === 2))
        )
          addName(lead, given && !isNameToken(tokens[lead]) ? Math.min(run, lead + 2) : run, given ? 2 : 1.1);
      }
    }
    const whole = i < 3 ? introduced(segment) : undefined;
    if (whole) {
      addName(whole.from, whole.at, 1.6);
      addCompany(whole.at + whole.joined, whole.to, 1.9);
    }
    if (wantsCompany && !wantsNameOnly() && i === firstAnswer() && kind !== 'title' && kind !== 'contact') {
      const lead = skipFillers(from, to);
      const run = companyRun(lead);
      const whole = phraseEnd(tokens, plain, lead, 7);
      const proper =
        to - lead <= 6 &&
        tokens
          .slice(lead, to)
          .every(one => one.capital || one.kind === 'number' || one.word === '&' || particle.test(one.word));
      const stop = proper ? to : run > lead && whole < to ? run : whole === to || run <= lead ? whole : run;
      const counted =
        /^\d/.test(tokens[lead]?.word ?? '') && !tokens.slice(lead + 1, stop).some(one => one.capital);
      if (
        stop > lead &&
        !counted &&
        !(kind === 'name' && wantsName) &&
        !saysNothing(plain.slice(tokens[lead]?.start, tokens[stop - 1]?.end))
      ) {
        addCompany(lead, stop, run > lead ? 2 : 1.2);
      }
    }
  });

  /** "Jonathon Peel at Wrekin Ceramics": a name, a word that joins, and what it belongs to, each with a capital. */
  function introduced({from, to}: Segment) {
    const at = nameRun(from, false);
    const given = firstNames.has(tokens[from]?.word ?? '');
    if (
      at >= to ||
      at - from > 4 ||
      (at - from < 2 && !given) ||
      tokens.slice(from, at).some(({word}) => orgWord.test(word))
    )
      return undefined;
    if (!/^(?:vom|von|bei|beim|from|at|with|chez|d'|de|du|del)$/.test(tokens[at]?.word ?? ''))
      return undefined;
    const joined =
      /^(?:der|den|la|las|los|l'|the|el)$/.test(tokens[at + 1]?.word ?? '') && !tokens[at + 1]?.capital
        ? 2
        : 1;
    const run = companyRun(at + joined);
    return run > at + joined ? {from, at, joined, to: run} : undefined;
  }
  function opensSentence(from: number): boolean {
    return /(?:^|[.!?\n:]\s?|\b(?:hi|hello|hallo|hola|bonjour|bonsoir|salut|servus|moin|guten tag|gruezi|good morning|buenos dias|buenas(?: tardes)?),?\s)$/.test(
      plain.slice(Math.max(0, (tokens[from]?.start ?? 0) - 16), tokens[from]?.start ?? 0),
    );
  }
  function wantsNameOnly(): boolean {
    return (
      asked.fields.has('name') &&
      names.length === 0 &&
      segments.length === 1 &&
      firstNames.has(tokens[0]?.word ?? '')
    );
  }
  /** The first part that says something; of "a bookshop, The Lost Page" the second. */
  function firstAnswer(): number {
    const first = segments.findIndex(({from, to}) => skipFillers(from, to) < to);
    const {from, to} = segments[first] ?? {from: 0, to: 0};
    const next = segments[first + 1];
    const isKind =
      /^(?:an?|ein|eine|une?|una)$/.test(tokens[from]?.word ?? '') &&
      tokens.slice(from + 1, to).every(one => language === 'de' || !one.capital);
    return isKind && next && tokens[next.from]?.capital ? first + 1 : first;
  }
  function skipFillers(from: number, to: number): number {
    let at = from;
    while (
      at < to &&
      /^(?:yes|yeah|sure|ok|okay|well|it's|it|is|its|we're|we|are|i'm|im|for|at|from|with|the|called|my|name|company|our|a|an|of|that's|that|would|be|this|hi|hello|it'd|um|uh|eh|ah|oh|ja|klar|gerne|gern|also|wir|sind|die|das|ist|der|fur|bei|von|heisse|heissen|ich|bin|mein|oui|c'est|nous|sommes|la|le|l'|pour|chez|de|societe|je|suis|on|si|claro|es|somos|soy|para|en|empresa|se|llama|nos|llamamos|llamo|me|m'appelle|s'appelle|please|bitte|and|y|et|und|naturally|well|write|to|ask|put|down|firma|ltd's|work|i|run|work|you|can|say|just|as)$/.test(
        tokens[at]?.word ?? '',
      ) &&
      !(
        tokens[at]?.capital &&
        at > from &&
        tokens[at + 1]?.capital &&
        /^(?:the|die|der|le|la|el|les|los)$/.test(tokens[at]?.word ?? '')
      )
    )
      at += 1;
    // an article that belongs to the name
    return at;
  }
};
