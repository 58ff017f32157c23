import {AppError} from '../../../kit/errors.ts';
import type {Transaction} from '../../../storage/index.ts';
import type {Erasures} from './erasures.ts';
import type {RequestDeps} from './requests.deps.ts';
import type {ObjectionTo} from './requests.schema.ts';
import type {RequestRow, RequestStore} from './requests.store.ts';

/** What is done about a request, whoever asked for it and however they were known. */
export const createCarryingOut = (deps: RequestDeps & {store: RequestStore; erasures: Erasures}) => {
  const {storage, clock, store, erasures} = deps;

  const close = async (
    trx: Transaction,
    id: string,
    outcome: string,
    by: {actorId: string | null; answer?: string; state?: 'done' | 'refused'},
  ): Promise<void> => {
    await store.update(trx, id, {
      state: by.state ?? 'done',
      outcome,
      closed_at: clock.iso(),
      closed_by: by.actorId,
      ...(by.answer === undefined ? {} : {answer: by.answer}),
    });
    await deps.audit(trx, {
      actor: by.actorId === null ? {kind: 'system', id: null} : {kind: 'user', id: by.actorId},
      action: by.state === 'refused' ? 'privacy.request_refused' : 'privacy.request_closed',
      requestId: id,
      detail: {outcome},
    });
  };

  const objectTo = async (id: string, to: ObjectionTo, personIds: readonly string[]): Promise<void> => {
    for (const personId of personIds) {
      if (to === 'all') await deps.objections.all(personId, id);
      if (to === 'usage' || to === 'all')
        await storage.transaction(trx => deps.objections.usage(trx, personId));
      if (to === 'ai')
        for (const conversationId of await deps.persons.conversationsOf(storage.db, personId))
          await deps.objections.ai(conversationId, id);
    }
  };

  const finishObjection = async (row: RequestRow, actorId: string | null): Promise<void> => {
    if (row.objection === null) return;
    await objectTo(row.id, row.objection, await store.persons(storage.db, row.id));
    await storage.transaction(async trx => {
      const {state} = await store.lock(trx, row.id);
      if (state === 'running') await close(trx, row.id, 'objected', {actorId});
    });
  };

  /** What the appliance does by itself once it is proved who asks: nobody has to decide anything about it. */
  const carryOut = async (row: RequestRow, actorId: string | null): Promise<void> => {
    const {id, kind} = row;
    await storage.transaction(async trx => {
      await locked(trx, id, ['open']);
      const personIds = await store.persons(trx, id);
      if (actorId !== null)
        await deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.request_executed',
          requestId: id,
          detail: {kind},
        });
      if (kind === 'objection') await store.update(trx, id, {state: 'running'});
      else if (kind === 'erasure' && personIds.length > 0) await erasures.begin(trx, id, personIds);
      else if (kind === 'erasure') await close(trx, id, 'nothing_kept', {actorId});
      else if (kind === 'access' || kind === 'portability') await close(trx, id, 'copy_given', {actorId});
    });
    if (kind === 'objection') await finishObjection(row, actorId);
    erasures.wake();
  };

  const locked = async (trx: Transaction, id: string, states: readonly string[]): Promise<void> => {
    const {state} = await store.lock(trx, id);
    if (!states.includes(state))
      throw new AppError(
        'conflict',
        'privacy.request_moved_on',
        'This request has moved on meanwhile. Look at it again.',
      );
  };

  return {close, finishObjection, carryOut, locked};
};
export type CarryingOut = ReturnType<typeof createCarryingOut>;
