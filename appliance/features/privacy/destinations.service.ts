import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {ExceptionTerms} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../storage/index.ts';
import {checkedHost, checkException, declarationOf, isNoWider, outside, reachOf} from './declaration.ts';
import {type Destination, destinationStore, noException, type Reach} from './destinations.store.ts';
import {getRegion, isInside} from './regions.ts';
import {wideningStore} from './widenings.store.ts';
import type {Widenings} from './widenings.service.ts';

export type Declaring = Reach & {
  owner: string | null;
  declaredBy: string;
  /** What it takes the place of. Where nothing is widened, that one's approval goes on. */
  replaces?: string | undefined;
  /** For a place outside the region. */
  exception?: ExceptionTerms | undefined;
};

/** Where data may go: declared by a named person, agreed to by a second one, or not reachable. */
export const createDestinations = (deps: {
  storage: Storage;
  clock: Clock;
  widenings: Pick<Widenings, 'ask'>;
  /** Chosen at set-up; null before. */
  region: () => string | null;
  canonicalHost: (host: string) => string | null;
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; subjectId: string; detail: Record<string, unknown>},
  ) => Promise<void>;
}) => {
  const {storage, clock, widenings} = deps;
  const chosen = (): string => getRegion(deps.region() ?? '').code;

  /** What is declared, as it would be stored. Throws for what can never be allowed. */
  const judged = (input: Reach & {exception?: ExceptionTerms | undefined}, carried: boolean) => {
    const declared = getRegion(input.region);
    const inside = isInside(declared.code, chosen());
    if (!inside && !carried && !input.exception) throw outside(input.host, declared.code, chosen());
    if (input.plain && !input.private)
      throw new AppError(
        'invalid',
        'privacy.plain_http',
        `${input.host} needs https: plain http is only possible inside your own network.`,
      );
    return inside || !input.exception ? null : checkException(input.exception, clock.now());
  };

  const remove = async (trx: Transaction, id: string): Promise<void> => {
    await destinationStore.remove(trx, id);
    await wideningStore.replace(trx, id, clock.iso());
  };

  return {
    list: (db: DatabaseOrTransaction = storage.db): Promise<Destination[]> => destinationStore.list(db),

    /** The sentence a person is to sign, before they do. */
    sentence: (input: Reach & {exception?: ExceptionTerms | undefined}): string => {
      const reach = reachOf({...input, host: checkedHost(input.host, deps.canonicalHost)});
      return declarationOf({...reach, exception: judged({...input, ...reach}, false)}, chosen());
    },

    /** Throws `privacy.outside_region` for a place outside the region without an exception. What is new waits. */
    declare: async (trx: Transaction, input: Declaring): Promise<string> => {
      const reach = reachOf({
        ...input,
        host: checkedHost(input.host, deps.canonicalHost),
        region: getRegion(input.region).code,
      });
      const before =
        input.replaces === undefined ? undefined : await destinationStore.find(trx, input.replaces);
      const goesOn = before !== undefined && !input.exception && isNoWider(before, reach);
      // an exception is for one place: it goes on with it, and ends when it would have
      const carried = goesOn && before.exception !== null && before.region === reach.region;
      const exception = judged({...input, ...reach}, carried);
      const id = newId();
      const at = clock.iso();
      if (before) await remove(trx, before.id);
      const {host, port, region, purpose} = reach;
      await destinationStore.insert(trx, {
        id,
        host,
        port,
        region,
        purpose,
        categories: JSON.stringify(reach.categories),
        private: reach.private ? 1 : 0,
        plain: reach.plain ? 1 : 0,
        owner: input.owner,
        state: goesOn ? 'in_force' : 'waiting',
        approved_by: input.declaredBy,
        approved_at: at,
        confirmed_by: goesOn ? before.approvedBy : null,
        confirmed_at: goesOn ? before.approvedAt : null,
        via_proxy: (before?.viaProxy ?? !reach.private) ? 1 : 0,
        ...noException,
        ...(carried && before.exception
          ? {
              basis: before.exception.basis,
              exception_by: before.exception.by,
              exception_reason: before.exception.reason,
              exception_until: before.exception.until,
              exception_ended_at: before.exception.ended ? at : null,
            }
          : {}),
      });
      const after = {...reach, exception};
      const statement = declarationOf(after, chosen());
      await deps.audit(trx, {
        actorId: input.declaredBy,
        action: 'destination.declared',
        subjectId: id,
        detail: {statement, waits: !goesOn},
      });
      if (!goesOn)
        await widenings.ask(trx, {
          destinationId: id,
          kind: 'destination',
          askedBy: input.declaredBy,
          statement,
          before: before ? {...reachOf(before), exception: before.exception} : null,
          after,
        });
      return id;
    },

    remove,

    /** Whether the organisation's outbound proxy is taken. Nothing more is reached either way. */
    setProxy: async (id: string, viaProxy: boolean, actorId: string): Promise<void> => {
      await storage.transaction(async trx => {
        const one = await destinationStore.find(trx, id);
        if (!one) throw new AppError('not_found', 'privacy.no_destination', 'This destination is gone.');
        await destinationStore.update(trx, id, {via_proxy: viaProxy ? 1 : 0});
        await deps.audit(trx, {
          actorId,
          action: 'destination.way_changed',
          subjectId: id,
          detail: {host: `${one.host}:${one.port}`, viaProxy},
        });
      });
    },
  };
};
export type Destinations = ReturnType<typeof createDestinations>;
