export type ArchiveFile = {name: string; content: Buffer};
export type PackReport = {
  ok: boolean;
  problems: string[];
  notes: string[];
  madeAt: string | null;
  appliance: unknown;
  publicKey: string | null;
  files: number;
};
type SignedManifest = {document: unknown; signature: string; keyId: string; publicKey: string};

export const writeArchive: (files: readonly ArchiveFile[], at: string) => Buffer;
export const readArchive: (bytes: Buffer) => ArchiveFile[] | undefined;
export const manifestText: (signed: SignedManifest) => string;
export const sha256: (content: Buffer) => string;
export const verifyPack: (bytes: Buffer, options?: {key?: string | undefined}) => PackReport;
export const runVerifyPack: (
  words: string[],
  shown: {say: (line: string) => void; tell: (line: string) => void},
) => number;
