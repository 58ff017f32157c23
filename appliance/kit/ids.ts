import {randomBytes} from 'node:crypto';
import {randomPooled} from './random.ts';

let lastTime = 0;
/** The first two groups of an id made in that millisecond. */
let timeText = '';
let counter = 0;
const startMillisecond = (time: number): void => {
  lastTime = time;
  const digits = time.toString(16).padStart(12, '0');
  timeText = `${digits.slice(0, 8)}-${digits.slice(8)}`;
};

/**
 * UUIDv7 as text (RFC 9562, section 5.7), monotonic within this process: ids made later sort later.
 * The 12 bits after the version are a counter that restarts at a random value each millisecond.
 */
export const newId = (now: number = Date.now()): string => {
  const random = randomPooled(10);
  if (now > lastTime) {
    startMillisecond(now);
    counter = random.readUInt16BE(0) & 0x7ff;
  } else {
    counter += 1;
    if (counter > 0xfff) {
      startMillisecond(lastTime + 1);
      counter = 0;
    }
  }
  const high = (0x7000 | counter).toString(16);
  const variant = ((random.readUInt16BE(2) & 0x3fff) | 0x8000).toString(16);
  const tail = random.toString('hex', 4, 10);
  return `${timeText}-${high}-${variant}-${tail}`;
};

/** A bearer token: 32 random bytes, base64url. Store only its hash. */
export const newToken = (): string => randomBytes(32).toString('base64url');

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const isId = (value: unknown): value is string => typeof value === 'string' && idPattern.test(value);
