/** The ledger of what people were shown and how they answered. Lines are added and never changed; they go with the person. */
import {createHash} from 'node:crypto';
import type {Clock} from '../../../kit/clock.ts';
import {newId} from '../../../kit/ids.ts';
import type {Locale} from '../../../kit/schema.ts';
import {
  type DatabaseOrTransaction,
  insertMany,
  type Reader,
  type Storage,
  type Transaction,
} from '../../../storage/index.ts';
import type {ConsentAct, ConsentEntry, ConsentHow, ConsentKind} from './consent.schema.ts';

const table = 'privacy_consents';
const textTable = 'privacy_consent_texts';
const pageSize = 1000;

export type Who = {visitorId: string; conversationId: string; siteId: string; page: string | null};
export type Told = {
  kind: ConsentKind;
  act: ConsentAct;
  how: ConsentHow;
  language: Locale;
  /** The words that were shown. The notice has versions of its own: it needs none here. */
  text?: string;
};
type Row = {
  id: string;
  visitor_id: string;
  conversation_id: string;
  site_id: string;
  kind: ConsentKind;
  act: ConsentAct;
  how: ConsentHow;
  language: Locale;
  version: number | null;
  text_hash: string | null;
  page: string | null;
  at: string;
};
type TextRow = {
  id: string;
  kind: ConsentKind;
  language: Locale;
  version: number;
  hash: string;
  text: string | null;
  first_shown_at: string;
};
type Shown = {version: number; hash: string};

export const hashOfText = (text: string): string => createHash('sha256').update(text).digest('hex');

export const createConsents = (deps: {
  storage: Storage;
  clock: Clock;
  reader: Reader;
  /** The version of the notice in force. */
  notice: (db: DatabaseOrTransaction) => Promise<Shown | undefined>;
  siteNames: (ids: string[]) => Promise<Map<string, string>>;
}) => {
  const {storage, clock} = deps;

  /** Each text is kept once, with a number of its own within its kind and language. */
  const keepText = async (trx: Transaction, {kind, language}: Told, text: string): Promise<Shown> => {
    const hash = hashOfText(text);
    const find = (): Promise<Shown | undefined> =>
      trx(textTable).where({kind, language, hash}).first('version', 'hash');
    const known = await find();
    if (known) return known;
    const {newest} = (await trx(textTable).where({kind, language}).max({newest: 'version'}).first()) as {
      newest: number | null;
    };
    const row = {
      id: newId(),
      kind,
      language,
      version: (newest ?? 0) + 1,
      hash,
      text,
      first_shown_at: clock.iso(),
    };
    await trx(textTable)
      .insert(await storage.personal.seal(textTable, [row]))
      .onConflict(['kind', 'language', 'hash'])
      .ignore();
    return (await find()) ?? row;
  };

  const record = async (trx: Transaction, who: Who, told: readonly Told[]): Promise<void> => {
    const rows: Row[] = [];
    for (const one of told) {
      const shown =
        one.kind === 'privacy_notice'
          ? await deps.notice(trx)
          : one.text === undefined
            ? undefined
            : await keepText(trx, one, one.text);
      rows.push({
        id: newId(),
        visitor_id: who.visitorId,
        conversation_id: who.conversationId,
        site_id: who.siteId,
        kind: one.kind,
        act: one.act,
        how: one.how,
        language: one.language,
        version: shown?.version ?? null,
        text_hash: shown?.hash ?? null,
        page: who.page,
        at: clock.iso(),
      });
    }
    if (rows.length > 0) await insertMany(trx, table, await storage.personal.seal(table, rows));
  };

  const texts = async () => {
    const rows: {
      kind: ConsentKind;
      language: Locale;
      version: number | null;
      text_hash: string | null;
      act: ConsentAct;
      n: number;
    }[] = await storage
      .db(table)
      .groupBy('kind', 'language', 'version', 'text_hash', 'act')
      .orderBy([{column: 'kind'}, {column: 'language'}, {column: 'version', order: 'desc'}])
      .select('kind', 'language', 'version', 'text_hash', 'act')
      .count({n: '*'});
    const kept = new Map(
      (await deps.reader.open<TextRow>(textTable, await storage.db(textTable))).map(row => [
        `${row.kind} ${row.language} ${row.hash}`,
        row,
      ]),
    );
    const none = {shown: 0, noted: 0, given: 0, refused: 0, objected: 0, withdrawn: 0};
    const found = new Map<string, ReturnType<typeof entry>>();
    const entry = ({kind, language, version, text_hash: hash}: (typeof rows)[number]) => {
      const text = kept.get(`${kind} ${language} ${hash}`);
      return {
        kind,
        language,
        version,
        hash,
        text: text?.text ?? null,
        firstShownAt: text?.first_shown_at ?? null,
        counts: {...none},
      };
    };
    for (const row of rows) {
      const key = `${row.kind} ${row.language} ${row.version} ${row.text_hash}`;
      const one = found.get(key) ?? entry(row);
      one.counts[row.act] += row.n;
      found.set(key, one);
    }
    return [...found.values()];
  };

  const list = async (query: {
    kind?: ConsentKind | undefined;
    conversationId?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  }): Promise<{entries: ConsentEntry[]; nextCursor: string | null}> => {
    const rows = await storage
      .db(table)
      .modify(builder => {
        if (query.kind) void builder.where({kind: query.kind});
        if (query.conversationId) void builder.where({conversation_id: query.conversationId});
        if (query.cursor) void builder.where('id', '<', query.cursor);
      })
      .orderBy('id', 'desc')
      .limit(query.limit + 1);
    const opened = await deps.reader.open<Row>(table, rows.slice(0, query.limit));
    const names = await deps.siteNames([...new Set(opened.map(row => row.site_id))]);
    return {
      entries: opened.map(row => ({
        id: row.id,
        at: row.at,
        visitorId: row.visitor_id,
        conversationId: row.conversation_id,
        siteId: row.site_id,
        siteName: names.get(row.site_id) ?? 'a removed website',
        kind: row.kind,
        act: row.act,
        how: row.how,
        language: row.language,
        version: row.version,
        textHash: row.text_hash,
        page: row.page,
      })),
      nextCursor: rows.length > query.limit ? (opened.at(-1)?.id ?? null) : null,
    };
  };

  /** In hex: no cell of a spreadsheet begins with what it would run as a formula. */
  const codeOf = (visitorId: string): string =>
    Buffer.from(storage.personal.index(table, 'visitor_id', visitorId), 'base64url')
      .toString('hex')
      .slice(0, 24);

  /** For an auditor: who it was is a keyed hash, the same for all lines of one person; pages stay here. */
  const exported = async function* () {
    for (let after = ''; ; ) {
      const rows: Row[] = await storage
        .db(table)
        .where('id', '>', after)
        .orderBy('id')
        .limit(pageSize)
        .select(
          'id',
          'visitor_id',
          'site_id',
          'kind',
          'act',
          'how',
          'language',
          'version',
          'text_hash',
          'at',
        );
      for (const row of rows)
        yield {
          at: row.at,
          person: codeOf(row.visitor_id),
          site: row.site_id,
          kind: row.kind,
          act: row.act,
          how: row.how,
          language: row.language,
          version: row.version,
          textHash: row.text_hash,
        };
      const last = rows.at(-1)?.id;
      if (rows.length < pageSize || last === undefined) return;
      after = last;
    }
  };

  const count = async (): Promise<number> =>
    ((await storage.db(table).count({n: '*'}).first()) as {n: number}).n;

  /** Which of these visitors were shown or answered something of that kind. */
  const told = async (kind: Told['kind'], visitorIds: readonly string[]): Promise<Set<string>> =>
    new Set<string>(
      await storage.db(table).where({kind}).whereIn('visitor_id', visitorIds).distinct().pluck('visitor_id'),
    );

  return {record, told, texts, list, exported, count};
};
export type Consents = ReturnType<typeof createConsents>;
