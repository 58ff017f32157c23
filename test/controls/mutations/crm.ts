import {type Mutation, rawRows} from '../world.ts';

export const crm: readonly Mutation[] = [
  {
    control: 'D1.contact-fields',
    how: 'a lead holds a field that nobody declared',
    apply: async world => {
      const {db, personal} = world.appliance.inside.storage;
      const [lead] = await rawRows(world, 'crm_leads');
      const at = {id: lead?.['id']};
      const contact = JSON.stringify({email: 'ada@example.com', birthday: '1990-04-01'});
      const [sealed] = await personal.seal('crm_leads', [{...at, visitor_id: lead?.['visitor_id'], contact}]);
      await db('crm_leads').where(at).update({contact_sealed: sealed?.['contact_sealed']});
      return () => db('crm_leads').where(at).update({contact_sealed: lead?.['contact_sealed']});
    },
  },
  {
    control: 'S2.qualified-only',
    how: 'somebody below the bar is a lead',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      // not the one whom a person let pass
      const lead = (await rawRows(world, 'crm_leads')).find(
        one => Number(one['points_personal']) >= Number(one['bar']),
      );
      const at = {id: lead?.['id']};
      await db('crm_leads').where(at).update({bar: 9000});
      return () => db('crm_leads').where(at).update({bar: lead?.['bar']});
    },
  },
  {
    control: 'S2.deliveries-logged',
    how: 'the log of a delivery is emptied',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const attempts = await rawRows(world, 'crm_attempts', {outcome: 'delivered'});
      await db('crm_attempts').where({outcome: 'delivered'}).delete();
      return () => db('crm_attempts').insert(attempts);
    },
  },
];
