import type {Transaction} from '../../storage/index.ts';
import {AppError} from '../../kit/errors.ts';
import type {AccountsDeps} from './accounts.service.ts';
import type {SecondFactorStore} from './second-factor.store.ts';

export const neededOf = ['everybody', 'new_people', 'nobody'] as const;
export type NeededOf = (typeof neededOf)[number];

/** Before every time: what came later than this is everybody. */
export const always = '';

export const isNeeded = (after: string | null, createdAt: string): boolean =>
  after !== null && createdAt > after;

/** Who must have a second factor: everybody, who is added from some day on, or nobody. */
export const createSecondFactorPolicy = (deps: AccountsDeps & {factors: SecondFactorStore}) => {
  const {storage, clock, factors} = deps;
  const wordOf = (after: string | null): NeededOf =>
    after === null ? 'nobody' : after === always ? 'everybody' : 'new_people';

  return {
    neededOf: async (): Promise<NeededOf> => wordOf(await factors.neededAfter(storage.db)),

    requireOf: async (who: NeededOf, actorId: string): Promise<void> => {
      if (who === 'everybody' && !(await factors.owners(storage.db, [actorId])).has(actorId))
        throw new AppError(
          'conflict',
          'accounts.own_factor_first',
          'Set up your own second factor first, in the menu under your name: you would be shut out by your own rule.',
        );
      await storage.transaction(async (trx: Transaction) => {
        const before = wordOf(await factors.neededAfter(trx));
        if (before === who) return;
        await factors.setNeededAfter(
          trx,
          who === 'nobody' ? null : who === 'everybody' ? always : clock.iso(),
        );
        await deps.audit(trx, {
          actorId,
          action: 'second_factor.required',
          subjectId: null,
          detail: {of: {before, after: who}},
        });
      });
      // an open line is closed; the next page leads to setting one up
      if (who === 'everybody') for (const id of await factors.lacking(storage.db)) deps.ended(id);
    },
  };
};
