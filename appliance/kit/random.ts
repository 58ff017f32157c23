import {randomFillSync} from 'node:crypto';

const pool = Buffer.allocUnsafe(8192);
let used = pool.length;

/** Cryptographically strong bytes, drawn from the system in larger gulps: each byte is handed out once. */
export const randomPooled = (length: number): Buffer => {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + length));
  // what was handed out is not kept here
  pool.fill(0, used, used + length);
  used += length;
  return bytes;
};
