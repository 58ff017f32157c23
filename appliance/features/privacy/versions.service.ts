import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Locale} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';
import {assessmentDocument} from './documents/assessment.ts';
import {differenceOf, type SectionChange} from './documents/difference.ts';
import {type Document, hashOf, type Translations, type Version} from './documents/document.ts';
import {renderNotice} from './documents/notice.ts';
import {renderPdf} from './documents/pdf.ts';
import {recordDocument} from './documents/record.ts';
import {registerDocument} from './documents/register.ts';
import {type Running, runningOf} from './running.ts';

export const seriesNames = ['notice', 'register', 'record', 'assessment'] as const;
export type Series = (typeof seriesNames)[number];

const render: Record<Series, (running: Running) => Translations> = {
  notice: renderNotice,
  register: running => ({en: registerDocument(running)}),
  record: running => ({en: recordDocument(running)}),
  assessment: running => ({en: assessmentDocument(running)}),
};

type Row = {id: string; series: Series; number: number; at: string; hash: string; content: string | null};
const table = 'privacy_versions';
const mostPdfs = 24;

const unknown = () =>
  new AppError(
    'not_found',
    'privacy.unknown_version',
    'There is no such version. The list has those there are.',
  );

/** What is said about privacy, made from what really runs; each change of a word is a version. */
export const createVersions = (deps: {
  storage: Storage;
  clock: Clock;
  reader: Reader;
  /** Undefined until the set-up has run. */
  running: (db: DatabaseOrTransaction) => Promise<Running | undefined>;
}) => {
  const {storage, clock} = deps;
  const running = async (db: DatabaseOrTransaction): Promise<Running | undefined> => {
    const facts = await deps.running(db);
    return facts && runningOf(facts);
  };
  const list = async (series: Series, db: DatabaseOrTransaction = storage.db): Promise<Version[]> =>
    db(table).where({series}).orderBy('number', 'desc').select('number', 'at', 'hash');
  const newest = async (db: DatabaseOrTransaction, series: Series): Promise<Version | undefined> =>
    db(table).where({series}).orderBy('number', 'desc').first('number', 'at', 'hash');

  const keepOne = async (trx: Transaction, series: Series, now: Running): Promise<void> => {
    const documents = render[series](now);
    const hash = hashOf(documents);
    const last = await newest(trx, series);
    if (last?.hash === hash) return;
    const row = {
      id: newId(),
      series,
      number: (last?.number ?? 0) + 1,
      at: clock.iso(),
      hash,
      content: JSON.stringify(documents),
    };
    // whoever was first on another node keeps the number; a difference that is left is the next reading's version
    await trx(table)
      .insert(await storage.personal.seal(table, [row]))
      .onConflict(['series', 'number'])
      .ignore();
  };
  /** For the transaction that changes what really runs; where nothing of it is said, nothing is written. */
  const keep = async (trx: Transaction): Promise<void> => {
    const now = await running(trx);
    if (now) for (const series of seriesNames) await keepOne(trx, series, now);
  };

  /** What a change elsewhere left behind (a chosen model, a newer release of the appliance) becomes a version here. */
  const catchUp = async (series: Series): Promise<Version> => {
    const now = await running(storage.db);
    if (!now) throw new AppError('not_found', 'privacy.not_set_up', 'The appliance is not set up yet.');
    const last = await newest(storage.db, series);
    if (last?.hash === hashOf(render[series](now))) return last;
    await storage.transaction(trx => keepOne(trx, series, now));
    const kept = await newest(storage.db, series);
    if (!kept) throw unknown();
    return kept;
  };

  const open = async (
    series: Series,
    number: number,
  ): Promise<{version: Version; documents: Translations}> => {
    const [row] = await deps.reader.open<Row>(table, await storage.db(table).where({series, number}));
    if (!row?.content) throw unknown();
    const {at, hash} = row;
    return {version: {number, at, hash}, documents: JSON.parse(row.content) as Translations};
  };
  const inLanguage = (documents: Translations, language: Locale): Document => {
    const document = documents[language] ?? documents.en;
    if (!document) throw unknown();
    return document;
  };
  /** The one in force unless a number is given; what was asked for is never newer than what runs. */
  const get = async (
    series: Series,
    language: Locale,
    number?: number,
  ): Promise<{version: Version; document: Document}> => {
    const current = await catchUp(series);
    const {version, documents} = await open(series, number ?? current.number);
    return {version, document: inLanguage(documents, language)};
  };

  /** The same version is the same bytes, so a page that anybody may ask for is not made twice. */
  const pdfs = new Map<string, Promise<Buffer>>();
  const pdf = async (series: Series, language: Locale, number?: number): Promise<Buffer> => {
    const {version, document} = await get(series, language, number);
    const key = `${series} ${document.language} ${version.number} ${version.hash}`;
    const made = pdfs.get(key) ?? renderPdf(document, version);
    pdfs.delete(key);
    pdfs.set(key, made);
    const [oldest] = pdfs.keys();
    if (pdfs.size > mostPdfs && oldest !== undefined) pdfs.delete(oldest);
    return made;
  };

  return {
    keep,
    get,
    pdf,
    /** The newest that was kept, without a look at what runs. */
    inForce: async (series: Series, db: DatabaseOrTransaction) => {
      const last = await newest(db, series);
      return last && {version: last.number, hash: last.hash};
    },
    running: async (): Promise<Running> => {
      const now = await running(storage.db);
      if (!now) throw new AppError('not_found', 'privacy.not_set_up', 'The appliance is not set up yet.');
      return now;
    },
    /** Newest first. */
    list: async (series: Series): Promise<Version[]> => {
      await catchUp(series);
      return list(series);
    },
    /** Against the version before, or the one that is named. */
    changes: async (
      series: Series,
      language: Locale,
      number: number,
      against = number - 1,
    ): Promise<SectionChange[]> => {
      const after = await get(series, language, number);
      const before = against < 1 ? undefined : await get(series, language, against);
      return differenceOf(before?.document, after.document);
    },
    /** Of each series: the hash that is kept, that of what is kept, and that of what runs now. Nothing is caught up with. */
    standing: async (): Promise<
      {series: Series; number: number; kept: string; content: string; running: string}[]
    > => {
      const now = await running(storage.db);
      if (!now) return [];
      return Promise.all(
        seriesNames.map(async series => {
          const {number, hash} = (await newest(storage.db, series)) ?? {number: 0, hash: ''};
          const content = number === 0 ? '' : hashOf((await open(series, number)).documents);
          return {series, number, kept: hash, content, running: hashOf(render[series](now))};
        }),
      );
    },
    /** Which of these words no version of a document has ever said. */
    unsaid: async (series: Series, words: readonly string[]): Promise<string[]> => {
      let missing = [...words];
      for (const {number} of await list(series)) {
        if (missing.length === 0) break;
        const said = JSON.stringify((await open(series, number)).documents);
        missing = missing.filter(word => !said.includes(word));
      }
      return missing;
    },
    catchUp: async (): Promise<void> => {
      for (const series of seriesNames) await catchUp(series);
    },
  };
};
export type Versions = ReturnType<typeof createVersions>;
