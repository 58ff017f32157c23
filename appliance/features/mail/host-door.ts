import {AppError} from '../../kit/errors.ts';
import {type HostCheck, hostProof} from '../../kit/host-order.ts';

const whole = (at: string) => ['mail-state', at];
export const mailStateProof = (key: Buffer, at: string): string => hostProof(key, whole(at));

/** For `crowlit doctor` on the host: how the mail of the appliance that runs is. */
export const createMailDoor =
  (check: HostCheck) =>
  ({at, proof}: {at: string; proof: string}): void => {
    if (check(whole(at), at, proof)) return;
    throw new AppError(
      'forbidden',
      'mail.not_the_host',
      'This was refused: it was not made with this appliance’s master key, or not just now.',
    );
  };
