import {addMilliseconds} from '../../kit/clock.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Transaction} from '../../storage/index.ts';
import type {AccountsDeps} from './accounts.service.ts';
import {hashToken} from './sessions.ts';

/** One-time links: of who was invited, and of who needs a new password. A person has one at a time. */
export const invitations = 'accounts_invitations';
const hour = 60 * 60 * 1000;
export const lives = {invitation: 7 * 24 * hour, reset: hour};

export type NewLink = {userId: string; tokenHash: string; life: number; removesFactor?: boolean};

export const createLinks = ({clock, mail, linkFor}: Pick<AccountsDeps, 'clock' | 'mail' | 'linkFor'>) => ({
  /** Replaces the link a person had; returns when the new one is over. */
  keep: async (
    trx: Transaction,
    {userId, tokenHash, life, removesFactor = false}: NewLink,
  ): Promise<string> => {
    const at = clock.iso();
    const expiresAt = addMilliseconds(at, life);
    await trx(invitations).where({user_id: userId}).delete();
    // the link that a waiting letter carries leads nowhere from here on
    await mail.withdraw(trx, userId);
    await trx(invitations).insert({
      token_hash: tokenHash,
      user_id: userId,
      created_at: at,
      expires_at: expiresAt,
      removes_factor: removesFactor ? 1 : 0,
    });
    return expiresAt;
  },

  /** Whether a letter with the link is on its way, too: where a mail server is set. */
  write: (
    trx: Transaction,
    kind: 'invitation' | 'password_reset',
    user: {id: string; name: string; email: string; languages: Locale[]},
    token: string,
    expiresAt: string,
  ): Promise<boolean> =>
    mail.send(trx, {
      personId: user.id,
      to: {name: user.name, address: user.email},
      language: user.languages[0] ?? 'en',
      kind,
      link: linkFor(token),
      expiresAt,
      key: hashToken(token),
    }),
});
