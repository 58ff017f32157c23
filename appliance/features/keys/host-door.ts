import {AppError} from '../../kit/errors.ts';
import {type HostCheck, hostProof} from '../../kit/host-order.ts';
import type {HostAct} from './keys.schema.ts';

const whole = (act: HostAct, at: string) => ['keys', act, at];
export const keysOrderProof = (key: Buffer, act: HostAct, at: string): string =>
  hostProof(key, whole(act, at));

/** For `crowlit keys` and the doctor on the host. */
export const createKeysDoor =
  (check: HostCheck) =>
  ({act, at, proof}: {act: HostAct; at: string; proof: string}): void => {
    if (check(whole(act, at), at, proof)) return;
    throw new AppError(
      'forbidden',
      'keys.not_the_host',
      'This was refused: it was not made with this appliance’s master key, or not just now.',
    );
  };
