import {mkdirSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import type {Readable} from 'node:stream';
import {setImmediate as turnOver} from 'node:timers/promises';
import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Logger} from '../../kit/logger.ts';
import {mask} from '../../kit/mask.ts';
import type {Locale} from '../../kit/schema.ts';
import {createUploads} from '../../kit/uploads.ts';
import type {Storage, Transaction} from '../../storage/index.ts';
import {ofTheDead, processOwner} from '../../storage/lease.ts';
import type {Document} from './knowledge.schema.ts';
import type {DocumentRow, KnowledgeStore, PassageRow} from './knowledge.store.ts';
import {givesOrders} from './orders.ts';
import {refusalWords} from './refusals.ts';
import {openSealedPart, type SealedPart} from './sealed-part.ts';
import type {VectorStore} from './vectors.store.ts';
import type {WordIndex} from './word-index.ts';

type Read = {
  kind: NonNullable<DocumentRow['kind']>;
  pages: number | null;
  passages: {heading: string[]; page: number | null; text: string}[];
};
export type DocumentDeps = {
  storage: Storage;
  clock: Clock;
  log: Logger;
  dataDirectory: string;
  /** In a process of its own; never rejects. */
  read: (document: Readable, signal: AbortSignal) => Promise<Read | {refused: string}>;
  /** Bytes a document may have. */
  limit: number;
  detectLanguage: (texts: readonly string[], otherwise: string) => Locale;
  /** The organisation's own language, where a text tells none. */
  language: () => Promise<Locale>;
  /** Told when a document can be quoted from, and when it is gone. */
  onReady: () => void;
  onRemoved: (documentId: string) => void;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; subjectId: string; detail: Record<string, unknown>},
  ) => Promise<void>;
};

/** So many passages are stored in one go: others write in between. */
const portion = 50;
const mostUploads = 4;
const mostWaiting = 20;

const megabytes = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1e6))} MB`;

/** Documents: taken in, read one after the other by a process of their own, kept as passages, removed. */
export const createDocuments = (
  deps: DocumentDeps,
  {store, words, vectors}: {store: KnowledgeStore; words: WordIndex; vectors: Pick<VectorStore, 'remove'>},
) => {
  const {storage, clock, log} = deps;
  const folder = join(deps.dataDirectory, 'uploads');
  const uploads = createUploads({room: 'knowledge', most: mostUploads});
  const stop = new AbortController();
  const waiting = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();

  const refuse = async (id: string, refusal: string): Promise<void> => {
    await storage.transaction(async trx => {
      await words.remove(trx, id);
      await store.removePassages(trx, id);
      await store.finish(trx, id, {
        state: 'refused',
        refusal,
        passages: 0,
        lease_owner: null,
        read_at: clock.iso(),
      });
    });
  };

  /** The passages and their words, portion by portion. False where the document was removed meanwhile. */
  const keep = async (id: string, title: string, read: Read): Promise<boolean> => {
    const own = await deps.language();
    const sample = read.passages.slice(0, 40).map(({text}) => text);
    const most = deps.detectLanguage([sample.join(' ').slice(0, 4000)], own);
    const wordsOf = words.reader();
    const spoken = new Map<Locale, number>();
    for (let from = 0; from < read.passages.length; from += portion) {
      const rows: PassageRow[] = read.passages.slice(from, from + portion).map(({heading, page, text}, i) => {
        const language = deps.detectLanguage([text], most);
        spoken.set(language, (spoken.get(language) ?? 0) + text.length);
        return {
          id: newId(),
          document_id: id,
          seq: from + i + 1,
          page,
          heading: JSON.stringify(heading.map(mask)),
          text: mask(text),
          language,
          gives_orders: givesOrders([...heading, text].join('\n')) ? 1 : 0,
        };
      });
      const found = rows.map(({id: passageId, text, heading, language}) => ({
        passageId,
        words: wordsOf([title, ...(JSON.parse(heading) as string[]), text].join(' '), language),
      }));
      const there = await storage.transaction(async trx => {
        if (!(await store.isReading(trx, id))) return false;
        await store.insertPassages(trx, rows);
        await words.put(trx, found);
        return true;
      });
      if (!there) return false;
      await turnOver();
    }
    const total = [...spoken.values()].reduce((sum, size) => sum + size, 0);
    return store.finish(storage.db, id, {
      state: 'ready',
      kind: read.kind,
      pages: read.pages,
      passages: read.passages.length,
      languages: JSON.stringify(
        [...spoken]
          .toSorted(([, one], [, other]) => other - one)
          .filter(([, size]) => size >= total / 10)
          .map(([language]) => language),
      ),
      lease_owner: null,
      read_at: clock.iso(),
    });
  };

  const readNext = async (id: string, title: string, part: SealedPart): Promise<void> => {
    try {
      const read = stop.signal.aborted ? {refused: 'interrupted'} : await deps.read(part.read(), stop.signal);
      await part.discard();
      if (stop.signal.aborted) await refuse(id, 'interrupted');
      else if ('refused' in read) await refuse(id, read.refused);
      else if (await keep(id, title, read)) deps.onReady();
    } catch (error) {
      log.error({err: error, document: id}, 'a document could not be read');
      await refuse(id, 'unreadable');
    } finally {
      await part.discard();
    }
  };

  const take = async (
    part: SealedPart,
    {
      title,
      fileName,
      size,
      sha256,
      actorId,
    }: {title: string; fileName: string; size: number; sha256: string; actorId: string},
  ): Promise<void> => {
    await part.close();
    const id = newId();
    await storage.transaction(async trx => {
      const known = await store.same(trx, sha256);
      if (known)
        throw new AppError('conflict', 'knowledge.known', `This file is here already, as “${known.title}”.`);
      await store.insert(trx, {
        id,
        title: mask(title),
        file_name: mask(fileName),
        kind: null,
        size,
        sha256,
        state: 'reading',
        refusal: null,
        pages: null,
        passages: 0,
        languages: '[]',
        lease_owner: processOwner,
        uploaded_by: actorId,
        uploaded_at: clock.iso(),
        read_at: null,
      });
      await deps.audit(trx, {
        actorId,
        action: 'knowledge.uploaded',
        subjectId: id,
        detail: {title: mask(title), size, sha256},
      });
    });
    waiting.add(id);
    last = last.then(() => readNext(id, mask(title), part)).finally(() => waiting.delete(id));
    last.catch((error: unknown) => log.error({err: error, document: id}, 'a refusal could not be stored'));
    last = last.catch(() => undefined);
  };

  const toDocument = (row: DocumentRow, names: Map<string, string>): Document => ({
    id: row.id,
    title: row.title,
    fileName: row.file_name,
    kind: row.kind,
    size: row.size,
    state: row.state,
    problem: row.refusal === null ? null : (refusalWords[row.refusal] ?? refusalWords['unreadable'] ?? null),
    pages: row.pages,
    passages: row.passages,
    languages: JSON.parse(row.languages) as Locale[],
    uploadedBy: names.get(row.uploaded_by) ?? null,
    uploadedAt: row.uploaded_at,
  });

  const get = async (id: string): Promise<DocumentRow> => {
    const row = await store.find(storage.db, id);
    if (!row) throw new AppError('not_found', 'knowledge.not_found', 'This document is not here any more.');
    return row;
  };

  return {
    uploads,
    /** Refuses what is too large before the first byte. */
    begin: async (input: {
      title: string;
      fileName: string;
      size: number;
      actorId: string;
    }): Promise<string> => {
      if (input.size > deps.limit)
        throw new AppError(
          'too_large',
          'knowledge.too_large',
          `This file has ${megabytes(input.size)}; a document has at most ${megabytes(deps.limit)}. Split it, or save it without pictures.`,
        );
      if (waiting.size >= mostWaiting)
        throw new AppError(
          'too_many',
          'knowledge.busy',
          `${mostWaiting} documents wait to be read. Wait until some are done, then go on.`,
        );
      const part = await openSealedPart(folder);
      try {
        return uploads.begin({
          size: input.size,
          write: part.write,
          finish: async sha256 => {
            try {
              await take(part, {...input, sha256});
            } catch (error) {
              await part.discard();
              throw error;
            }
          },
          discard: part.discard,
        }).uploadId;
      } catch (error) {
        await part.discard();
        throw error;
      }
    },
    list: async (): Promise<Document[]> => {
      const rows = await store.list(storage.db);
      const names = await deps.userNames([...new Set(rows.map(row => row.uploaded_by))]);
      return rows.map(row => toDocument(row, names));
    },
    passages: async (id: string, page: {after: number; limit: number}) => {
      await get(id);
      return store.listPassages(storage.db, id, page);
    },
    remove: async (id: string, actorId: string): Promise<void> => {
      const {title, size, sha256} = await get(id);
      await storage.transaction(async trx => {
        await words.remove(trx, id);
        await vectors.remove(trx, id);
        await store.remove(trx, id);
        await deps.audit(trx, {
          actorId,
          action: 'knowledge.removed',
          subjectId: id,
          detail: {title, size, sha256},
        });
      });
      deps.onRemoved(id);
    },
    /** What was being read when a process ended is not read any more: its file was under a key that went with it. */
    start: async (): Promise<void> => {
      mkdirSync(folder, {recursive: true, mode: 0o700});
      for (const name of readdirSync(folder)) if (name.endsWith('.part')) rmSync(join(folder, name));
      const left: string[] = await storage
        .db('knowledge_documents')
        .where({state: 'reading'})
        .modify(ofTheDead(storage))
        .pluck('id');
      for (const id of left) await refuse(id, 'interrupted');
    },
    stop: async (): Promise<void> => {
      await uploads.close();
      stop.abort();
      await last;
    },
  };
};
export type Documents = ReturnType<typeof createDocuments>;
