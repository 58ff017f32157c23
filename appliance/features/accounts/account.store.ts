import type {Clock} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import type {Locale} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Personal, Reader, Transaction} from '../../storage/index.ts';

/** The organisation that runs the appliance: one row, written by the set-up. */
export type Account = {
  id: string;
  company: string;
  region: string;
  language: Locale;
  privacyContact: {name: string; email: string};
};
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

  insert: async (trx: Transaction, account: Omit<Account, 'id'>): Promise<void> => {
    const {company, region, language, privacyContact} = account;
    await trx(table).insert(
      await personal.seal(table, [
        {
          id: newId(),
          company,
          region,
          language,
          privacy_contact: JSON.stringify(privacyContact),
          created_at: clock.iso(),
        },
      ]),
    );
  },
});
export type AccountStore = ReturnType<typeof createAccountStore>;
