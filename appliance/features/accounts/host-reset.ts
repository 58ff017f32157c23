import {AppError} from '../../kit/errors.ts';
import {type HostCheck, hostProof} from '../../kit/host-order.ts';

export type HostReset = {email: string; tokenHash: string; removesFactor: boolean; at: string};

const whole = ({email, tokenHash, removesFactor, at}: HostReset) => [
  'reset-password',
  email,
  tokenHash,
  removesFactor,
  at,
];
export const proofOf = (key: Buffer, reset: HostReset): string => hostProof(key, whole(reset));

export const createHostDoor =
  (check: HostCheck) =>
  (order: HostReset & {proof: string}): void => {
    if (check(whole(order), order.at, order.proof)) return;
    throw new AppError(
      'forbidden',
      'accounts.not_the_host',
      'This was refused: it was not made with this appliance’s master key, or not just now.',
    );
  };
