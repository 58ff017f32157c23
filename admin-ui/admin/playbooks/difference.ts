import {fieldWord} from '../../shared/field-words.ts';
import {languageName} from '../../shared/languages.tsx';
import {conditionWords, dayWords, type Playbook, spell} from './words.ts';

export type Change = {where: string; before: string | null; after: string | null};

type Texts = Partial<Record<string, string | string[]>>;

/** Every place of a playbook with its words, by a key that stays when things are moved. */
const flat = (playbook: Playbook): Map<string, {where: string; text: string}> => {
  const places = new Map<string, {where: string; text: string}>();
  const put = (key: string, where: string, text: string | undefined) => {
    if (text !== undefined && text !== '') places.set(key, {where, text});
  };
  const texts = (key: string, where: string, all: Texts | undefined) => {
    for (const [language, text] of Object.entries(all ?? {}))
      put(
        `${key}.${language}`,
        `${where}, ${languageName(language)}`,
        Array.isArray(text) ? text.join(' · ') : text,
      );
  };
  put('name', 'Name', playbook.name);
  put('tone', 'Tone', playbook.tone);
  put('languages', 'Languages', playbook.languages.map(languageName).join(', '));
  texts('goals', 'Goal', playbook.goals);
  texts('greeting', 'Greeting', playbook.greeting);
  texts('starters', 'Buttons under the greeting', playbook.starters);
  put('order', 'Order of the questions', playbook.facts.map(({field}) => fieldWord(field)).join(', '));
  for (const {field, question, quickReplies} of playbook.facts) {
    texts(`facts.${field}.question`, `Question about ${fieldWord(field).toLowerCase()}`, question);
    texts(`facts.${field}.buttons`, `Buttons for ${fieldWord(field).toLowerCase()}`, quickReplies);
  }
  for (const {id, phrases, answer, source} of playbook.faq) {
    texts(`faq.${id}.phrases`, `Answer ${id}: asked like`, phrases);
    texts(`faq.${id}.answer`, `Answer ${id}`, answer);
    if (typeof source === 'string') put(`faq.${id}.source`, `Answer ${id}: source`, source);
    else texts(`faq.${id}.source`, `Answer ${id}: source`, source);
  }
  for (const [intent, answer] of Object.entries(playbook.answers ?? {}))
    texts(`answers.${intent}`, `Answer to ${spell(intent)}`, answer);
  for (const {id, label, why, points, when} of playbook.rules) {
    texts(`rules.${id}.label`, `Rule ${id}`, label);
    texts(`rules.${id}.why`, `Rule ${id}: why`, why);
    put(`rules.${id}.points`, `Rule ${id}: points`, String(points));
    put(`rules.${id}.when`, `Rule ${id}: when`, conditionWords(when));
  }
  put('bar', 'The bar', String(playbook.bar));
  put('disqualifiedBy', 'Never a lead', playbook.disqualifiedBy.map(spell).join(', '));
  put('zone', 'Time zone', playbook.businessHours?.timeZone);
  for (const [day, word] of dayWords) {
    const opening = playbook.businessHours?.days[day];
    if (playbook.businessHours)
      put(`hours.${day}`, word, opening ? `${opening.from} to ${opening.to}` : 'closed');
  }
  playbook.routing.forEach(({team, when, why}, index) => {
    put(`routing.${index}`, `Who takes over, ${index + 1}`, `${team} when ${conditionWords(when)}`);
    texts(`routing.${index}.why`, `Who takes over, ${index + 1}: why`, why);
  });
  return places;
};

/** What is other, place by place. */
export const differences = (before: Playbook | null, after: Playbook): Change[] => {
  const [old, next] = [before ? flat(before) : new Map<string, never>(), flat(after)];
  return [...new Set([...old.keys(), ...next.keys()])].flatMap(key => {
    const [was, is] = [old.get(key), next.get(key)];
    if (was?.text === is?.text) return [];
    return [{where: (is ?? was)?.where ?? key, before: was?.text ?? null, after: is?.text ?? null}];
  });
};

/** `facts.2.question.de` in words, and the part of the editor it stands in. */
export const placeWords = (
  playbook: Playbook,
  path: string,
): {where: string; part: 'talk' | 'answers' | 'score' | 'people'} => {
  const [head = '', index = '', ...rest] = path.split('.');
  const language = [index, ...rest].find(word => ['en', 'de', 'fr', 'es'].includes(word));
  const tail = language ? `, ${languageName(language)}` : '';
  switch (head) {
    case 'facts':
      return {
        where: `Question about ${fieldWord(playbook.facts[Number(index)]?.field ?? '').toLowerCase()}${tail}`,
        part: 'talk',
      };
    case 'faq':
      return {where: `Frequent question ${Number(index) + 1}${tail}`, part: 'answers'};
    case 'answers':
      return {where: `Answer to ${spell(index)}${tail}`, part: 'answers'};
    case 'rules':
      return {where: `Rule ${Number(index) + 1}${tail}`, part: 'score'};
    case 'bar':
    case 'disqualifiedBy':
      return {where: 'The bar', part: 'score'};
    case 'businessHours':
      return {where: 'Business hours', part: 'people'};
    case 'routing':
      return {where: `Who takes over, ${Number(index) + 1}${tail}`, part: 'people'};
    default:
      return {where: `${head.charAt(0).toUpperCase()}${head.slice(1)}${tail}`, part: 'talk'};
  }
};
