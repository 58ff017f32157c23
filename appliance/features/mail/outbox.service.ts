import type {Mailbox} from '../../adapters/mail/contract.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Locale} from '../../kit/schema.ts';
import {accountPerson, type Reader, type Transaction} from '../../storage/index.ts';
import type {LetterContent} from './letters.ts';
import type {LetterKind, MailHealth, MailRow, MailState} from './mail.schema.ts';
import {createOutboxStore, type Row} from './outbox.store.ts';
import {mailRetention} from './retention.ts';
import {createSending, type SendingDeps} from './sending.ts';

export type NewMail = {
  /** Whose key it is sealed under: with the key the letter goes, too. */
  personId: string;
  to: Mailbox;
  language: Locale;
  kind: LetterKind;
  link: string | null;
  /** What the reader types elsewhere, in place of a link. */
  code?: string;
  /** A day that the letter speaks of, where it is another than the end of its link. */
  says?: {until: string; timeZone: string};
  about?: string;
  note?: LetterContent['note'];
  expiresAt: string;
  /** The same letter asked for twice is one. */
  key: string;
};

const ofTheOrganisation = ({kind}: Row): string =>
  kind === 'audit_checkpoint' ? 'Witness of the audit log' : 'Contact for privacy';

export const createOutbox = (
  deps: SendingDeps & {
    reader: Reader;
    userNames: (ids: readonly string[]) => Promise<Map<string, string>>;
  },
) => {
  const {storage, clock, server} = deps;
  const store = createOutboxStore(storage, deps.reader);
  const sending = createSending({...deps, store});

  const view = async (rows: Row[]): Promise<MailRow[]> => {
    const ids = rows.map(({id}) => id);
    const [names, attempts, whole] = await Promise.all([
      deps.userNames(rows.map(row => row.person_id)),
      store.attemptsOf(ids),
      store.whole(ids),
    ]);
    const now = clock.iso();
    return rows.map(row => ({
      id: row.id,
      kind: row.kind,
      to: row.person_id === accountPerson ? ofTheOrganisation(row) : (names.get(row.person_id) ?? null),
      state: row.state,
      attempts: row.attempts,
      nextAttemptAt: row.next_attempt_at,
      expiresAt: row.expires_at,
      lastError: row.error_code ? {code: row.error_code, message: row.error_message ?? ''} : null,
      createdAt: row.created_at,
      sentAt: row.sent_at,
      canRetry:
        (row.state === 'failed' || row.state === 'retrying') && whole.has(row.id) && row.expires_at > now,
      log: attempts
        .filter(({mail_id}) => mail_id === row.id)
        .map(({at, outcome, status, ms, message}) => ({at, outcome, status, ms, message})),
    }));
  };

  return {
    start: sending.start,
    stop: sending.stop,
    wake: sending.wake,

    /** In the caller's transaction; its commit is what sends. Null where no mail server is set: nothing was kept. */
    send: async (trx: Transaction, mail: NewMail): Promise<string | null> => {
      const place = await server.find(trx);
      if (!place) return null;
      const id = newId();
      const content: LetterContent = {
        language: mail.language,
        name: mail.to.name,
        link: mail.link,
        ...(mail.code === undefined ? {} : {code: mail.code}),
        until: mail.says?.until ?? (mail.link === null && mail.code === undefined ? null : mail.expiresAt),
        timeZone: mail.says?.timeZone ?? 'UTC',
        about: mail.about ?? null,
        ...(mail.note ? {note: mail.note} : {}),
      };
      await store.insert(trx, {
        id,
        person_id: mail.personId,
        kind: mail.kind,
        idempotency_key: mail.key,
        message_id: `${id}@${place.sender.address.split('@').at(-1)}`,
        recipient: JSON.stringify(mail.to),
        content: JSON.stringify(content),
        state: 'queued',
        attempts: 0,
        next_attempt_at: null,
        expires_at: mail.expiresAt,
        error_code: null,
        error_message: null,
        created_at: clock.iso(),
        sent_at: null,
      });
      return store.idOf(trx, mail.key);
    },

    /** Takes back what has not been sent to this person, but for what happened to their access: links that were replaced, or the account was closed. */
    withdraw: store.withdraw,
    withdrawKind: store.withdrawKind,
    expire: () => store.expire(clock.iso()),
    /** The settings have changed: what waits for its next try waits no longer. */
    hurry: async (): Promise<void> => {
      await store.hurry(clock.iso());
      sending.wake();
    },

    list: async (query: {state?: MailState | undefined; cursor?: string | undefined; limit: number}) => {
      const {rows, nextCursor} = await store.page(query);
      return {mails: await view(rows), nextCursor};
    },

    /** How far one letter is. */
    look: async (id: string) => {
      const row = await store.find(id);
      if (!row) return undefined;
      const state = row.state === 'sent' || row.state === 'failed' ? row.state : ('waiting' as const);
      return {state, at: row.sent_at, problem: row.error_message};
    },

    retry: async (id: string): Promise<MailRow> => {
      const changed = await store.requeue(id, clock.iso());
      const row = await store.find(id);
      const [mail] = row ? await view([row]) : [];
      if (!mail) throw new AppError('not_found', 'mail.not_found', 'This letter does not exist any more.');
      if (!changed && mail.state === 'sent')
        throw new AppError('conflict', 'mail.sent_already', 'The mail server has taken this letter already.');
      if (!changed && mail.state === 'failed')
        throw new AppError(
          'conflict',
          'mail.over',
          'Its link has ended, so it is not sent any more. Make a new link under People and roles.',
        );
      sending.wake();
      return mail;
    },

    health: async (): Promise<MailHealth> => {
      const [place, counts] = await Promise.all([server.find(), store.counts()]);
      if (!place) return {state: 'off', problem: null, ...counts};
      const last = await store.lastAttemptSince(place.setAt);
      if (!(await server.mayBeReached())) return {state: 'held', problem: null, ...counts};
      if (!last) return {state: 'untested', problem: null, ...counts};
      // an address that is refused, or asked to wait, says that the server is reached and knows us
      const works = ['sent', 'mail.bounced', 'mail.deferred'].includes(last.outcome);
      return {state: works ? 'working' : 'failing', problem: works ? null : last.message, ...counts};
    },

    retention: mailRetention(store),
  };
};
export type Outbox = ReturnType<typeof createOutbox>;
