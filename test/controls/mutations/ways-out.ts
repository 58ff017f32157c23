import {newId} from '../../../appliance/kit/ids.ts';
import {type Mutation, rawRows, unguard, type World} from '../world.ts';

const attempts = 'privacy_egress_attempts';

/** A line in the egress log, as one that was let through would leave it: like an earlier one, but for what is given. */
const letThrough = async (world: World, change: Record<string, unknown>) => {
  const {db} = world.appliance.inside.storage;
  const [delivered] = await rawRows(world, attempts, {outcome: 'allowed', purpose: 'crm_sync'});
  if (!delivered) throw new Error('nothing was delivered in this world');
  const id = newId();
  await db(attempts).insert({...delivered, ...change, id});
  return () => db(attempts).where({id}).delete();
};

export const waysOut: readonly Mutation[] = [
  {
    control: 'L1.broker-refuses',
    how: 'a broker that answers whoever asks',
    apply: async ({appliance}) => {
      const {egress} = appliance.inside;
      const {send} = egress;
      egress.send = () => Promise.resolve({status: 200, headers: {}, body: Buffer.alloc(0), complete: true});
      return () => {
        egress.send = send;
      };
    },
  },
  {
    control: 'L1.process-refuses',
    how: 'the guard of the process is taken out',
    apply: async world => unguard(world),
  },
  {
    control: 'L1.inside-region',
    how: 'data went to a host in another region',
    apply: world => letThrough(world, {region: 'us'}),
  },
  {
    control: 'U2.texts-stay',
    how: 'messages went to a model in another region',
    apply: world => letThrough(world, {purpose: 'model_server', region: 'us'}),
  },
  {
    control: 'U5.closed-purposes',
    how: 'data went out for advertising',
    apply: world => letThrough(world, {purpose: 'advertising'}),
  },
  {
    control: 'S1.registered',
    how: 'data went to a host that no register names',
    apply: world => letThrough(world, {host: 'tracker.example.net'}),
  },
  {
    control: 'L1.exceptions',
    how: 'an exception goes on past its end',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [one] = await rawRows(world, 'privacy_destinations', {state: 'in_force'});
      const at = {id: one?.['id']};
      const none = {basis: null, exception_by: null, exception_reason: null, exception_until: null};
      await db('privacy_destinations').where(at).update({
        basis: 'consent',
        exception_by: newId(),
        exception_reason: 'A move of servers',
        exception_until: '2026-01-01T00:00:00.000Z',
      });
      return () => db('privacy_destinations').where(at).update(none);
    },
  },
  {
    control: 'L1.second-person',
    how: 'one person declares a destination and agrees to it',
    apply: async world => {
      const {db} = world.appliance.inside.storage;
      const [one] = (await rawRows(world, 'privacy_destinations')).filter(
        row => row['confirmed_by'] !== null,
      );
      const at = {id: one?.['id']};
      await db('privacy_destinations').where(at).update({confirmed_by: one?.['approved_by']});
      return () => db('privacy_destinations').where(at).update({confirmed_by: one?.['confirmed_by']});
    },
  },
  {
    control: 'L2.destinations',
    how: 'a destination outside is switched to plain http',
    apply: async ({appliance}) => {
      const {db} = appliance.inside.storage;
      const at = {host: 'hooks.example.com'};
      await db('privacy_destinations').where(at).update({plain: 1});
      return () => db('privacy_destinations').where(at).update({plain: 0});
    },
  },
];
