import {Standing} from '../../shared/components/state.tsx';
import {formatDay, formatNumber, formatRelative, plural} from '../../shared/format.ts';
import type {KeysView} from './words.ts';

const aDay = 86_400_000;

/** The one sentence on top: worst first. */
export const Top = ({wrapping, databaseFile, copies}: KeysView) => {
  const last = copies.list.find(({state}) => state === 'kept');
  if (!last || Date.now() - Date.parse(last.madeAt) > 2 * aDay)
    return (
      <Standing
        tone="at"
        state={last ? 'The key store was not copied for days.' : 'The key store has no copy yet.'}
        meaning="Were the key store lost, what was stored since its last copy could not be read again."
        next="The first copy is made with the first start, the next ones every day. If none comes, look at the overview: the disk may be full."
      />
    );
  if (wrapping.moving)
    return (
      <Standing
        tone="in"
        state={`The wrapping key is being changed: ${formatNumber(wrapping.moving.done)} of ${formatNumber(wrapping.moving.total)} keys have moved.`}
        meaning="Everything goes on meanwhile. The old key is destroyed when the last one has moved."
        next="Nothing. After a restart it goes on by itself."
      />
    );
  if (databaseFile?.ordered)
    return (
      <Standing
        tone="in"
        state="The database file gets another key at the next start."
        meaning="The start copies the file under a new key before it opens it, and removes the old one. Until then everything is as it was."
        next="Restart the appliance when a pause suits you. It takes about a minute for every few gigabytes, and needs room for a second file."
      />
    );
  return (
    <Standing
      tone="ok"
      state="Keys are in order."
      meaning={`The wrapping key lies around ${plural(wrapping.persons, 'key')}, one for each person and one for the appliance itself, and is in use since ${formatDay(wrapping.since)}. The key store was copied ${formatRelative(last.madeAt)}.`}
      next={
        wrapping.nextAt === null
          ? 'Nothing now. The wrapping key changes only when you ask for it (the setting keys.rotateEveryDays is 0).'
          : `Nothing now. The wrapping key changes by itself on ${formatDay(wrapping.nextAt)}.`
      }
    />
  );
};
