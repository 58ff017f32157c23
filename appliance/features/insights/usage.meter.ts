/** What an open line of a visitor's widget tells: which page it is on, and whether the chat is open there. */
import {createBatcher} from '../../kit/batcher.ts';
import type {Clock} from '../../kit/clock.ts';
import {isAppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Logger} from '../../kit/logger.ts';
import {pageOf} from '../../kit/visit.ts';
import type {Storage} from '../../storage/index.ts';
import {readModes, readPolicy} from './usage.policy.ts';
import {isOn, type Session, type Usage} from './usage.service.ts';

/** Of one visitor; what comes after is not noted. */
const mostPages = 200;
/** Of one line: nobody reads faster. */
const pagesAMinute = 20;

type Note = {session: Session; page: string | null; seconds: number; at: string};

const allowed = ({seconds, at}: Note, since: number): number =>
  Math.max(0, Math.min(seconds, Math.round((Date.parse(at) - since) / 1000)));

export const createMeters = (deps: {
  storage: Storage;
  usage: Usage;
  clock: Clock;
  log: Logger;
  /** Where the website of this id really is. */
  origins: (siteId: string) => Promise<readonly string[]>;
}) => {
  const {storage, usage, clock, log} = deps;
  const underWay = new Set<Promise<void>>();

  /**
   * What arrives while a commit is under way is one transaction. Nobody's answer is taken on trust: it is read here, and
   * who has no row (erased, or from before this was measured) is not measured.
   */
  const write = createBatcher(async (notes: Note[]): Promise<undefined[]> => {
    await storage.transaction(async trx => {
      const measured = usage.measuredBy(await readPolicy(trx));
      const modeOf = await readModes(trx);
      const rows = await usage.store.lock(trx, [...new Set(notes.map(({session}) => session.visitorId))]);
      for (const row of rows) {
        if (!isOn(row.answer, modeOf(row.site_id))) continue;
        const own = notes.filter(({session}) => session.visitorId === row.visitor_id);
        const pages = measured.includes('pages')
          ? own.flatMap(({page, at}) =>
              page === null ? [] : [{id: newId(), visitor_id: row.visitor_id, page, at}],
            )
          : [];
        const fitting = pages.slice(0, Math.max(0, mostPages - row.pages));
        // a client may have said "open" before the yes: time counts from there on
        const since = row.answer === 'agreed' ? Date.parse(row.answered_at ?? '') : 0;
        const seconds = measured.includes('time')
          ? own.reduce((sum, note) => sum + allowed(note, since), 0)
          : 0;
        if (fitting.length === 0 && seconds === 0) continue;
        if (fitting.length > 0) await usage.store.addPages(trx, fitting);
        await usage.store.measured(trx, row.visitor_id, {
          newPages: fitting.length,
          more: seconds > 0 ? {seconds} : {},
          at: clock.iso(),
        });
      }
    });
    return notes.map(() => undefined);
  });

  const note = (one: Note): void => {
    const done: Promise<void> = write(one)
      .catch((error: unknown) => {
        // erased meanwhile: there is nobody to note it of
        if (isAppError(error) && error.code === 'storage.person_erased') return;
        log.warn({err: error}, 'what a widget was used for could not be noted');
      })
      .finally(() => underWay.delete(done));
    underWay.add(done);
  };

  return {
    /** For one line. Time is measured by our own clock: a client says only that the chat is open. */
    meter: (session: Session) => {
      let page = '';
      let openSince: number | null = null;
      let noted: number[] = [];
      let origins: Promise<readonly string[]> | undefined;
      const takeSeconds = (until: number): number => {
        const since = openSince;
        openSince = null;
        return since === null ? 0 : Math.max(0, Math.round((until - since) / 1000));
      };
      return {
        at: async (now: {page: string; open: boolean}): Promise<void> => {
          const instant = clock.now().getTime();
          // asked for once a line: what is told keeps its order
          origins ??= deps.origins(session.siteId);
          const known = await origins;
          const seen = pageOf(now.page);
          const isOwn = seen !== null && known.includes(new URL(seen).origin);
          noted = noted.filter(at => instant - at < 60_000);
          const isNew = isOwn && seen !== page && noted.length < pagesAMinute;
          if (isNew) {
            page = seen;
            noted.push(instant);
          }
          const seconds = now.open ? 0 : takeSeconds(instant);
          if (now.open) openSince ??= instant;
          if (isNew || seconds > 0) note({session, page: isNew ? seen : null, seconds, at: clock.iso()});
        },
        end: (): void => {
          const seconds = takeSeconds(clock.now().getTime());
          if (seconds > 0) note({session, page: null, seconds, at: clock.iso()});
        },
      };
    },
    /** Waits for what is being written. */
    stop: async (): Promise<void> => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
};
export type Meters = ReturnType<typeof createMeters>;
