import type {KeyObject} from 'node:crypto';

export type AuditKey = {name: string; id: string; text: string; publicKey: KeyObject};
export type AuditReport = {
  ok: boolean;
  problems: {where: string; what: string}[];
  problemCount: number;
  notes: string[];
  log: string | null;
  of: 'log' | 'entry' | null;
  entries: number;
  checkpoints: number;
  compared: number;
  last: {size: number; rootHash: string; at: string | null} | null;
};
export type VerifyOptions = {keys?: AuditKey[]; earlier?: {name: string; note: string}[]};

export const readKey: (text: string) => AuditKey | undefined;
export const readCheckpoint: (note: string) => {log: string; size: number; root: Buffer; at: string | null} | undefined;
/** The checkpoints in a file that was kept elsewhere: a signed note, or lines of a log collector. */
export const notesIn: (text: string) => string[];
export const provesInclusion: (claim: {
  leaf: Buffer;
  index: number;
  size: number;
  proof: Buffer[];
  root: Buffer;
}) => boolean;
export const provesConsistency: (claim: {
  from: number;
  to: number;
  proof: Buffer[];
  fromRoot: Buffer;
  toRoot: Buffer;
}) => boolean;
export const verifyLines: (
  lines: AsyncIterable<string> | Iterable<string>,
  options?: VerifyOptions,
) => Promise<AuditReport>;
export type ReceiptReport = {ok: boolean; problems: {where: string; what: string}[]};
export const createReceiptVerifier: (options?: {keys?: AuditKey[]; id?: string}) => {
  line: (text: string) => void;
  end: () => ReceiptReport;
};
export const describe: (report: AuditReport) => string[];
export const runVerify: (
  words: string[],
  shown: {say: (line: string) => void; tell: (line: string) => void},
) => Promise<number>;
