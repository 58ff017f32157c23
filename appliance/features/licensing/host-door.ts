import {AppError} from '../../kit/errors.ts';
import {type HostCheck, hostProof} from '../../kit/host-order.ts';

const whole = (at: string) => ['cancellation-state', at];
export const cancellationProof = (key: Buffer, at: string): string => hostProof(key, whole(at));

/** For `crowlit cancel status` on the host. */
export const createCancellationDoor =
  (check: HostCheck) =>
  ({at, proof}: {at: string; proof: string}): void => {
    if (check(whole(at), at, proof)) return;
    throw new AppError(
      'forbidden',
      'licensing.not_the_host',
      'This was refused: it was not made with this appliance’s master key, or not just now.',
    );
  };
