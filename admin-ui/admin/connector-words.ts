import type {z} from 'zod';
import type {Connector, connectorType, Delivery, formField} from '../../appliance/features/crm/crm.schema.ts';
import type {Tone} from '../shared/components/state.tsx';

export type {Connector, Delivery};
export type ConnectorType = z.infer<typeof connectorType>;
export type Field = z.infer<typeof formField>;
export type DeliveryState = Delivery['state'];

/** What a connector is doing, in one word. Switched off says more than whatever the last test found. */
export const connectorState = ({enabled, health, destination}: Connector): {tone: Tone; word: string} => {
  if (!enabled) return {tone: 'no', word: 'Switched off'};
  if (destination.state === 'waiting') return {tone: 'in', word: 'Waits for approval'};
  if (destination.state === 'refused') return {tone: 'da', word: 'Not approved'};
  if (health.state === 'failing') return {tone: 'at', word: 'Not delivering'};
  return health.state === 'working'
    ? {tone: 'ok', word: 'Delivering'}
    : {tone: 'in', word: 'On, nothing sent yet'};
};

export const deliveryState: Record<DeliveryState, {tone: Tone; word: string}> = {
  queued: {tone: 'in', word: 'Waiting'},
  delivering: {tone: 'in', word: 'Being sent'},
  delivered: {tone: 'ok', word: 'Delivered'},
  retrying: {tone: 'at', word: 'Will be tried again'},
  failed: {tone: 'da', word: 'Given up'},
};
export const deliveryStates = Object.keys(deliveryState) as DeliveryState[];

export const kindWords = {'lead.qualified': 'Lead qualified', 'lead.updated': 'Lead updated'};

/** The host an address leads to, read while it is typed. */
export const hostIn = (value: string): {host: string; port: number; plain: boolean} | null => {
  const url = URL.parse(value);
  if (url === null || url.hostname === '') return null;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port),
    plain: url.protocol === 'http:',
  };
};

/** Where the connector would connect to. */
export const destinationOf = (type: ConnectorType, config: Record<string, unknown>) => {
  for (const field of type.fields.filter(({kind}) => kind === 'url')) {
    const value = config[field.name];
    const found = typeof value === 'string' ? hostIn(value) : null;
    if (found) return found;
  }
  return null;
};

const isPrivateV4 = (host: string) =>
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
    host,
  );

/** A first guess only, to tick the box for the person; the broker looks at the address it really resolves to. */
export const looksPrivate = (host: string) =>
  isPrivateV4(host) || host === 'localhost' || /\.(local|lan|internal|intranet|home\.arpa)$/.test(host);
