import {type Mutation, rawRows} from '../world.ts';

export const audit: readonly Mutation[] = [
  {
    control: 'L4.tree',
    how: 'what entries are about is changed by SQL',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const leaves = await rawRows(world, 'audit_leaves');
      await db('audit_leaves').update({subject_kind: 'nothing'});
      return async () => {
        for (const {index, subject_kind: kind} of leaves)
          await db('audit_leaves').where({index}).update({subject_kind: kind});
      };
    },
  },
  {
    control: 'L4.checkpoints',
    how: 'the last checkpoint is deleted',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [last] = (await rawRows(world, 'audit_checkpoints')).toSorted(
        (a, b) => Number(b['size']) - Number(a['size']),
      );
      await db('audit_checkpoints').where({size: last?.['size']}).delete();
      return () => db('audit_checkpoints').insert(last);
    },
  },
  {
    control: 'L4.witnesses',
    how: 'nothing reaches the witness any more',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      await db('audit_witnesses').update({problem: 'The disk is full.'});
      return () => db('audit_witnesses').update({problem: null});
    },
  },
];
