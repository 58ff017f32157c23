import {newId} from '../../../appliance/kit/ids.ts';
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
      // not the one under a legal hold, and none that a law keeps
      const kept: string[] = await db('storage_restrictions').pluck('person_id');
      const talks = await rawRows(world, 'conversations_conversations', {
        agent_id: null,
        ai_objected_at: null,
      });
      const talk = talks.find(one => !kept.includes(String(one['visitor_id'])));
      const at = {id: talk?.['id']};
      await db('conversations_conversations').where(at).update({updated_at: '2020-01-01T00:00:00.000Z'});
      return () => db('conversations_conversations').where(at).update({updated_at: talk?.['updated_at']});
    },
  },
  {
    control: 'L5.receipts',
    how: 'the receipt of a run is written anew',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const table = 'privacy_retention_runs';
      const run = (await rawRows(world, table)).find(({receipt}) => receipt !== null);
      const at = {id: run?.['id']};
      const signed = JSON.parse(String(run?.['receipt'])) as {document: {kept: object}};
      signed.document.kept = {legalHold: 7, restricted: 0};
      await db(table)
        .where(at)
        .update({receipt: JSON.stringify(signed)});
      return () => db(table).where(at).update({receipt: run?.['receipt']});
    },
  },
  {
    control: 'L5.holds',
    how: 'a person under a legal hold has no key any more',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [hold] = await rawRows(world, 'privacy_holds');
      const at = {id: hold?.['id']};
      await db('privacy_holds').where(at).update({scope_id: newId()});
      return () => db('privacy_holds').where(at).update({scope_id: hold?.['scope_id']});
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
