import {type Mutation, rawRows} from '../world.ts';

export const accounts: readonly Mutation[] = [
  {
    control: 'L4.auditors-end',
    how: 'an auditor’s access gets no end',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [auditor] = await rawRows(world, 'accounts_users', {role: 'auditor'});
      const at = {id: auditor?.['id']};
      await db('accounts_users').where(at).update({access_ends_at: null});
      return () => db('accounts_users').where(at).update({access_ends_at: auditor?.['access_ends_at']});
    },
  },
];
