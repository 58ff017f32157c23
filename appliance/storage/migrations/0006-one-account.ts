import type {Migration} from '../migrate.ts';

/** Two first visits at once, on two nodes of one database: the second is refused by the database itself. */
export const oneAccount: Migration = {
  name: '0006-one-account',
  up: async trx => {
    await trx.raw('create unique index accounts_account_one on accounts_account ((1))');
  },
};
