import type {Locale} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../storage/index.ts';
import {type Term, termsOf} from './words.ts';

const table = 'knowledge_words';
const letters = 'abcdefghijklmnop';

/**
 * Finds passages by their words: FTS5 in SQLite, a tsvector in PostgreSQL. A word stands here under the account's key, so
 * the index gives away how often some word occurs, and never which.
 */
export const createWordIndex = (storage: Storage) => {
  const {personal, dialect} = storage;
  const [place, holds] =
    dialect === 'sqlite' ? ['rowid', `${table} match ?`] : ['passage_id', 'words @@ ?::tsquery'];

  /** Twelve letters of the keyed word: what both databases take for one plain word, whatever it was. */
  const token = (language: Locale, as: 'stem' | 'beginning', text: string): string =>
    [...Buffer.from(personal.index(table, 'words', `${language} ${as} ${text}`), 'base64url').subarray(0, 6)]
      .flatMap(byte => [letters[byte >> 4], letters[byte & 15]])
      .join('');

  const tokensOf = ({stem, beginning}: Term, language: Locale): string[] => [
    token(language, 'stem', stem),
    ...(beginning === null ? [] : [token(language, 'beginning', beginning)]),
  ];

  /** For many texts of one document: each distinct word is keyed once. */
  const reader = () => {
    const known = new Map<string, string[]>();
    return (text: string, language: Locale): string[] => {
      const found = new Set<string>();
      for (const term of termsOf(text, language)) {
        const name = `${language} ${term.stem} ${term.beginning ?? ''}`;
        let tokens = known.get(name);
        if (!tokens) known.set(name, (tokens = tokensOf(term, language)));
        for (const one of tokens) found.add(one);
      }
      return [...found];
    };
  };

  return {
    reader,
    tokensOf,
    put: async (trx: Transaction, rows: readonly {passageId: string; words: string[]}[]) => {
      for (const {passageId, words} of rows) {
        await trx(table).insert({
          passage_id: passageId,
          words: dialect === 'sqlite' ? words.join(' ') : trx.raw('array_to_tsvector(?::text[])', [words]),
        });
      }
    },
    remove: async (trx: Transaction, documentId: string): Promise<void> => {
      await trx(table)
        .whereIn('passage_id', trx('knowledge_passages').where({document_id: documentId}).select('id'))
        .delete();
    },
    /** How many passages hold this. */
    frequency: async (db: DatabaseOrTransaction, one: string): Promise<number> => {
      const [row] = await db(table).whereRaw(holds, [one]).count({count: '*'});
      return Number(row?.['count'] ?? 0);
    },
    /** The ids of the passages that hold the most of these, by their weights; in no order. */
    best: async (
      db: DatabaseOrTransaction,
      wanted: readonly {token: string; weight: number}[],
      limit: number,
    ): Promise<string[]> => {
      const hits = wanted
        .map(() => `select ${place} as place, cast(? as real) as weight from ${table} where ${holds}`)
        .join(' union all ');
      const rows: {passage_id: string}[] = await db(table)
        .select('passage_id')
        .whereRaw(
          `${place} in (select place from (${hits}) as hits group by place order by sum(weight) desc, place desc limit ?)`,
          [...wanted.flatMap(({token: one, weight}) => [weight, one]), limit],
        );
      return rows.map(row => row.passage_id);
    },
  };
};
export type WordIndex = ReturnType<typeof createWordIndex>;
