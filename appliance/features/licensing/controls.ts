import {addMilliseconds} from '../../kit/clock.ts';
import {broken, type Control, kept, type Look, notApplicable} from '../../kit/control.ts';
import type {TrustedNow} from '../../kit/schema.ts';
import type {Storage} from '../../storage/index.ts';
import {createCancellationStore} from './cancellation.store.ts';

/** Time for the run that destroys. */
const grace = 1.5 * 86_400_000;

export const licensingControls = ({
  storage,
  trustedNow,
}: {
  storage: Storage;
  trustedNow: () => Promise<TrustedNow>;
}): Control[] => {
  const cancellation = async (): Promise<Look> => {
    const row = await createCancellationStore().inForce(storage.db);
    if (!row) return notApplicable('The contract is not cancelled.');
    const evidence = {startedAt: row.started_at, endsAt: row.ends_at, heldBackSince: row.held_back_since};
    if (row.ends_at >= addMilliseconds((await trustedNow()).now, -grace))
      return kept('The cancellation runs, and its last day is not past.', evidence);
    return row.held_back_since === null
      ? broken('The last day of the cancellation is past, and the data is still here.', evidence)
      : kept('The last day of the cancellation is past; a legal hold or a law keeps the data.', evidence);
  };
  return [
    {
      id: 'L5.cancellation',
      claim:
        'Thirty days after a cancellation keys and data are destroyed, unless a hold or a law forbids it.',
      enforcedBy: [
        'appliance/features/licensing/cancellation.service.ts',
        'appliance/features/licensing/destruction/destroy.ts',
      ],
      check: cancellation,
    },
  ];
};
