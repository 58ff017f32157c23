import type {z} from 'zod';
import type {Clock} from '../../kit/clock.ts';

/** A lead as it is handed to a connector: what was said, with the words that prove it. */
export type LeadDelivery = {
  /** The same at every attempt; connectors use it as idempotency key. */
  id: string;
  event: 'lead.qualified' | 'lead.updated';
  occurredAt: string;
  lead: {
    id: string;
    site: string;
    score: number;
    bar: number;
    reasons: string[];
    facts: {field: string; value: unknown; display: string; quote: string; at: string}[];
    contact: {
      name: string | null;
      email: string | null;
      phone: string | null;
      company: string | null;
      jobTitle: string | null;
    };
    transcript: {
      seq: number;
      author: 'visitor' | 'ai' | 'agent' | 'system';
      name?: string;
      text: string;
      at: string;
    }[];
    locale: string;
    /** Points at the appliance and needs a login there. */
    conversationUrl: string;
  };
};

/** Nothing of the person is left to be said: the record is named by the lead's id alone. */
export type RecordErasure = {
  /** The same at every attempt; connectors use it as idempotency key. */
  id: string;
  leadId: string;
  occurredAt: string;
};

/** Everything that can go wrong with a delivery. Closed: the outbox decides by these alone. */
export const connectorErrorCodes = [
  /** The receiver understood and says no: the same again would be refused again. */
  'crm.rejected',
  /** The receiver has a problem of its own. */
  'crm.unavailable',
  'crm.rate_limited',
  /** The receiver does not accept who we are: an administrator must act. */
  'crm.auth',
  /** No connection, no certificate we trust, or not allowed to leave: no answer came. */
  'crm.unreachable',
  'crm.timeout',
  /** The receiver points elsewhere. Leads go where an administrator approved, so this is never followed. */
  'crm.redirected',
] as const;
export type ConnectorErrorCode = (typeof connectorErrorCodes)[number];

export type ConnectorError = {
  code: ConnectorErrorCode;
  /** Trying again without a person's help is of no use. */
  permanent: boolean;
  /** Not before; null leaves it to the outbox's own backoff. */
  retryAfterMs: number | null;
  /** HTTP status, where an answer came. */
  status: number | null;
  /** Plain words for the sync log, without personal data or secrets. */
  message: string;
  /** What to do about it. */
  mend: string;
};

export type DeliveryResult =
  | {
      ok: true;
      status: number | null /** The record's id at the receiver, where it tells. */;
      remoteId: string | null;
    }
  | {ok: false; error: ConnectorError};

/** What the administrator's test button shows. */
export type TestResult = {ok: boolean; status: number | null; message: string; mend: string | null};

/** Never throws for what the other side did: the outcome is in the result. Later abilities are optional members. */
export type Connector = {
  deliver: (delivery: LeadDelivery) => Promise<DeliveryResult>;
  /** The person was erased: the record that deliveries of this lead made must go. Absent where only people can do that. */
  erase?: (erasure: RecordErasure) => Promise<DeliveryResult>;
  test: () => Promise<TestResult>;
};

export type ConnectorRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Must lie at a host that the provider's `hosts` named, or it is refused. */
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  timeouts?: {connect?: number; headers?: number; total?: number};
  answer?: {limit: number; whenOver: 'refuse' | 'cut'};
};
export type ConnectorResponse = {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  complete: boolean;
};

export type ConnectorOutside = {
  /** The only way out: the egress broker, bound to this connector's destination. Throws AppError `egress.*`. */
  send: (request: ConnectorRequest) => Promise<ConnectorResponse>;
  clock: Clock;
};

export type FormField = {
  name: string;
  label: string;
  kind: 'text' | 'url' | 'secret' | 'select' | 'switch';
  help: string;
  required: boolean;
  options?: {value: string; label: string}[];
  /** A secret the console can make: this, and 32 random bytes in base64. */
  generatedPrefix?: string;
};

/** A host that a configuration needs, so that an administrator sees and approves exactly that. */
export type NeededHost = {host: string; port: number /** http without TLS. */; plain: boolean};

/** One folder under `adapters/crm`. */
export type ConnectorProvider<Config = unknown> = {
  type: string;
  name: string;
  description: string;
  /** Categories of personal data it sends (D1 to D6 of the data map), for the register of recipients. */
  categories: string[];
  config: z.ZodType<Config>;
  /** The admin screens draw the form from these; every `secret` is stored sealed and never shown again. */
  fields: FormField[];
  hosts: (config: Config) => NeededHost[];
  create: (config: Config, outside: ConnectorOutside) => Connector;
};

/** Keeps a provider's config type inside its folder; the list holds them all alike. */
export const defineConnector = <Config>(provider: ConnectorProvider<Config>): ConnectorProvider =>
  provider as unknown as ConnectorProvider;
