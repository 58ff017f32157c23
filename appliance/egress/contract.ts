import type {Duplex} from 'node:stream';
import type {AppError} from '../kit/errors.ts';

/**
 * Why anything may leave the box at all. The list is closed: a new reason is a change of the product and of what it
 * promises, never a setting.
 */
export const egressPurposes = [
  'crm_sync',
  'mail',
  'licence',
  'model_server',
  'model_mirror',
  'backup',
  'audit_witness',
  'identity_provider',
  'turn',
  'benchmark',
] as const;
export type EgressPurpose = (typeof egressPurposes)[number];

/** One place outside that a named person allowed, for one purpose. */
export type Destination = {
  id: string;
  /** A host name or an address; compared in its canonical form (`canonicalHost`). */
  host: string;
  port: number;
  /** Where it is, as declared by who approved it. `eu-at` lies inside `eu`. */
  region: string;
  purpose: string;
  /** Categories of data that go there. */
  categories: string[];
  /** Only what is in force is reachable: a widening waits until a second person has agreed, or was never agreed to. */
  state: 'in_force' | 'waiting' | 'refused';
  /** Inside the organisation's own network: it must then resolve to private addresses, and to nothing else. */
  private: boolean;
  /** http without TLS; only together with `private`. */
  plain: boolean;
  /** Allows a destination outside the region, until a date, for a reason somebody signed. */
  exception?: {until: string} | null;
  /** Through the organisation's outbound proxy, where one is set. */
  viaProxy?: boolean;
};

/** The organisation's own way out (HTTP CONNECT). It carries TLS that the broker began, and sees nothing of it. */
export type OutboundProxy = {host: string; port: number; login: {user: string; password: string} | null};

export type EgressMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type EgressTimeouts = {
  /** Name, TCP and TLS together. */
  connect?: number;
  /** From the request sent to the answer's head. */
  headers?: number;
  /** Between one piece of the body and the next. */
  idle?: number;
  /** The whole exchange: five minutes at most, and as long as it takes for what goes to `onPiece`. */
  total?: number;
};

export type EgressRequest = {
  /** The id of a destination, never an address: who calls cannot name a host that nobody allowed. */
  destination: string;
  purpose: EgressPurpose;
  /** What the caller believes to stand behind the id; another host or port is refused, and so is TLS that would not be. */
  expect?: {host: string; port: number; plain: boolean};
  method: EgressMethod;
  /** With the query; starts with a slash. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Milliseconds; cut to the broker's own limits. */
  timeouts?: EgressTimeouts;
  /** The answer's body, 1 MiB unless told. `cut` keeps what fits (or came in time) and says `complete: false`. */
  answer?: {limit: number; whenOver: 'refuse' | 'cut'};
  /**
   * Takes the body as it comes: no more is read from the other side until this has resolved, and the answer's own body
   * stays empty. Where it throws, the exchange is given up, and `send` throws the same.
   */
  onPiece?: (piece: Buffer, answer: EgressHead) => void | Promise<void>;
  signal?: AbortSignal;
};

/**
 * TLS from the first byte (port 465), or begun by SMTP's STARTTLS (port 587), without which nothing goes on. `none` reaches
 * this machine alone.
 */
export type TunnelTls = 'implicit' | 'starttls' | 'none';

/** What says each byte itself, and is no HTTP. */
export const tunnelPurposes = ['mail', 'audit_witness'] as const satisfies readonly EgressPurpose[];

/** A connection of which the caller says and hears each byte, under TLS that the broker has checked. */
export type EgressTunnel = Pick<EgressRequest, 'destination' | 'expect' | 'signal'> & {
  purpose: (typeof tunnelPurposes)[number];
  tls: TunnelTls;
  /**
   * For a protocol that answers nothing: once all is said, the other side has to hang up in an orderly way, or the
   * connection counts as broken off. Who hangs up so has read what came before.
   */
  untilHungUp?: boolean;
  /** PEM certificate of an authority of the organisation's own, trusted beside the usual ones. */
  authority: string | null;
  timeouts?: Omit<EgressTimeouts, 'headers'>;
};
export type OpenTunnel = {
  /** After STARTTLS the server's greeting is heard again: it begins alike in both ways. */
  stream: Duplex;
  /** How it ended, once that is logged: null where nobody broke it off. Destroy the stream before waiting for it. */
  over: Promise<AppError | null>;
};

export type EgressHead = {
  status: number;
  /** Names in lower case; repeated ones joined by a comma. */
  headers: Record<string, string>;
};

/** What came back, any status, redirects included: nothing is ever followed. */
export type EgressResponse = EgressHead & {body: Buffer; complete: boolean};

export type EgressOutcome = 'allowed' | 'denied' | 'failed';

/** One line of the egress log. Never a path, a header or a body. */
export type EgressAttempt = {
  at: string;
  destination: string;
  /** Empty when nobody declared the destination. */
  host: string;
  port: number;
  purpose: string;
  region: string | null;
  categories: string[];
  /** `denied`: a rule refused it and no packet left. `failed`: allowed, but no whole answer came. */
  outcome: EgressOutcome;
  /** The code without `egress.`; null when allowed. */
  reason: string | null;
  /** As counted on the wire, TLS included. */
  bytesOut: number;
  bytesIn: number;
  ms: number;
};

/** `send` throws AppError with one of these, nothing else. */
export const egressDenials = [
  'egress.unknown_destination',
  'egress.bad_destination',
  'egress.bad_request',
  'egress.wrong_purpose',
  'egress.wrong_host',
  'egress.no_region',
  'egress.wrong_region',
  'egress.exception_ended',
  'egress.waits_for_approval',
  'egress.not_approved',
  'egress.plain_refused',
  'egress.address_refused',
] as const;
export const egressFailures = [
  'egress.name_not_found',
  'egress.connect_failed',
  'egress.proxy_failed',
  'egress.proxy_refused',
  'egress.tls_failed',
  'egress.timeout',
  'egress.reset',
  'egress.bad_answer',
  'egress.answer_too_large',
  'egress.busy',
  'egress.aborted',
  'egress.unavailable',
] as const;
export type EgressCode = (typeof egressDenials)[number] | (typeof egressFailures)[number];

/** `refused` by the host's firewall, `open` where nothing was in the way, `no_route` where nothing could be learnt. */
export type HostAnswer = {outcome: 'refused' | 'open' | 'no_route'; code: string};

/** Which of the layers that keep everything in held, when it was tried. */
export type CanaryResult = {
  /** The broker, asked for a place that nobody declared. */
  broker: 'refused' | 'open' | 'no_answer';
  /** This process, connecting by itself. */
  process: 'refused' | 'open' | 'no_route';
  host: HostAnswer;
};

export type EgressStatus = {
  state: 'starting' | 'running' | 'stopped';
  pid: number | null;
  restarts: number;
  destinations: number;
  /** Why the broker is not running, or why it last ended. */
  lastError: string | null;
};

export type Egress = {
  /** Resolves with any HTTP answer; every attempt has been told to `onAttempt` by then. */
  send: (request: EgressRequest) => Promise<EgressResponse>;
  /** Throws what `send` throws; an attempt that came to a connection is logged when that is over. */
  tunnel: (request: EgressTunnel) => Promise<OpenTunnel>;
  status: () => EgressStatus;
  /** Tries to get out where nobody may: through the broker, past it, and past the host. Nothing is said to anybody. */
  canary: () => Promise<CanaryResult>;
  /** Reads the destinations again and hands them to the broker. Resolves once the broker goes by them. */
  reload: () => Promise<void>;
  /** The first time that the broker serves. */
  ready: () => Promise<void>;
  close: () => Promise<void>;
};
