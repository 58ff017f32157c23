import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';

type Tries = {failures: number; last: number; until: number};
type Rule = {free: number; longest: number};

const forgetAfter = 60 * 60 * 1000;
const limit = 20_000;

const quarter = 15 * 60_000;
type Rules = {network: Rule; account: Rule};

/**
 * Guessing gets slower with every failure. From one network the delay doubles up to a quarter of an hour; for an account
 * as a whole it stays short, so that a stranger cannot lock its owner out for long.
 */
const forPasswords: Rules = {network: {free: 4, longest: quarter}, account: {free: 20, longest: 30_000}};
/** Whoever guesses codes has the password already and is no stranger: from everywhere together it gets as slow. */
export const forCodes: Rules = {network: {free: 4, longest: quarter}, account: {free: 10, longest: quarter}};

export const createThrottle = (clock: Clock, rules: Rules = forPasswords) => {
  const records = new Map<string, Tries>();

  const find = (key: string, now: number): Tries => {
    const known = records.get(key);
    records.delete(key);
    const record = known && now - known.last < forgetAfter ? known : {failures: 0, last: now, until: 0};
    // put back last: the map's order is the order of use, and the oldest goes first
    records.set(key, record);
    if (records.size > limit) records.delete(records.keys().next().value as string);
    return record;
  };

  const count = (record: Tries, rule: Rule, now: number): void => {
    record.failures += 1;
    record.last = now;
    const over = record.failures - rule.free;
    if (over > 0) record.until = now + Math.min(rule.longest, 1000 * 2 ** Math.min(over - 1, 20));
  };

  const keysOf = (account: string, network: string) => ({account, network: `${account} ${network}`});

  return {
    /** Counts a try before it is judged, so that many at once do not slip through. Throws `too_many` while one must wait. */
    begin: (account: string, network: string): void => {
      const now = clock.now().getTime();
      const keys = keysOf(account, network);
      const found = {network: find(keys.network, now), account: find(keys.account, now)};
      const until = Math.max(found.network.until, found.account.until);
      if (until > now) {
        const retryAfterSeconds = Math.ceil((until - now) / 1000);
        throw new AppError(
          'too_many',
          'accounts.too_many_tries',
          `Too many tries. Wait ${retryAfterSeconds} seconds, then try again.`,
          {details: {retryAfterSeconds}},
        );
      }
      count(found.network, rules.network, now);
      count(found.account, rules.account, now);
    },
    succeeded: (account: string, network: string): void => {
      const keys = keysOf(account, network);
      records.delete(keys.network);
      records.delete(keys.account);
    },
  };
};
export type Throttle = ReturnType<typeof createThrottle>;
