import {addMilliseconds} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Transaction} from '../../storage/index.ts';
import type {AccountsDeps} from './accounts.service.ts';
import type {UserStore} from './users.store.ts';

/** What of a person's own ways in has changed (ASVS 5, 6.3.7). */
export type AccessNotice =
  | 'password_changed'
  | 'second_factor_set_up'
  | 'second_factor_removed'
  | 'recovery_codes_renewed'
  | 'recovery_code_used';

const life = 3 * 24 * 60 * 60 * 1000;

/** Told to the person themselves, whoever did it: by a letter with no link and no secret, in the transaction of the change. */
export const createNotices =
  ({clock, mail, readers, users}: Pick<AccountsDeps, 'clock' | 'mail' | 'readers'> & {users: UserStore}) =>
  async (trx: Transaction, userId: string, kind: AccessNotice): Promise<void> => {
    const [person] = await users.open(trx, readers.service, [userId]);
    if (!person || person.name === null || person.email === null) return;
    const at = clock.iso();
    await mail.send(trx, {
      personId: userId,
      to: {name: person.name, address: person.email},
      language: (JSON.parse(person.languages) as Locale[])[0] ?? 'en',
      kind,
      link: null,
      says: {until: at, timeZone: 'UTC'},
      expiresAt: addMilliseconds(at, life),
      key: `${kind}:${newId()}`,
    });
  };
export type TellPerson = ReturnType<typeof createNotices>;
