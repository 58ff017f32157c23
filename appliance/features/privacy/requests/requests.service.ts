import {readFile, rename, writeFile} from 'node:fs/promises';
import {addMilliseconds} from '../../../kit/clock.ts';
import {newId} from '../../../kit/ids.ts';
import {createActs} from './acts.ts';
import {createCarryingOut} from './carrying-out.ts';
import {createErasures} from './erasures.ts';
import {createLedger} from './ledger.ts';
import {createPapers} from './papers.ts';
import {createPersonsData} from './persons-data.ts';
import type {RequestDeps} from './requests.deps.ts';
import {createRequestStore} from './requests.store.ts';
import {createVerification} from './verification.ts';
import {createViews} from './views.ts';
import {createForVisitor} from './visitor.service.ts';

const day = 24 * 60 * 60_000;
/** What was asked and answered stays readable for this long after the request is closed. */
const readableFor = 90 * day;

export const createRequests = (deps: RequestDeps) => {
  const {storage, clock} = deps;
  const store = createRequestStore(storage, deps.reader);
  const data = createPersonsData({tables: deps.tables, reader: deps.reader});
  const ledger = createLedger({storage, clock, sealing: deps.sealing});
  const writeLedger = async (): Promise<void> => {
    const next = `${deps.ledgerFile}.next-${newId()}`;
    await writeFile(next, await ledger.export(), {mode: 0o600, flush: true});
    await rename(next, deps.ledgerFile);
  };
  let saving = Promise.resolve();
  /**
   * Beside the data, not in it: an older copy of the data does not bring an older ledger with it. One after the other: of
   * two at once, the one that read less could be the last to write.
   */
  const saveLedger = (): Promise<void> => {
    saving = saving.catch(() => undefined).then(writeLedger);
    return saving;
  };
  /** With its key goes what a request says of the one who made it: at once after an erasure, else after a while. */
  const emptyClosed = async (): Promise<void> => {
    const ids = await store.toEmpty(addMilliseconds(clock.iso(), -readableFor));
    await storage.keys.destroy(ids);
    await storage.transaction(trx => store.empty(trx, ids));
  };
  const erasures = createErasures({...deps, store, data, ledger, saveLedger, closed: emptyClosed});
  const verification = createVerification({...deps, store});

  const personsFor = async (address: string | null, conversationId: string | null): Promise<string[]> => {
    const found = new Set(address === null ? [] : await deps.persons.byEmail(storage.db, address));
    const own =
      conversationId === null ? undefined : await deps.persons.ofConversation(storage.db, conversationId);
    if (own !== undefined) found.add(own);
    return [...found].toSorted();
  };

  const parts = {...deps, store, data, erasures, verification, personsFor};
  const carryingOut = createCarryingOut(parts);
  const views = createViews(parts);
  const {exportFile, certificateFile, ...papers} = createPapers(parts);

  /** With the ledger of a backup target, after a restore: one that is older than what is known here is refused. */
  const replay = async (text: string): Promise<number> => {
    const entries = ledger.parse(text);
    await storage.transaction(trx => ledger.adopt(trx, entries));
    const back = await erasures.replay(new Set(entries.map(({document}) => document.pseudonym)));
    await saveLedger();
    return back;
  };

  return {
    erasures,
    ledger,
    givenOut: data.givenOut,
    replay,
    ...views,
    ...createActs({...parts, carryingOut, views}),
    exportFile,
    certificateFile,
    forVisitor: createForVisitor({...parts, carryingOut, papers}),

    /** Before anybody is served: what a restored copy brought back goes again, then erasures go on where they were. */
    start: async (): Promise<void> => {
      const text = await readFile(deps.ledgerFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      const head = await ledger.head();
      const there = ledger.parse(text);
      if (there.length > head.number) {
        const back = await replay(text);
        deps.log.warn(
          {entries: there.length - head.number, back},
          'the data is older than its erasure ledger; whoever was erased since is erased again',
        );
      } else if (there.length < head.number) await saveLedger();
      // one that fails again keeps nobody else from being served
      for (const row of await store.halfObjected())
        await carryingOut
          .finishObjection(row, null)
          .catch((error: unknown) =>
            deps.log.error({err: error, request: row.id}, 'an objection could not be carried out'),
          );
      await erasures.start();
    },
    stop: erasures.stop,

    looked: async (actorId: string, id: string): Promise<void> => {
      for (const personId of await store.persons(storage.db, id)) await deps.looked(actorId, personId, id);
    },

    /** What was never proved goes; what is closed for long keeps that it was, and nothing of whom. */
    tidy: async (): Promise<void> => {
      const now = clock.iso();
      await erasures.releaseHeld();
      const stale = await store.staleCodes(now);
      await storage.keys.destroy(stale);
      await storage.transaction(async trx => {
        for (const id of stale) await deps.mail.withdraw(trx, id);
        await store.remove(trx, stale);
      });
      await emptyClosed();
    },
  };
};
export type Requests = ReturnType<typeof createRequests>;
