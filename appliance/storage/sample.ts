import {randomBytes, randomInt} from 'node:crypto';
import {isId} from '../kit/ids.ts';
import type {Database} from './database.ts';

type Row = Record<string, unknown>;

/** A value somewhere between the first and the last: an id of version 7 begins with its time, other keys are text or numbers. */
const between = (first: unknown, last: unknown): unknown => {
  if (typeof first === 'number' && typeof last === 'number')
    return first >= last ? first : randomInt(first, last + 1);
  const [from, to] = [first, last].map(key =>
    Number.parseInt(String(key).replaceAll('-', '').slice(0, 12), 16),
  );
  if (from === undefined || to === undefined || Number.isNaN(from + to) || from >= to)
    return randomBytes(1).toString('base64url');
  const time = randomInt(from, to + 1)
    .toString(16)
    .padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
};

/**
 * The newest half, and stretches from places drawn at random: every row of a small table, some of a large one, and by
 * the index of the key alone, however large it is.
 */
export const sampleOf = async <Result extends object = Row>(
  db: Database,
  table: string,
  key: string,
  most: number,
  columns: readonly string[] = ['*'],
): Promise<Result[]> => {
  const newest: Row[] = await db(table)
    .select([...columns])
    .orderBy(key, 'desc')
    .limit(most + 1);
  if (newest.length <= most) return newest as Result[];
  const [ends]: {first: unknown}[] = await db(table).min({first: key});
  // beside ids there may be a name, such as the account's
  const last = (newest.find(row => isId(row[key])) ?? newest[0])?.[key];
  const rows = new Map(newest.slice(0, Math.ceil(most / 2)).map(row => [row[key], row]));
  const stretch = Math.ceil(most / 10);
  for (let draw = 0; draw < 5; draw++) {
    const drawn: Row[] = await db(table)
      .select([...columns])
      .where(key, '>=', between(ends?.first, last) as string)
      .orderBy(key)
      .limit(stretch);
    for (const row of drawn) rows.set(row[key], row);
  }
  return [...rows.values()] as Result[];
};
