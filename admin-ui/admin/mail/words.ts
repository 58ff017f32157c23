import type {MailRow, MailView} from '../../../appliance/features/mail/mail.schema.ts';
import type {Tone} from '../../shared/components/state.tsx';

export type {MailRow, MailView};
export const path = '/api/admin/mail';
export const outboxPath = '/api/admin/mails';

export const kindWords: Record<MailRow['kind'], string> = {
  invitation: 'Invitation',
  password_reset: 'New password',
  test: 'Test letter',
  privacy_code: 'Code for a request',
  cancellation: 'Reminder of the deletion',
  cancellation_revoked: 'Cancellation taken back',
  promise_broken: 'Promise broken',
  promise_mended: 'Promise kept again',
  destination_asked: 'More may leave the server',
  exception_ends: 'An exception ends',
  password_changed: 'Password changed',
  second_factor_set_up: 'Second factor set up',
  second_factor_removed: 'Second factor removed',
  recovery_codes_renewed: 'New recovery codes',
  recovery_code_used: 'Recovery code used',
  audit_checkpoint: 'Checkpoint of the audit log',
};

export const stateWords: Record<MailRow['state'], {tone: Tone; word: string}> = {
  queued: {tone: 'in', word: 'Waiting'},
  sending: {tone: 'in', word: 'Being sent'},
  sent: {tone: 'ok', word: 'Taken by the mail server'},
  retrying: {tone: 'at', word: 'Will be tried again'},
  failed: {tone: 'da', word: 'Not delivered'},
};
export const states = Object.keys(stateWords) as MailRow['state'][];

/** While something is on its way, one wants to see it arrive. */
export const isMoving = ({state}: MailRow) => state !== 'sent' && state !== 'failed';

/** How a server begins TLS; there is no third way. */
export const tlsWords: Record<NonNullable<MailView['server']>['tls'], string> = {
  starttls: 'STARTTLS, required (port 587)',
  implicit: 'TLS from the first byte (port 465)',
};
export const usualPort = {starttls: 587, implicit: 465} as const;

/** An address that only this machine can open is of no use in a letter. */
export const isLocal = (url: string) => /^https?:\/\/(?:localhost|127\.|\[::1\])/.test(url);
