import {AppError} from '../../../kit/errors.ts';
import {newId} from '../../../kit/ids.ts';
import type {CarryingOut} from './carrying-out.ts';
import {addMonths} from './deadline.ts';
import type {Erasures} from './erasures.ts';
import type {RequestDeps} from './requests.deps.ts';
import type {RequestDetail} from './requests.schema.ts';
import {pending, type RequestStore} from './requests.store.ts';
import {type Asked, emptyRequest, type Verification} from './verification.ts';
import type {Views} from './views.ts';

/** What an administrator does with requests. */
export const createActs = (
  deps: RequestDeps & {
    store: RequestStore;
    erasures: Erasures;
    verification: Verification;
    carryingOut: CarryingOut;
    views: Views;
    personsFor: (address: string | null, conversationId: string | null) => Promise<string[]>;
  },
) => {
  const {storage, clock, store, erasures, verification, personsFor} = deps;
  const {carryOut, close, locked} = deps.carryingOut;
  const {detail} = deps.views;

  return {
    /** Entered by an administrator, to whom somebody wrote or spoke. */
    open: async (
      asked: Asked & {address?: string | undefined; conversationId?: string | undefined},
      actorId: string,
    ): Promise<RequestDetail> => {
      const id = newId();
      const now = clock.iso();
      const address = asked.address ?? null;
      const personIds = await personsFor(address, asked.conversationId ?? null);
      await storage.keys.create(id);
      await storage.transaction(async trx => {
        await store.insert(trx, {
          ...emptyRequest(id, asked, now),
          state: 'open',
          origin: 'console',
          proof: 'console',
          conversation_id: asked.conversationId ?? null,
          opened_by: actorId,
          address,
          address_index: address === null ? null : verification.indexOf(address),
        });
        await store.addPersons(trx, id, personIds);
        await deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.request_opened',
          requestId: id,
          detail: {kind: asked.kind, persons: personIds.length},
        });
      });
      return detail(id);
    },

    extend: async (id: string, reason: string, actorId: string): Promise<RequestDetail> => {
      const row = await store.get(storage.db, id);
      await storage.transaction(async trx => {
        await locked(trx, id, pending);
        if (row.extended_at !== null)
          throw new AppError('conflict', 'privacy.extended_already', 'It was extended before; once is all.');
        await store.update(trx, id, {
          due_at: addMonths(row.created_at, 3),
          extended_at: clock.iso(),
          extension: reason,
        });
        await deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.request_extended',
          requestId: id,
          detail: {},
        });
      });
      return detail(id);
    },

    refuse: async (id: string, reason: string, actorId: string): Promise<RequestDetail> => {
      await storage.transaction(async trx => {
        await locked(trx, id, ['open']);
        await close(trx, id, 'refused', {actorId, answer: reason, state: 'refused'});
      });
      return detail(id);
    },

    /** Access, portability and rectification are done by people: they say how they answered. */
    close: async (id: string, answer: string, actorId: string): Promise<RequestDetail> => {
      const row = await store.get(storage.db, id);
      if (row.kind === 'erasure' || row.kind === 'objection' || row.kind === 'review')
        throw new AppError(
          'conflict',
          'privacy.not_closed_by_hand',
          'Carry it out, decide it or refuse it: words alone do not end this request.',
        );
      await storage.transaction(async trx => {
        await locked(trx, id, ['open']);
        await close(trx, id, 'answered', {actorId, answer});
      });
      return detail(id);
    },

    execute: async (id: string, actorId: string): Promise<RequestDetail> => {
      const row = await store.get(storage.db, id);
      if (row.kind !== 'erasure' && row.kind !== 'objection')
        throw new AppError(
          'conflict',
          'privacy.not_executable',
          'Only an erasure or an objection is carried out by the appliance.',
        );
      await carryOut(row, actorId);
      return detail(id);
    },

    facts: async (id: string) => {
      await store.get(storage.db, id);
      const personIds = await store.persons(storage.db, id);
      const conversations = await Promise.all(
        personIds.map(one => deps.persons.conversationsOf(storage.db, one)),
      );
      return (await deps.facts.of(conversations.flat())).map(fact => ({
        id: fact.id,
        conversationId: fact.conversationId,
        field: fact.field,
        display: fact.display,
        quote: fact.evidence.quote,
      }));
    },

    /** What was noted stays, out of sight, as evidence of the change; the CRM gets what is right. */
    correct: async (
      id: string,
      correction: {factId: string; value: string},
      actorId: string,
    ): Promise<void> => {
      const row = await store.get(storage.db, id);
      if (row.kind !== 'rectification')
        throw new AppError('conflict', 'privacy.not_rectification', 'This request asks for something else.');
      const personIds = await store.persons(storage.db, id);
      const known = await Promise.all(
        personIds.map(async personId => ({
          personId,
          facts: await deps.facts.of(await deps.persons.conversationsOf(storage.db, personId)),
        })),
      );
      const owner = known.find(({facts}) => facts.some(fact => fact.id === correction.factId));
      if (!owner)
        throw new AppError('not_found', 'privacy.unknown_fact', 'This fact is not one of this request.');
      const before = owner.facts.find(fact => fact.id === correction.factId);
      const prepared = await deps.facts.prepare(before?.conversationId ?? '');
      await storage.transaction(async trx => {
        await locked(trx, id, ['open']);
        const {field} = await prepared.correct(trx, {...correction, personId: owner.personId});
        await deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.fact_corrected',
          requestId: id,
          personId: owner.personId,
          detail: {field, before: before?.display ?? null, after: correction.value},
        });
      });
      deps.facts.wake();
    },

    /** A person looks at what a score decided, and decides (Art. 22(3)). */
    decide: async (
      id: string,
      decision: {conversationId: string; qualified: boolean; why: string},
      actorId: string,
    ): Promise<RequestDetail> => {
      const row = await store.get(storage.db, id);
      if (row.kind !== 'review')
        throw new AppError('conflict', 'privacy.not_review', 'This request asks for something else.');
      const owner = await deps.persons.ofConversation(storage.db, decision.conversationId);
      if (owner === undefined || !(await store.persons(storage.db, id)).includes(owner))
        throw new AppError(
          'not_found',
          'privacy.not_of_request',
          'This conversation is not of this request.',
        );
      const prepared = await deps.facts.prepare(decision.conversationId);
      await storage.transaction(async trx => {
        await locked(trx, id, ['open']);
        await prepared.decide(trx, decision);
        await close(trx, id, decision.qualified ? 'decided_qualified' : 'decided_not_qualified', {
          actorId,
          answer: decision.why,
        });
      });
      deps.facts.wake();
      return detail(id);
    },

    confirmCrm: async (id: string, actorId: string): Promise<RequestDetail> => {
      const ids = (await erasures.of(storage.db, id)).map(one => one.id);
      await storage.transaction(async trx => {
        const confirmed = await deps.crm.confirmByHand(trx, ids);
        if (confirmed === 0)
          throw new AppError(
            'conflict',
            'privacy.nothing_to_confirm',
            'No deletion waits for your word: the appliance is still trying, or all are confirmed.',
          );
        await deps.audit(trx, {
          actor: {kind: 'user', id: actorId},
          action: 'privacy.crm_confirmed_by_hand',
          requestId: id,
          detail: {records: confirmed},
        });
      });
      await erasures.confirmed(ids);
      return detail(id);
    },
  };
};
