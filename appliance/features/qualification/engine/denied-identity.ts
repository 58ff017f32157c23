import type {FactField, KnownFact, Turn} from './engine.types.ts';
import {fold} from './text.ts';

const identity: ReadonlySet<FactField> = new Set([
  'name',
  'email',
  'phone',
  'company',
  'job_title',
  'company_size',
  'budget',
  'timeline',
  'authority',
]);
/** "Are you Solène Kerbrat?" - "No": then what was said with that name is somebody else's. */
export const deniedIdentity = (turns: readonly Turn[], known: readonly KnownFact[]): readonly FactField[] => {
  const asked = fold(turns.slice(0, -1).findLast(turn => turn.role === 'assistant')?.text ?? '').text;
  const who =
    /\b(?:is that|is this|are you|that's|that is|would you be|sind sie|bist du|ist das|spreche ich mit|etes-vous|vous etes|c'est vous|est-ce vous|es usted|eres|es su|ist das ihre)\b[^.!?]*\?/.exec(
      asked,
    )?.[0];
  if (!who) return [];
  const named = known.some(
    ({field, value}) =>
      (field === 'name' || field === 'company') &&
      typeof value === 'string' &&
      fold(value)
        .text.split(' ')
        .some(word => word.length > 2 && who.includes(word)),
  );
  const meansRecord =
    /\b(?:you|sie|vous|usted|tu|du)\b[^?]*\b(?:transcript|protokoll|compte rendu|json|example|quote|zitat)/.test(
      who,
    );
  return named || meansRecord ? [...identity] : [];
};
