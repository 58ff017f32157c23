import {Readable} from 'node:stream';
import SmtpConnection from 'nodemailer/lib/smtp-connection';
import {AppError, isAppError} from '../../../kit/errors.ts';
import type {Letter, Mailer, MailOutside, MailResult} from '../contract.ts';
import {compose, isAddress} from './compose.ts';
import {classifyEgress, classifySmtp, type SmtpFailure} from './outcome.ts';

export type SmtpSettings = {
  /** Null where the server asks nobody who they are. */
  login: {user: string; password: string} | null;
};

const timeouts = {greetingTimeout: 30_000, connectionTimeout: 60_000};

type Step = (done: (error?: Error | null) => void) => void;

/**
 * SMTP over a connection that is under TLS already: the client has no socket of its own, resolves no name and cannot fall
 * back to plain text.
 */
export const createSmtp = ({login}: SmtpSettings, {open}: MailOutside): Mailer => ({
  send: async (letter: Letter): Promise<MailResult> => {
    if (!isAddress(letter.to.address) || !isAddress(letter.from.address))
      return {ok: false, error: classifySmtp({code: 'EENVELOPE'}, false)};
    const message = await compose(letter);
    let way: Awaited<ReturnType<MailOutside['open']>>;
    try {
      way = await open();
    } catch (error) {
      if (!isAppError(error) || !error.code.startsWith('egress.')) throw error;
      return {ok: false, error: classifyEgress(error)};
    }
    const {stream, over} = way;
    const client = new SmtpConnection({
      ...timeouts,
      // its time limit is the broker's, for the whole connection
      connection: Object.assign(stream, {setTimeout: () => stream}) as never,
      secure: true,
      secured: true,
      // what this machine is called is nobody's business; the server knows us by the login
      name: '[127.0.0.1]',
    });
    const broken = new Promise<never>((_, reject) => client.once('error', reject));
    broken.catch(() => undefined);
    const step = (take: Step): Promise<void> =>
      Promise.race([
        broken,
        new Promise<void>((resolve, reject) => take(error => (error ? reject(error) : resolve()))),
      ]);
    let delivered = false;
    try {
      await step(done => client.connect(done));
      if (login) {
        const {user, password} = login;
        await step(done => client.login({user, credentials: {user, pass: password}}, done));
      }
      const content = Readable.from([message]);
      content.once('end', () => {
        delivered = true;
      });
      const envelope = {
        from: letter.from.address,
        to: [letter.to.address],
        size: message.length,
        // a bounce goes to the From address, and does not carry the letter back
        dsn: {ret: 'HDRS', notify: ['FAILURE']},
      };
      await step(done => client.send(envelope, content, done));
      client.quit();
      return {ok: true, status: 250};
    } catch (error) {
      client.close();
      stream.destroy();
      const cause = await over;
      if (cause && !delivered && (error as SmtpFailure).responseCode === undefined)
        return {ok: false, error: classifyEgress(cause)};
      if (!(error instanceof Error) || error instanceof AppError) throw error;
      return {ok: false, error: classifySmtp(error as SmtpFailure, delivered)};
    } finally {
      stream.end();
      await over;
      stream.destroy();
    }
  },
});
