import {addMilliseconds} from '../../../appliance/kit/clock.ts';
import {newId} from '../../../appliance/kit/ids.ts';
import type {Route} from '../../../appliance/kit/route.ts';
import {type Mutation, rawRows, type World} from '../world.ts';

const long = '2026-01-05T08:00:00.000Z';

const changed = async (
  world: World,
  table: string,
  find: (row: Record<string, unknown>) => boolean,
  values: Record<string, unknown>,
  key = 'id',
) => {
  const {db} = world.appliance.inside.storage;
  const before = (await rawRows(world, table)).find(find);
  if (!before) throw new Error(`the world has no such row in ${table}`);
  const at = {[key]: before[key]};
  await db(table).where(at).update(values);
  const back = Object.fromEntries(Object.keys(values).map(name => [name, before[name]]));
  return () => db(table).where(at).update(back);
};

const asks = ({appliance}: World): Route => {
  const route = appliance.inside.routes.find(
    one => one.method === 'post' && one.path === '/api/visitor/privacy-requests',
  );
  if (!route) throw new Error('there is no way to ask');
  return route;
};
const isReview = (state: string) => (row: Record<string, unknown>) =>
  row['kind'] === 'review' && row['state'] === state;

/** What persons asked for: to be erased before a law allows it, and to be judged by a person. */
export const persons: readonly Mutation[] = [
  {
    control: 'L5.minimums',
    how: 'somebody stays restricted long after it ended',
    apply: async ({appliance}) => {
      const {db, personal} = appliance.inside.storage;
      const at = {person_id: newId()};
      const rows = await personal.seal('storage_restrictions', [
        {...at, until: long, request_id: null, reason: '§ 257 HGB', set_at: long},
      ]);
      await db('storage_restrictions').insert(rows);
      return () => db('storage_restrictions').where(at).delete();
    },
  },
  {
    control: 'L5.minimums',
    how: 'an erasure is held back and nobody is restricted',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [asked] = await rawRows(world, 'privacy_requests');
      const [hold] = await rawRows(world, 'privacy_holds');
      const id = newId();
      await db('privacy_erasures').insert({
        id,
        request_id: asked?.['id'],
        // a hold keeps them: the appliance itself goes no further
        person_id: hold?.['scope_id'],
        pseudonym: 'nobody',
        state: 'held',
        steps: '[]',
        attempts: 0,
        created_at: long,
      });
      return () => db('privacy_erasures').where({id}).delete();
    },
  },
  {
    control: 'L5.restricted',
    how: 'readers no longer ask who is restricted',
    apply: async ({appliance}) => {
      const {restrictions} = appliance.inside.storage;
      const {has} = restrictions;
      restrictions.has = () => false;
      return () => {
        restrictions.has = has;
      };
    },
  },
  {
    control: 'L5.restricted',
    how: 'a lead is sent although its person is restricted',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const {person_id: person, set_at: since} = await db('storage_restrictions').first();
      const [delivery] = await db('crm_deliveries')
        .whereIn('lead_id', db('crm_leads').where({visitor_id: person}).select('id'))
        .pluck('id');
      return changed(world, 'crm_attempts', row => row['delivery_id'] === delivery, {
        at: addMilliseconds(since, 3_600_000),
      });
    },
  },
  {
    control: 'R3.review',
    how: 'a review is closed and nobody has decided',
    apply: world => changed(world, 'privacy_requests', isReview('done'), {closed_by: null}),
  },
  {
    control: 'R3.review',
    how: 'a review was decided without a reason',
    apply: world => changed(world, 'privacy_requests', isReview('done'), {answer_sealed: null}),
  },
  {
    control: 'R3.review',
    how: 'a review waits for ever',
    apply: world =>
      changed(world, 'privacy_requests', isReview('open'), {due_at: '2036-01-05T08:00:00.000Z'}),
  },
  {
    control: 'R3.review',
    how: 'the score takes the place of what a person decided',
    apply: world =>
      changed(
        world,
        'qualification_scores',
        row => row['decided_personal'] !== null,
        {qualified_personal: 0},
        'conversation_id',
      ),
  },
  {
    control: 'R3.review',
    how: 'visitors may not ask for one any more',
    apply: async world => {
      const route = asks(world);
      const {access} = route;
      route.access = ['administrator'];
      return () => {
        route.access = access;
      };
    },
  },
];
