import {addMilliseconds} from '../../../kit/clock.ts';
import {AppError} from '../../../kit/errors.ts';
import {newId} from '../../../kit/ids.ts';
import type {CarryingOut} from './carrying-out.ts';
import type {Erasures} from './erasures.ts';
import type {Papers} from './papers.ts';
import type {RequestDeps} from './requests.deps.ts';
import type {RequestRow, RequestStore} from './requests.store.ts';
import {type Asked, emptyRequest, receiptHash, type Verification, type Visitor} from './verification.ts';

const day = 24 * 60 * 60_000;

/** What visitors ask in the chat's privacy panel. */
export const createForVisitor = (
  deps: RequestDeps & {
    store: RequestStore;
    erasures: Erasures;
    verification: Verification;
    papers: Pick<Papers, 'exportForVisitor'>;
    carryingOut: CarryingOut;
    personsFor: (address: string | null, conversationId: string | null) => Promise<string[]>;
  },
) => {
  const {storage, clock, store, erasures, verification, papers, personsFor} = deps;
  const {carryOut, locked} = deps.carryingOut;

  const asVisitor = (row: RequestRow, receipt: string) => ({
    requestId: row.id,
    kind: row.kind,
    state: row.state,
    dueAt: row.due_at,
    receipt,
  });

  const answerVisitor = async (id: string, receipt: string): Promise<ReturnType<typeof asVisitor>> => {
    await carryOut(await store.get(storage.db, id), null);
    return asVisitor(await store.get(storage.db, id), receipt);
  };
  const openedBy = (visitor: Visitor, row: {id: string; kind: string}, proof: 'session' | 'mail') => ({
    actor: {kind: 'visitor' as const, id: visitor.visitorId},
    action: 'privacy.request_opened',
    requestId: row.id,
    personId: visitor.visitorId,
    detail: {kind: row.kind, proof},
  });

  return {
    sendCode: verification.sendCode,

    /** Proved by the chat itself: about this chat alone. */
    start: async (visitor: Visitor, asked: Asked) => {
      const id = newId();
      const now = clock.iso();
      const {receipt, hash} = verification.newReceipt();
      if (
        (await store.begunSince(
          storage.db,
          {conversation_id: visitor.conversationId},
          addMilliseconds(now, -day),
        )) >= 20
      )
        throw new AppError(
          'too_many',
          'privacy.too_many_requests',
          'Too many requests from this chat. Go on tomorrow.',
        );
      await storage.keys.create(id);
      await storage.transaction(async trx => {
        await store.insert(trx, {
          ...emptyRequest(id, asked, now),
          state: 'open',
          origin: 'widget',
          proof: 'session',
          conversation_id: visitor.conversationId,
          opened_by: null,
          receipt_hash: hash,
        });
        await store.addPersons(trx, id, [visitor.visitorId]);
        await deps.audit(trx, openedBy(visitor, {id, kind: asked.kind}, 'session'));
      });
      return answerVisitor(id, receipt);
    },

    /** Proved by the code: about everybody who gave this address, and this chat. */
    prove: async (visitor: Visitor, id: string, code: string) => {
      const row = await verification.check(visitor, id, code);
      const {receipt, hash} = verification.newReceipt();
      const personIds = await personsFor(row.address, visitor.conversationId);
      await storage.transaction(async trx => {
        await locked(trx, id, ['unproved']);
        await store.update(trx, id, {state: 'open', proof: 'mail', code_hash: null, receipt_hash: hash});
        await deps.mail.withdraw(trx, id);
        await store.addPersons(trx, id, personIds);
        await deps.audit(trx, openedBy(visitor, row, 'mail'));
      });
      return answerVisitor(id, receipt);
    },

    exportFile: papers.exportForVisitor,

    byReceipt: async (receipt: string) => {
      const row = await store.byReceipt(storage.db, receiptHash(receipt));
      if (!row)
        throw new AppError('not_found', 'privacy.unknown_request', 'This request does not exist any more.');
      const rows = await erasures.of(storage.db, row.id);
      return {
        state: row.state,
        erasedAt: rows.every(one => one.erased_at !== null) ? (rows.at(-1)?.erased_at ?? null) : null,
        certificate: row.certificate === null ? null : (JSON.parse(row.certificate) as unknown),
      };
    },
  };
};
