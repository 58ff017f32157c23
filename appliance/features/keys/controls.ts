import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {
  broken,
  type Control,
  counted,
  kept,
  type Look,
  named,
  notApplicable,
  open,
} from '../../kit/control.ts';
import type {RotationRow, Storage} from '../../storage/index.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** A change that is due begins in the night; half a day for one that was late. */
const grace = 1.5 * day;
/** Every hour a node goes on with what was begun. */
const standing = 2 * hour;
/** So long the file's new key may wait for a restart before somebody should be told. */
const patience = 30 * day;
const copyLife = 7 * day;

const dated = (at: string): string => at.slice(0, 10);

export const keyControls = (deps: {
  storage: Pick<Storage, 'rotation' | 'copies' | 'fileKey' | 'inspectKeys'>;
  clock: Clock;
  /** How often the wrapping key changes by itself; 0: never. */
  everyDays: number;
}): Control[] => {
  const {storage, clock, everyDays} = deps;

  /** A change that nobody goes on with, and a key that was replaced and is there all the same. */
  const halfway = (
    now: string,
    wrapping: Awaited<ReturnType<Storage['inspectKeys']>>['wrapping'],
    moving: RotationRow | undefined,
    file: RotationRow | undefined,
  ): string[] => {
    const late = addMilliseconds(now, -standing);
    const lastStep = moving && [moving.started_at, moving.lease_until ?? ''].sort().at(-1);
    return [
      ...(lastStep !== undefined && lastStep < late ? ['a change of the wrapping key stands still'] : []),
      ...(moving ? [] : wrapping.filter(one => one.retiredAt !== null && one.retiredAt < late)).map(
        one => `a wrapping key that was replaced on ${dated(one.retiredAt as string)} is still there`,
      ),
      // a start carries it out as a whole before it opens the file
      ...(file && file.state !== 'ordered' ? ['a change of the file’s key stopped half-way'] : []),
    ];
  };

  const rotation = async (): Promise<Look> => {
    const now = clock.iso();
    const [{wrapping}, state, moving, file] = await Promise.all([
      storage.inspectKeys(),
      storage.rotation.state(),
      storage.rotation.running(),
      storage.fileKey?.open(),
    ]);
    const {since} = state;
    const evidence = {
      wrappingKeySince: since.wrapping,
      everyDays,
      personsKeys: state.persons,
      wrappingKeys: wrapping.length,
      ...(storage.fileKey ? {fileKeySince: since.file, fileChangeOrdered: file?.started_at ?? null} : {}),
      changes: state.rotations.flatMap(({kind, finished_at: at}) => (at === null ? [] : [`${kind} ${at}`])),
    };
    const wrong = halfway(now, wrapping, moving, file);
    if (wrong.length > 0) return broken(`Keys are changed half-way: ${named(wrong)}.`, evidence);
    if (everyDays > 0 && since.wrapping < addMilliseconds(now, -everyDays * day - grace))
      return broken(
        `The wrapping key is in use since ${dated(since.wrapping)} and should have changed after ${everyDays} days.`,
        evidence,
      );
    if (file && file.started_at < addMilliseconds(now, -patience))
      return open(
        `Another key for the database file was ordered on ${dated(file.started_at)}; restart the appliance to change it.`,
        evidence,
      );
    if (everyDays === 0)
      return open('The wrapping key changes only when somebody asks: keys.rotateEveryDays is 0.', evidence);
    return kept(
      `The wrapping key is in use since ${dated(since.wrapping)} and changes every ${everyDays} days; no change stands half-way.`,
      evidence,
    );
  };

  const wrapped = async (): Promise<Look> => {
    const {wrapping, looked, wrong} = await storage.inspectKeys();
    const evidence = {
      looked,
      wrong: wrong.length,
      wrappingKeys: wrapping.length,
      underEach: wrapping.map(one => one.persons),
    };
    return wrong.length === 0
      ? kept(
          `${counted(looked, 'person’s key', 'persons’ keys')} drawn at random opened with the wrapping key that they name.`,
          evidence,
        )
      : broken(
          `${counted(wrong.length, 'key does', 'keys do')} not open as the key store says, under the wrapping key ${named([...new Set(wrong)])}.`,
          evidence,
        );
  };

  const copies = async (): Promise<Look> => {
    const now = clock.iso();
    const {rows, unknown} = await storage.copies.inspect();
    if (rows.length + unknown.length === 0)
      return notApplicable('No copy of the key store was made yet: the first one is tonight.');
    const over = rows.filter(
      row =>
        row.ends_at < addMilliseconds(now, -standing) || row.ends_at > addMilliseconds(row.made_at, copyLife),
    );
    const evidence = {
      copies: rows.length,
      made: rows.map(row => row.made_at),
      end: rows.map(row => row.ends_at),
      persons: rows.map(row => row.persons),
      filesUnknown: unknown.length,
    };
    if (over.length > 0)
      return broken(
        `A copy of the key store outlives its seven days: ${named(over.map(row => `${row.id} of ${dated(row.made_at)}`))}.`,
        evidence,
      );
    return unknown.length === 0
      ? kept(
          `${counted(rows.length, 'copy', 'copies')} of the key store, none older than seven days, and no file of a former one.`,
          evidence,
        )
      : broken(`A copy that should be gone, or the key to one, is still there: ${named(unknown)}.`, evidence);
  };

  const storing = 'appliance/storage';
  return [
    {
      id: 'L3.rotation',
      claim: 'The wrapping key changes in its time, and no change of a key stands half-way.',
      enforcedBy: [
        `${storing}/rotation.ts`,
        `${storing}/file-key.ts`,
        'appliance/features/keys/keys.service.ts',
      ],
      check: rotation,
    },
    {
      id: 'L3.wrapped-keys',
      claim: 'Each person’s key opens with the wrapping key that it names.',
      enforcedBy: [`${storing}/wrapped.ts`, `${storing}/wrapping-keys.ts`],
      check: wrapped,
    },
    {
      id: 'L6.key-copies',
      claim: 'A copy of the key store and the key to it are destroyed after seven days.',
      enforcedBy: [`${storing}/key-copies.ts`, 'appliance/features/keys/keys.service.ts'],
      check: copies,
    },
  ];
};
