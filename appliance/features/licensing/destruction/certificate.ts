/** What is known before anything is destroyed, and needed by whoever goes on after a crash. */
export type Order = {
  format: 'crowlit-destruction-order';
  version: 1;
  organisation: string;
  region: string;
  appliance: string;
  timeZone: string;
  cancelledAt: string;
  endedAt: string;
  begunAt: string;
  database: 'sqlite' | 'postgres';
  rows: Record<string, number>;
  keys: {persons: number; roots: number};
  files: Record<string, {files: number; bytes: number}>;
  auditLog: {entries: number; sha256: string; key: string};
  /** When the last copy of the key store ends that this appliance made; null where there is none. */
  lastKeyCopyEndsAt: string | null;
  /** PKCS #8, locked under the master key: the key store that held it is gone before it signs. */
  signing: {id: string; publicKey: string; locked: string};
  /** When each step was done. */
  done: Partial<Record<Step, string>>;
};

export const steps = ['keys', 'database', 'files', 'temporary'] as const;
export type Step = (typeof steps)[number];

export type Certificate = {
  format: 'crowlit-deletion-certificate';
  version: 1;
  organisation: string;
  region: string;
  appliance: string;
  timeZone: string;
  cancelledAt: string;
  endedAt: string;
  /** From then on nothing that was stored here can be read. */
  liveErasureAt: string;
  /** And no copy of a key that this appliance made is left anywhere. */
  lastKeyCopyEndsAt: string;
  destroyed: {what: string; at: string; count: number; unit: string}[];
  kept: {what: string; entries?: number; sha256?: string}[];
  /** What this appliance cannot reach, and says so. */
  beyond: string[];
};

export type SignedCertificate = {
  document: Certificate;
  signature: string;
  keyId: string;
  publicKey: string;
};

const nameOfStep: Record<Step, string> = {
  keys: 'key store',
  database: 'database',
  files: 'data directory',
  temporary: 'temporary files',
};

const pick = ({entries, sha256}: Order['auditLog']) => ({entries, sha256});

/** From what was counted before and when each step was done. */
export const certificateOf = (order: Order): Certificate => {
  const at = (step: Step): string => order.done[step] as string;
  const sum = (counts: number[]): number => counts.reduce((total, one) => total + one, 0);
  return {
    format: 'crowlit-deletion-certificate',
    version: 1,
    organisation: order.organisation,
    region: order.region,
    appliance: order.appliance,
    timeZone: order.timeZone,
    cancelledAt: order.cancelledAt,
    endedAt: order.endedAt,
    liveErasureAt: at('keys'),
    lastKeyCopyEndsAt: order.lastKeyCopyEndsAt ?? at('keys'),
    destroyed: [
      {what: 'keys of persons', at: at('keys'), count: order.keys.persons, unit: 'keys'},
      {
        what: 'keys of the account and of the database',
        at: at('keys'),
        count: order.keys.roots,
        unit: 'keys',
      },
      ...Object.entries(order.rows)
        .filter(([, count]) => count > 0)
        .map(([table, count]) => ({what: `table ${table}`, at: at('database'), count, unit: 'rows'})),
      ...Object.entries(order.files).map(([name, {files}]) => ({
        what: `${nameOfStep.files}: ${name}`,
        at: at('files'),
        count: files,
        unit: 'files',
      })),
      {
        what: 'bytes in all files of the data directory',
        at: at('files'),
        count: sum(Object.values(order.files).map(({bytes}) => bytes)),
        unit: 'bytes',
      },
    ],
    kept: [
      {what: 'audit log, without names or details', ...pick(order.auditLog)},
      {what: 'verification key of this certificate and of the audit log'},
    ],
    beyond: [
      'Copies of the data made by other programs are unreadable: the keys they were encrypted with are destroyed.',
      ...(order.database === 'postgres'
        ? ['Archived write-ahead logs and backups of the PostgreSQL server are in the hands of who runs it.']
        : []),
      'The log that this appliance wrote for its host holds ids and times; the host keeps it as long as its own settings say.',
      'What was sent to the CRM, by mail or in downloaded exports is kept where it was sent.',
      'A master key that was given from outside of the data directory opens nothing any more; who holds copies destroys them.',
    ],
  };
};
