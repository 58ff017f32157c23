import {AppError} from '../kit/errors.ts';
import {isPersonalName} from './opaque.ts';

/** What Knex tells of a query before it is sent. */
export type AskedQuery = {sql: string; method?: string; pluck?: string};

const mentioned = /\w+_(?:sealed|personal)\b/;
/** A column as it is, of this table or that: its content is concealed under its own name. */
const bare = /^(?:\w+\.)?\w+$/;
/** How many, not what. */
const counted = /^count\((?:distinct )?(?:\w+\.)?\w+\)(?: as \w+)?$/;

const plain = (sql: string): string =>
  sql
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .replaceAll(/\/\*.*?\*\/|--[^\n]*/gs, ' ')
    .replaceAll(/["`]/g, '')
    .replaceAll(/\s+/g, ' ');

/** From here to where the list ends: at this word of the same depth, at a bracket that closes it, or at the end. */
const itemsAt = (sql: string, start: number, until: RegExp): string[] => {
  const items: string[] = [];
  let depth = 0;
  let from = start;
  let at = start;
  for (; at < sql.length; at++) {
    const character = sql[at];
    if (character === '(') depth += 1;
    else if (character === ')' && --depth < 0) break;
    else if (depth > 0) continue;
    else if (character === ',') {
      items.push(sql.slice(from, at).trim());
      from = at + 1;
    } else if (character === ' ' && until.test(sql.slice(at, at + 8))) break;
  }
  return [...items, sql.slice(from, at).trim()];
};

/**
 * The content of a personal column leaves the database under its own name, by which it is concealed, or not at all: an
 * alias, a function, `pluck` or a query inside another would give it out as if it were nobody's. A guard against
 * carelessness, not against code that means to.
 */
export const refuseRenamed = ({sql, method, pluck}: AskedQuery): void => {
  // what is stored in bulk is long, and mostly gives nothing out
  if (sql.startsWith('insert') && !/\sreturning\s/i.test(sql)) return;
  if (!mentioned.test(sql)) return;
  const text = plain(sql).trim();
  const lists = [...text.matchAll(/\b(?:select(?: distinct)?|returning) /gi)];
  const isGood = (item: string, isOutermost: boolean): boolean =>
    !mentioned.test(item) || counted.test(item) || (isOutermost && bare.test(item));
  const good =
    !(method === 'pluck' && isPersonalName(pluck ?? '')) &&
    lists.every(({0: word, index}) => {
      const isOutermost = index === 0 || (/^returning/i.test(word) && !/^with /i.test(text));
      return itemsAt(text, index + word.length, /^ from /i).every(item => isGood(item, isOutermost));
    });
  if (good) return;
  throw new AppError(
    'internal',
    'storage.personal_renamed',
    'A query would give out a personal column under another name. Select the column itself and open it with a reader.',
  );
};
