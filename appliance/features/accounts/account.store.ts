import type {Clock} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import type {Locale} from '../../kit/schema.ts';
import {always} from './second-factor-policy.ts';
import type {DatabaseOrTransaction, Personal, Reader, Transaction} from '../../storage/index.ts';

/** The organisation that runs the appliance: one row, written by the set-up. */
export type Account = {
  id: string;
  company: string;
  region: string;
  language: Locale;
  privacyContact: {name: string; email: string};
};
/** Whether everybody needs a second factor from the first day on. */
export type NewAccount = Omit<Account, 'id'> & {secondFactor: 'required' | 'optional'};
type Row = Omit<Account, 'privacyContact'> & {privacy_contact: string; created_at: string};
const table = 'accounts_account';

export const createAccountStore = (personal: Personal, reader: Reader, clock: Clock) => ({
  /** Undefined until the set-up has run. */
  find: async (db: DatabaseOrTransaction): Promise<Account | undefined> => {
    const [row] = await reader.open<Row>(table, await db(table).limit(1));
    if (!row) return undefined;
    const {id, company, region, language} = row;
    return {
      id,
      company,
      region,
      language,
      privacyContact: JSON.parse(row.privacy_contact) as Account['privacyContact'],
    };
  },

  insert: async (trx: Transaction, account: NewAccount): Promise<void> => {
    const {company, region, language, privacyContact, secondFactor} = account;
    await trx(table).insert(
      await personal.seal(table, [
        {
          id: newId(),
          company,
          region,
          language,
          privacy_contact: JSON.stringify(privacyContact),
          created_at: clock.iso(),
          second_factor_after: secondFactor === 'required' ? always : null,
        },
      ]),
    );
  },
});
export type AccountStore = ReturnType<typeof createAccountStore>;
