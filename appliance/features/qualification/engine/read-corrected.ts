import {type Asked, readAsked} from './asked.ts';
import {readChecks} from './check.ts';
import type {KnownFact, Locale, Turn} from './engine.types.ts';
import {readBudgets, readSizes, readTimelines} from './measures.ts';
import {findQuantities} from './quantities.ts';
import {fold, readText} from './text.ts';

const amends =
  /^\W*(?:(?:no|nein|non|ah|oh|ach|uh|sorry|sry|oops|perdon|pardon)[\s,.!]+){0,3}(?:just kidding|only kidding|kidding|joking|scherz|spass|je plaisante|je rigole|es broma|broma|actually|correction|sorry|sry|oops|wait|scratch that|i mean|i meant|make that|hang on|hold on|no,|nope,|not |nicht |korrektur|moment|halt|falsch|doch|stimmt nicht|ich meinte|tippfehler|vertippt|pardon|erreur|enfin|attendez|je voulais dire|plutot|rectification|correccion|perdon|digo|me equivoque|corrijo|mejor dicho|quise decir|no wait|nein,|non,|ach ne)/;
/** A message that opens with a correction answers the question of the message it corrects. */
export const withCorrected = (
  asked: Asked,
  turns: readonly Turn[],
  context: {language: Locale; region: string; today: string},
  late: {is: boolean; known: readonly KnownFact[]},
): Asked => {
  if (late.is) {
    const [, earlier] = turns
      .filter(({role}) => role === 'assistant')
      .slice(-2)
      .reverse();
    const open = [...readAsked(earlier?.text).fields].filter(
      field => !late.known.some(fact => fact.field === field),
    );
    return {...asked, fields: new Set([...asked.fields, ...open])};
  }
  const text = turns.at(-1)?.text ?? '';
  const last = turns.slice(0, -1).findLastIndex(turn => turn.role === 'visitor');
  if (last < 0 || !amends.test(fold(text.slice(0, 80)).text)) return asked;
  const before = turns.slice(0, last).findLast(turn => turn.role === 'assistant');
  const fields = new Set(asked.fields);
  for (const field of readAsked(before?.text).fields) fields.add(field);
  const reading = readText(turns[last]?.text ?? '');
  const earlier = findQuantities(reading, context.language, context.region);
  const checks = readChecks(reading);
  const none: Asked = {fields: new Set(), question: '', offset: 0};
  if (readSizes(reading, earlier, checks, none, false).length > 0) fields.add('company_size');
  if (readBudgets(reading, earlier, checks, none, () => false).length > 0) fields.add('budget');
  if (readTimelines(reading, context, checks, none).length > 0) fields.add('timeline');
  return {...asked, fields};
};
