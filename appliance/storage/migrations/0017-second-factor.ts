import type {Migration} from '../migrate.ts';

/** Second factors with recovery codes, who needs one, and access that ends on a day. */
export const secondFactor: Migration = {
  name: '0017-second-factor',
  up: async trx => {
    await trx.schema.alterTable('accounts_account', table => {
      table.text('second_factor_after');
    });
    await trx.schema.alterTable('accounts_users', table => {
      table.text('access_ends_at');
      table.text('access_ended_at');
    });
    await trx.schema.alterTable('accounts_sessions', table => {
      table.integer('with_factor').notNullable().defaultTo(0);
      table.text('proved_at');
    });
    await trx.schema.alterTable('accounts_invitations', table => {
      table.integer('removes_factor').notNullable().defaultTo(0);
    });
    await trx.schema.createTable('accounts_second_factors', table => {
      table.text('user_id').primary().references('accounts_users.id').onDelete('CASCADE');
      table.binary('secret_sealed');
      table.text('set_up_at');
      table.integer('last_step');
      table.binary('pending_sealed');
      table.text('pending_at');
    });
    await trx.schema.createTable('accounts_recovery_codes', table => {
      table.text('id').primary();
      table.text('user_id').notNullable().references('accounts_users.id').onDelete('CASCADE');
      table.text('code_hash').notNullable();
      table.text('created_at').notNullable();
      table.text('used_at');
      table.index(['user_id']);
    });
    // an upgrade keeps nobody out: whoever is here goes on as before, whoever is invited later needs a second factor
    const last = (await trx('accounts_users').max('created_at as at').first()) as {at: string | null};
    await trx('accounts_account').update({second_factor_after: last.at ?? ''});
  },
};
