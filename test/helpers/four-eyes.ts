import {type Api, signIn} from './clients.ts';
import type {Started} from './start.ts';

type Running = Pick<Started, 'base' | 'administrator'>;

export const second = {
  name: 'Berta Second',
  email: 'berta@example.com',
  password: 'a second person looks at it',
};
const invite = async (appliance: Running): Promise<Api> => {
  const {name, email, password} = second;
  const {status, body} = await (await appliance.administrator()).request<{invitationUrl: string}>(
    'POST',
    '/api/admin/users',
    {name, email, role: 'administrator', languages: ['en']},
  );
  // in data that an earlier appliance of the test left behind
  if (status === 409) return signIn(appliance.base, {email, password});
  const token = new URL(body.invitationUrl).pathname.split('/').at(-1);
  const answer = await fetch(`${appliance.base}/api/invitations/${token}`, {
    method: 'POST',
    headers: {'content-type': 'application/json', origin: appliance.base},
    body: JSON.stringify({password}),
  });
  if (answer.status !== 200) throw new Error(`invitation: ${answer.status} ${await answer.text()}`);
  return signIn(appliance.base, {email, password});
};

const invited = new WeakSet<Running>();

/** An administrator beside the first one, who can approve what that one asks for; just signed in. */
export const secondAdministrator = async (appliance: Running): Promise<Api> => {
  if (invited.has(appliance)) return signIn(appliance.base, second);
  invited.add(appliance);
  return invite(appliance);
};

/** As a second administrator does on the page Residency: agrees to everything that waits. */
export const approveAll = async (appliance: Running): Promise<void> => {
  const berta = await secondAdministrator(appliance);
  const {waiting} = await berta.call<{waiting: {id: string}[]}>('GET', '/api/admin/destinations');
  for (const {id} of waiting) await berta.call('POST', `/api/admin/widenings/${id}/approve`);
};

/** As if everything that waits had been agreed to long ago, by somebody who is gone and whom nobody wrote to. */
export const agreedLongAgo = async ({inside}: Pick<Started, 'inside'>): Promise<void> => {
  const {db} = inside.storage;
  await db('mail_outbox').where({kind: 'destination_asked'}).delete();
  await db('privacy_widenings').delete();
  await db('privacy_destinations').update({state: 'in_force'});
  await inside.egress.reload();
};
