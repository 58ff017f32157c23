import {newId} from '../../../appliance/kit/ids.ts';
import {type Mutation, rawRows, type World} from '../world.ts';

const long = '2026-01-05T08:00:00.000Z';

const put = async ({appliance}: World, table: string, row: Record<string, unknown>) => {
  const {db} = appliance.inside.storage;
  await db(table).insert(row);
  return () =>
    db(table)
      .where(row['id'] === undefined ? {number: row['number']} : {id: row['id']})
      .delete();
};

export const requests: readonly Mutation[] = [
  {
    control: 'R3.requests',
    how: 'a request is open past its day',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [asked] = await rawRows(world, 'privacy_requests', {kind: 'access'});
      const at = {id: asked?.['id']};
      await db('privacy_requests').where(at).update({due_at: long});
      return () => db('privacy_requests').where(at).update({due_at: asked?.['due_at']});
    },
  },
  {
    control: 'R3.ledger',
    how: 'an entry of the ledger of erasures is made up',
    apply: world => {
      const document = {number: 1, at: long, pseudonym: 'nobody', previous: ''};
      const entry = {document, signature: '', keyId: '', publicKey: ''};
      return put(world, 'privacy_ledger', {number: 1, pseudonym: 'nobody', entry: JSON.stringify(entry)});
    },
  },
  {
    control: 'L5.cancellation',
    how: 'the last day of a cancellation is long past',
    apply: async world => {
      const [user] = await rawRows(world, 'accounts_users', {role: 'administrator'});
      return put(world, 'licensing_cancellations', {
        id: newId(),
        in_force: 1,
        started_at: long,
        started_by: user?.['id'],
        ends_at: '2026-02-04T08:00:00.000Z',
        time_zone: 'UTC',
      });
    },
  },
  {
    control: 'R3.erased',
    how: 'somebody who counts as erased has a key',
    apply: async world => {
      const [asked] = await rawRows(world, 'privacy_requests');
      const [visitor] = await rawRows(world, 'conversations_visitors');
      return put(world, 'privacy_erasures', {
        id: newId(),
        request_id: asked?.['id'],
        person_id: visitor?.['id'],
        pseudonym: 'nobody',
        state: 'done',
        steps: '{}',
        attempts: 1,
        created_at: long,
        erased_at: new Date().toISOString(),
        finished_at: new Date().toISOString(),
      });
    },
  },
];
