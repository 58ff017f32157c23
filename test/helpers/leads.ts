import {newWebhookSecret} from '../../appliance/adapters/crm/webhook/index.ts';
import type {Scope} from './databases.ts';
import {approveAll} from './four-eyes.ts';
import type {Started} from './start.ts';
import {startWebhookReceiver, type WebhookReceiver} from './webhook-receiver.ts';

/** Enough said in one message to be a lead. */
export const wordsOfALead = (email: string): string =>
  `We are 250 people, our budget is around 40,000 euros a year, mail me at ${email}`;

/** For tests of what happens to leads: any point makes one, whatever the playbook's bar was. */
export const lowerTheBar = async (appliance: Started): Promise<void> => {
  const admin = await appliance.administrator();
  const {playbooks} = await admin.call<{playbooks: {id: string}[]}>('GET', '/api/admin/playbooks');
  for (const {id} of playbooks) {
    const {content} = await admin.call<{content: object}>('GET', `/api/admin/playbooks/${id}`);
    await admin.call('PUT', `/api/admin/playbooks/${id}`, {content: {...content, bar: 10}});
  }
};

/** A receiver on this machine, and the connector that sends to it. */
export const connectReceiver = async (
  scope: Scope,
  appliance: Started,
  options: {now?: () => Date} = {},
): Promise<WebhookReceiver & {connectorId: string}> => {
  const secret = newWebhookSecret();
  const receiver = await startWebhookReceiver(scope, {secrets: [secret], ...options});
  const {connector} = await (await appliance.administrator()).call<{connector: {id: string}}>(
    'POST',
    '/api/admin/connectors',
    {
      type: 'webhook',
      name: 'Receiver',
      config: {url: receiver.url, secret},
      region: 'eu',
      private: true,
    },
  );
  await approveAll(appliance);
  return {...receiver, connectorId: connector.id};
};
