import {createHash, randomInt} from 'node:crypto';
import {addMilliseconds} from '../../../kit/clock.ts';
import {AppError} from '../../../kit/errors.ts';
import {newId, newToken} from '../../../kit/ids.ts';
import type {Locale} from '../../../kit/schema.ts';
import {addMonths} from './deadline.ts';
import type {RequestDeps} from './requests.deps.ts';
import type {ObjectionTo, RequestKind} from './requests.schema.ts';
import {mostTries, type RequestRow, type RequestStore, requestTable} from './requests.store.ts';

const validFor = 15 * 60_000;
const window = 60 * 60_000;
/** From one chat, and to one address, within an hour. */
const mostOfChat = 5;
const mostToAddress = 3;

export type Asked = {
  kind: RequestKind;
  objection?: ObjectionTo | undefined;
  words: string;
  language: Locale;
};
export type Visitor = {visitorId: string; conversationId: string};

export const receiptHash = (receipt: string): string =>
  createHash('sha256').update(receipt).digest('base64url');

/** A request before anything is known of it. */
export const emptyRequest = (
  id: string,
  {kind, objection, words, language}: Asked,
  createdAt: string,
): Pick<
  RequestRow,
  Exclude<keyof RequestRow, 'state' | 'origin' | 'proof' | 'conversation_id' | 'opened_by'>
> => ({
  id,
  kind,
  objection: objection ?? null,
  language,
  created_at: createdAt,
  due_at: addMonths(createdAt, 1),
  extended_at: null,
  closed_at: null,
  closed_by: null,
  outcome: null,
  address: null,
  words: words === '' ? null : words,
  extension: null,
  answer: null,
  address_index: null,
  code_hash: null,
  code_until: null,
  code_tries: 0,
  receipt_hash: null,
  certificate: null,
});

/**
 * Who has the address proves it with a code that was sent there: eight digits, a quarter of an hour, five tries, once, for
 * this chat alone. Whether the address is known is looked at only afterwards, so that nothing before can tell.
 */
export const createVerification = (deps: RequestDeps & {store: RequestStore}) => {
  const {storage, clock, store} = deps;

  const codeHash = (requestId: string, code: string): string =>
    storage.personal.index(requestTable, 'code', `${requestId} ${code}`);
  const indexOf = (address: string): string => storage.personal.index(requestTable, 'address', address);

  return {
    indexOf,

    /** Null where no mail server is set. */
    sendCode: async (visitor: Visitor, asked: Asked & {address: string}): Promise<string | null> => {
      const now = clock.iso();
      if (!(await deps.mail.isSet(storage.db))) return null;
      const since = addMilliseconds(now, -window);
      if (
        (await store.begunSince(storage.db, {conversation_id: visitor.conversationId}, since)) >= mostOfChat
      )
        throw new AppError(
          'too_many',
          'privacy.too_many_codes',
          'Too many codes were asked for in this chat. Wait an hour, then try again.',
          {details: {retryAfterSeconds: window / 1000}},
        );
      const id = newId();
      const code = String(randomInt(100_000_000)).padStart(8, '0');
      const expiresAt = addMilliseconds(now, validFor);
      await storage.keys.create(id);
      await storage.transaction(async trx => {
        const index = indexOf(asked.address);
        // nobody is flooded; who asks is told the same
        const mayWrite = (await store.begunSince(trx, {address_index: index}, since)) < mostToAddress;
        await store.insert(trx, {
          ...emptyRequest(id, asked, now),
          state: 'unproved',
          origin: 'widget',
          proof: null,
          conversation_id: visitor.conversationId,
          opened_by: null,
          address: asked.address,
          address_index: index,
          code_hash: mayWrite ? codeHash(id, code) : null,
          code_until: expiresAt,
        });
        if (mayWrite)
          await deps.mail.sendCode(trx, {
            requestId: id,
            address: asked.address,
            language: asked.language,
            code,
            expiresAt,
          });
      });
      deps.mail.wake();
      return id;
    },

    /** Throws what is wrong with the code; a request of another chat is none. */
    check: async (visitor: Visitor, requestId: string, code: string): Promise<RequestRow> => {
      const now = clock.iso();
      const row = await store.find(storage.db, requestId);
      if (!row || row.conversation_id !== visitor.conversationId)
        throw new AppError('not_found', 'privacy.unknown_request', 'This request does not exist any more.');
      if (row.state !== 'unproved')
        throw new AppError('conflict', 'privacy.code_used', 'This code was used already. Ask for a new one.');
      if (row.code_until === null || row.code_until <= now)
        throw new AppError('conflict', 'privacy.code_expired', 'This code has expired. Ask for a new one.');
      const counted = await storage.transaction(trx => store.countTry(trx, requestId, now));
      if (!counted)
        throw new AppError('too_many', 'privacy.code_over', 'Too many wrong codes. Ask for a new one.');
      // both are keyed hashes of one length: how long a comparison takes tells nothing of the code
      if (row.code_hash === null || row.code_hash !== codeHash(requestId, code)) {
        const triesLeft = mostTries - row.code_tries - 1;
        throw new AppError(
          'invalid',
          'privacy.code_wrong',
          triesLeft > 0
            ? `This is not the code. ${triesLeft === 1 ? 'One try is' : `${triesLeft} tries are`} left.`
            : 'This is not the code. Ask for a new one.',
          {details: {triesLeft}},
        );
      }
      return row;
    },

    newReceipt: (): {receipt: string; hash: string} => {
      const receipt = newToken();
      return {receipt, hash: receiptHash(receipt)};
    },
  };
};
export type Verification = ReturnType<typeof createVerification>;
