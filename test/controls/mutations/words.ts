import {type Mutation, rawRows} from '../world.ts';

export const words: readonly Mutation[] = [
  {
    control: 'L5.nightly-run',
    how: 'the nightly run has not ended for days',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const runs = await rawRows(world, 'privacy_retention_runs');
      await db('privacy_retention_runs').update({finished_at: '2026-01-01T03:00:00.000Z'});
      return async () => {
        for (const {id, finished_at: at} of runs)
          await db('privacy_retention_runs').where({id}).update({finished_at: at});
      };
    },
  },
  {
    control: 'L5.nothing-older',
    how: 'a conversation of years ago is still there',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [talk] = await rawRows(world, 'conversations_conversations');
      const at = {id: talk?.['id']};
      await db('conversations_conversations').where(at).update({updated_at: '2020-01-01T00:00:00.000Z'});
      return () => db('conversations_conversations').where(at).update({updated_at: talk?.['updated_at']});
    },
  },
  {
    control: 'R4.as-it-runs',
    how: 'the notice in force is replaced by other words',
    apply: async world => {
      const {db, personal} = world.appliance.inside.storage;
      const table = 'privacy_versions';
      const [notice] = (await rawRows(world, table, {series: 'notice'})).toSorted(
        (a, b) => Number(b['number']) - Number(a['number']),
      );
      const at = {id: notice?.['id']};
      const content = JSON.stringify({en: {language: 'en', title: 'Nothing is kept', sections: []}});
      const [sealed] = await personal.seal(table, [{...at, content}]);
      await db(table).where(at).update({content_sealed: sealed?.['content_sealed']});
      return () => db(table).where(at).update({content_sealed: notice?.['content_sealed']});
    },
  },
];
