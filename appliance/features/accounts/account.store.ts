import type {Clock} from '../../kit/clock.ts';
import {newId} from '../../kit/ids.ts';
import type {Locale} from '../../kit/schema.ts';
import {always} from './second-factor-policy.ts';
import type {DatabaseOrTransaction, Personal, Reader, Transaction} from '../../storage/index.ts';

/** Whom people ask about their data; all but the e-mail may be empty. */
export type PrivacyContact = {name: string; email: string; postalAddress: string; officer: string};
/** The organisation that runs the appliance: one row, written by the set-up. */
export type Account = {
  id: string;
  company: string;
  region: string;
  language: Locale;
  privacyContact: PrivacyContact;
};
/** Whether everybody needs a second factor from the first day on. */
export type NewAccount = Omit<Account, 'id' | 'privacyContact'> & {
  privacyContact: Pick<PrivacyContact, 'name' | 'email'>;
  secondFactor: 'required' | 'optional';
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
      privacyContact: {
        postalAddress: '',
        officer: '',
        ...(JSON.parse(row.privacy_contact) as Pick<PrivacyContact, 'name' | 'email'>),
      },
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

  setPrivacyContact: async (trx: Transaction, contact: PrivacyContact): Promise<void> => {
    const row: {id: string} | undefined = await trx(table).first('id');
    const [sealed] = await personal.seal(table, [{id: row?.id, privacy_contact: JSON.stringify(contact)}]);
    await trx(table).update(sealed ?? {});
  },
});
export type AccountStore = ReturnType<typeof createAccountStore>;
