import type {MailError, Mailer} from '../../adapters/mail/contract.ts';
import {createBackoff} from '../../kit/backoff.ts';
import {addMilliseconds, type Clock} from '../../kit/clock.ts';
import {isAppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {Logger} from '../../kit/logger.ts';
import {createLeasedWorker} from '../../storage/leased-worker.ts';
import type {Storage} from '../../storage/index.ts';
import {render} from './letters.ts';
import type {LetterKind} from './mail.schema.ts';
import {emptied, type OutboxStore, type Row, table} from './outbox.store.ts';
import type {MailServer, MailServerService} from './server.service.ts';

/** How long a letter under way may still take when the appliance stops. */
const farewell = 5000;
/** Outlasts the longest connection to a mail server. */
const lease = 180_000;
const pauseBefore = createBackoff(2000, 30 * 60 * 1000);
/** With these pauses about a day of trying. A test says at once how it went. */
const mostAttempts: Record<LetterKind, number> = {
  invitation: 60,
  password_reset: 60,
  test: 1,
  privacy_code: 10,
  cancellation: 60,
  cancellation_revoked: 60,
  promise_broken: 60,
  promise_mended: 60,
  destination_asked: 60,
  exception_ends: 60,
  password_changed: 60,
  second_factor_set_up: 60,
  second_factor_removed: 60,
  recovery_codes_renewed: 60,
  recovery_code_used: 60,
  audit_checkpoint: 60,
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

export type SendingDeps = {
  storage: Storage;
  clock: Clock;
  log: Logger;
  server: MailServerService;
  /** Gives up when the signal says so. */
  mailer: (server: MailServer, signal: AbortSignal) => Mailer;
  company: () => Promise<string>;
  random?: () => number;
};

/** Takes letters from the outbox to the mail server, until it has them or has refused them. */
export const createSending = (deps: SendingDeps & {store: OutboxStore}) => {
  const {storage, clock, server, store} = deps;
  const random = deps.random ?? Math.random;
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
      attachment: letter.content.note ?? null,
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

  const worker = createLeasedWorker<Row>({
    name: 'mail',
    storage,
    clock,
    log: deps.log,
    concurrency: 2,
    table,
    from: ['queued', 'retrying'],
    to: 'sending',
    due: 'next_attempt_at',
    leaseMilliseconds: lease,
    handle: async row => {
      const started = performance.now();
      try {
        await attempt(row, started);
      } catch (error) {
        deps.log.error({err: error, mail: row.id}, 'a letter failed on this side');
        await failed(row, ourFault(error), Math.round(performance.now() - started));
      }
    },
    // what has no way out waits, until a server is set and agreed to, or its links end
    claim: async take => ((await server.mayBeReached()) ? take() : []),
  });

  return {
    start: worker.start,
    stop: async (): Promise<void> => {
      const late = setTimeout(() => leaving.abort(), farewell);
      await worker.stop();
      clearTimeout(late);
    },
    /** After the commit of whoever has put something in. */
    wake: worker.wake,
  };
};
