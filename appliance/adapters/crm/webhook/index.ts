import {z} from 'zod';
import {newId} from '../../../kit/ids.ts';
import {type Connector, type ConnectorOutside, type DeliveryResult, defineConnector} from '../contract.ts';
import {classifyAnswer, classifyFailure} from './outcome.ts';
import {secretKey, sign} from './signature.ts';

export {newWebhookSecret} from './signature.ts';

const secret = z
  .string()
  .refine(
    value => secretKey(value) !== null,
    'A signing secret is whsec_ followed by 24 to 64 bytes in base64. `openssl rand -base64 32` makes one.',
  );

const config = z.strictObject({
  url: z
    .string()
    .max(2000)
    .refine(value => {
      const url = URL.parse(value);
      return (
        url !== null &&
        /^https?:$/.test(url.protocol) &&
        url.username === '' &&
        url.password === '' &&
        url.hash === ''
      );
    }, 'Write the address like https://crm.example.com/hooks/leads: no user name, password or #.'),
  secret,
  previousSecret: z.preprocess(value => (value === '' ? null : value), secret.nullish()),
});
type Config = z.output<typeof config>;

/** An answer's text is of no use here; a receiver that sends much, or slowly, has taken the delivery all the same. */
const answer = {limit: 4096, whenOver: 'cut'} as const;
const timeouts = {connect: 10_000, headers: 20_000, total: 30_000};

const create = ({url, secret, previousSecret}: Config, {send, clock}: ConnectorOutside): Connector => {
  const secrets = [secret, ...(previousSecret ? [previousSecret] : [])];

  const post = async (
    id: string,
    event: {type: string; timestamp: string; data: unknown},
  ): Promise<DeliveryResult> => {
    const body = JSON.stringify(event);
    const now = clock.now();
    const timestamp = Math.floor(now.getTime() / 1000);
    try {
      const response = await send({
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Crowlit-Appliance',
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': sign(secrets, id, timestamp, body),
        },
        body,
        timeouts,
        answer,
      });
      const error = classifyAnswer(response, now);
      return error ? {ok: false, error} : {ok: true, status: response.status, remoteId: null};
    } catch (thrown) {
      return {ok: false, error: classifyFailure(thrown)};
    }
  };

  return {
    deliver: ({id, event, occurredAt, lead}) => post(id, {type: event, timestamp: occurredAt, data: lead}),
    erase: ({id, leadId, occurredAt}) =>
      post(id, {type: 'lead.erased', timestamp: occurredAt, data: {id: leadId}}),
    test: async () => {
      const result = await post(newId(clock.now().getTime()), {
        type: 'connector.test',
        timestamp: clock.iso(),
        data: {message: 'A test of the connection. It carries no data of any person.'},
      });
      return result.ok
        ? {
            ok: true,
            status: result.status,
            message: `The receiver took the test (${result.status}).`,
            mend: null,
          }
        : {ok: false, status: result.error.status, message: result.error.message, mend: result.error.mend};
    },
  };
};

export const webhook = defineConnector<Config>({
  type: 'webhook',
  name: 'Signed webhook',
  description:
    'Sends each qualified lead as JSON to an address of yours, signed after the Standard Webhooks specification.',
  categories: ['D1', 'D2', 'D4'],
  config,
  fields: [
    {
      name: 'url',
      label: 'Address',
      kind: 'url',
      help: 'Where leads are sent, for example https://crm.example.com/hooks/leads. http is accepted only inside your own network.',
      required: true,
    },
    {
      name: 'secret',
      label: 'Signing secret',
      kind: 'secret',
      help: 'Starts with whsec_. The receiver checks the signature of each request with it.',
      required: true,
      generatedPrefix: 'whsec_',
    },
    {
      name: 'previousSecret',
      label: 'Previous signing secret',
      kind: 'secret',
      help: 'While you change the secret: requests carry both signatures. Empty it once the receiver knows the new one.',
      required: false,
    },
  ],
  hosts: ({url}) => {
    const {protocol, hostname, port} = new URL(url);
    const plain = protocol === 'http:';
    return [{host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (plain ? 80 : 443), plain}];
  },
  create,
});
