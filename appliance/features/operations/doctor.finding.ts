import type {Clock} from '../../kit/clock.ts';
import type {TrustedNow} from '../../kit/schema.ts';
import type {Finding} from './operations.schema.ts';

export type DoctorDeps = {
  clock: Clock;
  /** Why the running appliance does not believe the clock; null from outside of it. */
  clockDoubt: () => Promise<TrustedNow['doubt']>;
  /** The parts of the configuration that can be wrong later, when the start was long ago. */
  config: {
    dataDirectory: string;
    host: string;
    port: number;
    publicUrl?: string | undefined;
    database: string;
    keyStoreUrl?: string | undefined;
    masterKey: {from: 'environment'} | {from: 'credential' | 'file'; file: string};
  };
  /** Whether the configured key opens what is stored; undefined where there is nothing to try it on. */
  masterKeyOpens: () => Promise<boolean | undefined>;
  /** PEM. */
  certificate: string | undefined;
  nodeVersion: string;
  model: () => {
    state: 'loading' | 'ready' | 'unavailable' | 'not_started';
    id: string | null;
    problem: string | null;
    /** Why the model that was chosen is not the one that answers. */
    notice: string | null;
    /** False: it runs on the connected model server. */
    here: boolean;
  };
  /** `not_started`: asked from outside of a running appliance. */
  broker: () => {state: 'running' | 'starting' | 'stopped' | 'not_started'; problem: string | null};
  /** `not_started`: asked from outside of a running appliance, of none that runs. */
  mail: () => Promise<{
    state: 'off' | 'held' | 'untested' | 'working' | 'failing' | 'not_started';
    problem: string | null;
    waiting: number;
    failed: number;
  }>;
  /** Asked from outside of a running appliance: whether the places can be written, and no more. */
  audit: () => Promise<{
    /** Why no checkpoint is made. */
    refused: string | null;
    lastCheck: {ok: boolean} | null;
    witnesses: {
      kind: 'directory' | 'file' | 'syslog' | 'mail';
      path: string;
      problem: string | null;
      /** What should have arrived by now has not. */
      behind: boolean;
    }[];
  }>;
  /** `not_started`: asked from outside of a running appliance, of none that runs. */
  evidence: () => Promise<{
    state: 'none' | 'kept' | 'broken' | 'not_started';
    broken: string[];
    lastRunAt: string | null;
  }>;
  /** Undefined: asked from outside of a running appliance, or before the set-up. */
  residency: () => Promise<ResidencyFacts | undefined>;
  /** What answers at the configured address, as seen from this machine. */
  door: () => Promise<'this_appliance' | 'nobody' | 'something_else'>;
  /** Undefined: asked from outside of a running appliance, of none that runs. */
  keys: () => Promise<
    | {
        wrapping: {
          since: string;
          nextAt: string | null;
          moving: {startedAt: string; done: number; total: number} | null;
        };
        copies: {folder: string; list: {state: string; madeAt: string}[]};
      }
    | undefined
  >;
};

export type ResidencyFacts = {
  /** The chosen one, for people. */
  region: string;
  places: {place: 'data' | 'backup'; label: string; inside: boolean}[];
  canary: {
    at: string;
    broker: 'refused' | 'open' | 'no_answer';
    process: 'refused' | 'open' | 'no_route';
    host: {outcome: 'refused' | 'open' | 'no_route'};
  } | null;
};

export const fine = (check: string, state: string, meaning: string): Finding => ({
  check,
  severity: 'ok',
  state,
  meaning,
  mend: null,
});
/** What this place cannot see, and who can. */
export const notSeen = (check: string, state: string, meaning: string): Finding => ({
  check,
  severity: 'unknown',
  state,
  meaning,
  mend: null,
});
export const found = (
  check: string,
  severity: 'attention' | 'danger',
  state: string,
  meaning: string,
  mend: string,
): Finding => ({
  check,
  severity,
  state,
  meaning,
  mend,
});
