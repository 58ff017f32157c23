import type {Mailbox, MailError, Mailer} from '../../adapters/mail/contract.ts';
import {createBackoff} from '../../kit/backoff.ts';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {AppError, isAppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Logger} from '../../kit/logger.ts';
import type {Locale} from '../../kit/schema.ts';
import {createWorker} from '../../kit/worker.ts';
import {claimRows, releaseOrphans, renewRows} from '../../storage/lease.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';
import {type LetterContent, render} from './letters.ts';
import type {LetterKind, MailHealth, MailRow, MailState} from './mail.schema.ts';
import {createOutboxStore, emptied, type Row, table} from './outbox.store.ts';
import type {MailServer, MailServerService} from './server.service.ts';

/** How long a letter under way may still take when the appliance stops. */
const farewell = 5000;
/** Outlasts the longest connection to a mail server. */
const lease = 180_000;
const pauseBefore = createBackoff(2000, 30 * 60 * 1000);
/** With these pauses about a day of trying. A test says at once how it went. */
const mostAttempts: Record<LetterKind, number> = {invitation: 60, password_reset: 60, test: 1};

export type NewMail = {
  /** Whose key it is sealed under: with the key the letter goes, too. */
  personId: string;
  to: Mailbox;
  language: Locale;
  kind: LetterKind;
  link: string | null;
  expiresAt: string;
  /** The same letter asked for twice is one. */
  key: string;
};

type Failure = Omit<MailError, 'code'> & {code: string};
const ourFault = (error: unknown): Failure => ({
  code: isAppError(error) ? error.code : 'internal',
  permanent: false,
  retryAfterMs: null,
  status: null,
  message: 'Something went wrong on this server.',
  mend: 'The log of the appliance says more.',
});

export const createOutbox = (deps: {
  storage: Storage;
  clock: Clock;
  log: Logger;
  reader: Reader;
  server: MailServerService;
  /** Gives up when the signal says so. */
  mailer: (server: MailServer, signal: AbortSignal) => Mailer;
  company: () => Promise<string>;
  userNames: (ids: readonly string[]) => Promise<Map<string, string>>;
  random?: () => number;
}) => {
  const {storage, clock, server} = deps;
  const random = deps.random ?? Math.random;
  const store = createOutboxStore(storage, deps.reader);
  const leaving = new AbortController();

  /** What has failed keeps its content while its link is good, so that a person may try again. */
  const failed = (row: Row, error: Failure, ms: number): Promise<void> => {
    const over = error.permanent || row.attempts >= mostAttempts[row.kind];
    const pause = Math.max(error.retryAfterMs ?? 0, pauseBefore(row.attempts, random()));
    const message = `${error.message} ${error.mend}`.trim();
    const at = clock.iso();
    return store.finish(
      row.id,
      {
        state: over ? 'failed' : 'retrying',
        next_attempt_at: over ? null : addMilliseconds(at, pause),
        error_code: error.code,
        error_message: message,
      },
      {id: newId(), at, outcome: error.code, status: error.status, ms, message},
    );
  };

  const attempt = async (row: Row, started: number): Promise<void> => {
    if (row.expires_at <= clock.iso()) {
      await store.finish(row.id, {state: 'failed'}, null);
      return store.expire(clock.iso());
    }
    const [place, letter] = await Promise.all([server.find(), store.content(row.id)]);
    // the person was erased: there is nothing left to send, and nobody to send it to
    if (!letter) return store.remove(storage.db, row.id);
    if (!place) return store.finish(row.id, {state: 'queued'}, null);
    const result = await deps.mailer(place, leaving.signal).send({
      messageId: row.message_id,
      date: row.created_at,
      from: place.sender,
      to: letter.to,
      ...render(row.kind, letter.content, await deps.company()),
    });
    const ms = Math.round(performance.now() - started);
    if (!result.ok) return failed(row, result.error, ms);
    const at = clock.iso();
    return store.finish(
      row.id,
      {...emptied, state: 'sent', sent_at: at, next_attempt_at: null, error_code: null, error_message: null},
      {
        id: newId(),
        at,
        outcome: 'sent',
        status: result.status,
        ms,
        message: 'The mail server took it.',
      },
    );
  };

  const worker = createWorker<Row>({
    name: 'mail',
    concurrency: 2,
    idle: 1000,
    log: deps.log,
    handle: async row => {
      const started = performance.now();
      try {
        await attempt(row, started);
      } catch (error) {
        deps.log.error({err: error, mail: row.id}, 'a letter failed on this side');
        await failed(row, ourFault(error), Math.round(performance.now() - started));
      }
    },
    renew: {
      every: lease / 3,
      rows: rows =>
        renewRows({
          storage,
          clock,
          table,
          state: 'sending',
          leaseMilliseconds: lease,
          ids: rows.map(({id}) => id),
        }),
    },
    claim: limit =>
      claimRows<Row>({
        storage,
        clock,
        table,
        from: ['queued', 'retrying'],
        to: 'sending',
        due: 'next_attempt_at',
        leaseMilliseconds: lease,
        limit,
        // without a server letters wait, until one is set or their links end
        only: query => void query.whereExists(storage.db('mail_servers').select(storage.db.raw('1'))),
      }),
  });

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
      to: names.get(row.person_id) ?? null,
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
    start: async (): Promise<void> => {
      await releaseOrphans(storage, table, 'sending', 'queued');
      worker.start();
    },
    stop: async (): Promise<void> => {
      const late = setTimeout(() => leaving.abort(), farewell);
      await worker.stop();
      clearTimeout(late);
    },
    /** After the commit of whoever has put something in. */
    wake: worker.wake,

    /** In the caller's transaction; its commit is what sends. Null where no mail server is set: nothing was kept. */
    send: async (trx: Transaction, mail: NewMail): Promise<string | null> => {
      const place = await server.find(trx);
      if (!place) return null;
      const id = newId();
      const content: LetterContent = {
        language: mail.language,
        name: mail.to.name,
        link: mail.link,
        until: mail.link === null ? null : mail.expiresAt,
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

    /** Takes back what has not been sent to this person: its links have been replaced, or the account was closed. */
    withdraw: store.withdraw,
    expire: () => store.expire(clock.iso()),
    /** The settings have changed: what waits for its next try waits no longer. */
    hurry: async (): Promise<void> => {
      await store.hurry(clock.iso());
      worker.wake();
    },

    list: async (query: {state?: MailState | undefined; cursor?: string | undefined; limit: number}) => {
      const {rows, nextCursor} = await store.page(query);
      return {mails: await view(rows), nextCursor};
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
      worker.wake();
      return mail;
    },

    health: async (): Promise<MailHealth> => {
      const [place, counts] = await Promise.all([server.find(), store.counts()]);
      if (!place) return {state: 'off', problem: null, ...counts};
      const last = await store.lastAttemptSince(place.setAt);
      if (!last) return {state: 'untested', problem: null, ...counts};
      // an address that is refused, or asked to wait, says that the server is reached and knows us
      const works = ['sent', 'mail.bounced', 'mail.deferred'].includes(last.outcome);
      return {state: works ? 'working' : 'failing', problem: works ? null : last.message, ...counts};
    },

    /** What has gone out or was given up is kept as long as usage data is. */
    retention: {
      category: 'usage' as const,
      count: async (db: DatabaseOrTransaction, before: string): Promise<number> => {
        const [row]: {n: number}[] = await store.old(db, before).count({n: '*'});
        return row?.n ?? 0;
      },
      expired: () => Promise.resolve([]),
      remove: async (trx: Transaction, _persons: string[], before: string): Promise<number> =>
        store.old(trx, before).delete(),
      holds: () => Promise.resolve([]),
    },
  };
};
export type Outbox = ReturnType<typeof createOutbox>;
