import {type Mutation, rawRows} from '../world.ts';

export const insights: readonly Mutation[] = [
  {
    control: 'U3.objection',
    how: 'an objection is noted and nothing is deleted',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [visitor] = await rawRows(world, 'insights_visitors', {answer: null});
      const at = {visitor_id: visitor?.['visitor_id']};
      await db('insights_visitors').where(at).update({answer: 'declined'});
      return () => db('insights_visitors').where(at).update({answer: null});
    },
  },
  {
    control: 'U3.told',
    how: 'the ledger loses what a visitor was told',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const entries = await rawRows(world, 'privacy_consents', {kind: 'usage_monitoring'});
      await db('privacy_consents').where({kind: 'usage_monitoring'}).delete();
      return () => db('privacy_consents').insert(entries);
    },
  },
];
