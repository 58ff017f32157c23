import {createHmac, timingSafeEqual} from 'node:crypto';
import type {Clock} from './clock.ts';

const goodFor = 60_000;

/** That an order comes from the host: from somebody who can read the master key. `what` is the order's name and all of it. */
export const hostProof = (key: Buffer, what: readonly unknown[]): string =>
  createHmac('sha256', key).update(JSON.stringify(what)).digest('base64url');

/** Each order is good for a minute, and once. */
export const createHostCheck = (key: Buffer, clock: Clock) => {
  const used = new Map<string, number>();
  return (what: readonly unknown[], at: string, proof: string): boolean => {
    const now = clock.now().getTime();
    for (const [old, since] of used) if (now - since > 2 * goodFor) used.delete(old);
    const right = Buffer.from(hostProof(key, what));
    const given = Buffer.from(proof);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return false;
    if (Math.abs(now - Date.parse(at)) > goodFor || used.has(proof)) return false;
    used.set(proof, now);
    return true;
  };
};
export type HostCheck = ReturnType<typeof createHostCheck>;
