import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {ExceptionTerms} from '../../kit/schema.ts';
import type {Storage, Transaction} from '../../storage/index.ts';
import {checkException, declarationOf, reachOf} from './declaration.ts';
import {type Destination, destinationStore, noException} from './destinations.store.ts';
import {getRegion, isInside} from './regions.ts';
import {type Widening, wideningStore} from './widenings.store.ts';

const day = 86_400_000;
/** With one administrator alone, a day in which anybody who was told may object. */
export const delay = day;
/** What nobody decided for so long has to be asked anew. */
const life = 14 * day;
const reminders = [7, 1];

type Audit = (
  trx: Transaction,
  entry: {actorId: string | null; action: string; subjectId: string; detail: Record<string, unknown>},
) => Promise<void>;
export type ResidencyNotice = {
  kind: 'destination_asked' | 'exception_ends';
  about: string;
  until: string;
  key: string;
};
export type WideningsDeps = {
  storage: Storage;
  clock: Clock;
  region: () => string | null;
  /** Those who can approve: with a password, not closed. */
  administrators: (db: Transaction | Storage['db']) => Promise<string[]>;
  /** By mail, to every administrator and the contact for privacy. */
  notify: (trx: Transaction, notice: ResidencyNotice) => Promise<void>;
  audit: Audit;
  /** The same, where what is said about privacy changes with it. */
  auditAndSay: Audit;
  /** The latest moment that the egress log knows of. */
  latest: () => Promise<string>;
  /** After the commit: the broker goes by it, and what waited for it begins. */
  onChange: (opened: readonly Destination[]) => Promise<void>;
};

const plus = (at: string, milliseconds: number): string =>
  new Date(Date.parse(at) + milliseconds).toISOString();
const over = (): AppError =>
  new AppError(
    'conflict',
    'privacy.widening_over',
    'This was decided already, or nobody decided in time. Look at the page Residency; if it is still wanted, save the settings again.',
  );

/** More may be reached only when two people agree, or a day has passed under everybody's eyes. Less takes force at once. */
export const createWidenings = (deps: WideningsDeps) => {
  const {storage, clock} = deps;
  const about = ({after}: Pick<Widening, 'after'>): string =>
    `${after.host}:${after.port} (${getRegion(after.region).label})`;

  const ask = async (
    trx: Transaction,
    asked: Pick<Widening, 'destinationId' | 'kind' | 'askedBy' | 'statement' | 'before' | 'after'>,
  ): Promise<string> => {
    const at = clock.iso();
    const alone = (await deps.administrators(trx)).every(id => id === asked.askedBy);
    const widening = {
      ...asked,
      id: newId(),
      askedAt: at,
      opensAt: alone ? plus(at, delay) : null,
      lapsesAt: plus(at, life),
    };
    await wideningStore.insert(trx, widening);
    await deps.notify(trx, {
      kind: 'destination_asked',
      about: about(widening),
      until: widening.opensAt ?? widening.lapsesAt,
      key: `widening:${widening.id}`,
    });
    return widening.id;
  };

  const waiting = async (trx: Transaction, id: string): Promise<Widening> => {
    const found = await wideningStore.find(trx, id);
    if (!found)
      throw new AppError('not_found', 'privacy.no_widening', 'There is nothing of this kind to decide.');
    if (found.state !== 'waiting' || found.lapsesAt <= clock.iso()) throw over();
    return found;
  };

  /** It takes force: by a second person, or by the day that has passed. */
  const open = async (
    trx: Transaction,
    one: Widening,
    approvedBy: string | null,
  ): Promise<Destination | null> => {
    const at = clock.iso();
    if (
      !(await wideningStore.decide(trx, one.id, approvedBy === null ? 'opened' : 'approved', approvedBy, at))
    )
      throw over();
    const {exception} = one.after;
    await destinationStore.update(trx, one.destinationId, {
      ...(one.kind === 'destination' ? {state: 'in_force', confirmed_by: approvedBy, confirmed_at: at} : {}),
      ...(exception
        ? {
            ...noException,
            basis: exception.basis,
            exception_by: one.askedBy,
            exception_reason: exception.reason,
            exception_until: exception.until,
          }
        : {}),
    });
    await deps.auditAndSay(trx, {
      actorId: approvedBy,
      action: approvedBy === null ? 'destination.opened_after_delay' : 'destination.approved',
      subjectId: one.destinationId,
      detail: {statement: one.statement, askedBy: one.askedBy},
    });
    return (await destinationStore.find(trx, one.destinationId)) ?? null;
  };

  /** It takes no force: a destination that was never agreed to stays refused; an exception stays as it was. */
  const drop = async (
    trx: Transaction,
    one: Widening,
    state: 'withdrawn' | 'lapsed',
    actorId: string | null,
  ): Promise<void> => {
    if (!(await wideningStore.decide(trx, one.id, state, actorId, clock.iso()))) throw over();
    if (one.kind === 'destination') await destinationStore.update(trx, one.destinationId, {state: 'refused'});
    await deps.audit(trx, {
      actorId,
      action: `destination.${state}`,
      subjectId: one.destinationId,
      detail: {statement: one.statement, askedBy: one.askedBy},
    });
  };

  const endException = async (trx: Transaction, one: Destination, actorId: string | null): Promise<void> => {
    await destinationStore.update(trx, one.id, {exception_ended_at: clock.iso()});
    await deps.auditAndSay(trx, {
      actorId,
      action: 'destination.exception_ended',
      subjectId: one.id,
      detail: {host: `${one.host}:${one.port}`, until: one.exception?.until},
    });
  };

  const destination = async (trx: Transaction, id: string): Promise<Destination> => {
    const found = await destinationStore.find(trx, id);
    if (!found) throw new AppError('not_found', 'privacy.no_destination', 'This destination is gone.');
    return found;
  };

  /** What is due by the clock, and by the latest moment written down where the clock was set back. */
  const sweep = async (): Promise<void> => {
    const latest = await deps.latest();
    const now = latest > clock.iso() ? latest : clock.iso();
    const opened: Destination[] = [];
    let changed = false;
    for (const one of await wideningStore.waiting(storage.db)) {
      // the day passes by this machine's clock alone: an entry of the future opens nothing
      const opens = one.opensAt !== null && one.opensAt <= clock.iso();
      if (!opens && one.lapsesAt > now) continue;
      await storage.transaction(async trx => {
        const still = await wideningStore.find(trx, one.id);
        if (still?.state !== 'waiting') return;
        changed = true;
        const gone = one.after.exception !== null && one.after.exception.until <= now;
        if (!opens || gone) return drop(trx, one, 'lapsed', null);
        const found = await open(trx, one, null);
        if (found) opened.push(found);
      });
    }
    for (const one of await destinationStore.list(storage.db)) {
      const {exception} = one;
      if (!exception || exception.ended || one.state !== 'in_force') continue;
      const left = Date.parse(exception.until) - Date.parse(now);
      if (!(left > 0)) {
        await storage.transaction(trx => endException(trx, one, null));
        changed = true;
        continue;
      }
      const due = reminders.findLast(days => left <= days * day);
      if (due === undefined) continue;
      await storage.transaction(async trx => {
        const mine = await trx('privacy_destinations')
          .where({id: one.id})
          .where(query => query.whereNull('exception_reminded').orWhere('exception_reminded', '>', due))
          .update({exception_reminded: due});
        if (mine === 0) return;
        await deps.notify(trx, {
          kind: 'exception_ends',
          about: `${one.host}:${one.port} (${getRegion(one.region).label})`,
          until: exception.until,
          key: `exception:${one.id}:${exception.until}:${due}`,
        });
      });
    }
    if (changed) await deps.onChange(opened);
  };

  return {
    ask,
    sweep,
    waiting: () => wideningStore.waiting(storage.db),
    decided: () => wideningStore.decided(storage.db, 20),

    approve: async (id: string, actorId: string): Promise<void> => {
      const opened = await storage.transaction(async trx => {
        const one = await waiting(trx, id);
        if (one.askedBy === actorId)
          throw new AppError(
            'forbidden',
            'privacy.own_widening',
            one.opensAt === null
              ? 'You asked for this yourself. Another administrator has to approve it.'
              : `You asked for this yourself, and nobody else can approve it. It takes force on ${one.opensAt.slice(0, 16).replace('T', ' ')} UTC; a second administrator may approve it earlier.`,
          );
        if (one.after.exception) checkException(one.after.exception, clock.now());
        return open(trx, one, actorId);
      });
      await deps.onChange(opened ? [opened] : []);
    },

    withdraw: async (id: string, actorId: string): Promise<void> => {
      await storage.transaction(async trx => drop(trx, await waiting(trx, id), 'withdrawn', actorId));
      await deps.onChange([]);
    },

    /** A new end for an exception there is, or one for what has none: a widening like every other. */
    askException: async (id: string, terms: ExceptionTerms, actorId: string): Promise<void> => {
      const exception = checkException(terms, clock.now());
      await storage.transaction(async trx => {
        const one = await destination(trx, id);
        if (isInside(one.region, deps.region() ?? ''))
          throw new AppError(
            'conflict',
            'privacy.inside_region',
            `${one.host} is inside the region and needs none.`,
          );
        if (one.state !== 'in_force')
          throw new AppError('conflict', 'privacy.not_in_force', `${one.host} itself is not approved yet.`);
        const after = {...reachOf(one), exception};
        const statement = declarationOf(after, deps.region() ?? '');
        await wideningStore.replace(trx, id, clock.iso());
        await ask(trx, {
          destinationId: id,
          kind: 'exception',
          askedBy: actorId,
          statement,
          before: {...reachOf(one), exception: one.exception},
          after,
        });
        await deps.audit(trx, {
          actorId,
          action: 'destination.exception_asked',
          subjectId: id,
          detail: {statement},
        });
      });
    },

    /** At once: this only narrows. */
    endException: async (id: string, actorId: string): Promise<void> => {
      await storage.transaction(async trx => {
        const one = await destination(trx, id);
        if (!one.exception || one.exception.ended)
          throw new AppError('conflict', 'privacy.no_exception', `${one.host} has no exception in force.`);
        await endException(trx, one, actorId);
      });
      await deps.onChange([]);
    },
  };
};
export type Widenings = ReturnType<typeof createWidenings>;
