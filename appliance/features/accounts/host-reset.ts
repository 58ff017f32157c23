import {createHmac, timingSafeEqual} from 'node:crypto';
import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';

export type HostReset = {email: string; tokenHash: string; at: string};
const goodFor = 60_000;

/** That an order comes from the host: from somebody who can read the master key. */
export const proofOf = (key: Buffer, {email, tokenHash, at}: HostReset): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(['reset-password', email, tokenHash, at]))
    .digest('base64url');

/** Each order is good for a minute, and once. */
export const createHostDoor = (key: Buffer, clock: Clock) => {
  const used = new Map<string, number>();
  return (order: HostReset & {proof: string}): void => {
    const now = clock.now().getTime();
    for (const [proof, at] of used) if (now - at > 2 * goodFor) used.delete(proof);
    const right = timingSafeEqual(Buffer.from(order.proof), Buffer.from(proofOf(key, order)));
    if (!right || Math.abs(now - Date.parse(order.at)) > goodFor || used.has(order.proof)) {
      throw new AppError(
        'forbidden',
        'accounts.not_the_host',
        'This was refused: it was not made with this appliance’s master key, or not just now.',
      );
    }
    used.set(order.proof, now);
  };
};
