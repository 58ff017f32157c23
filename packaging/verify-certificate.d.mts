export type CertificateReport = {
  ok: boolean;
  problems: string[];
  kind?: 'deletion' | 'erasure';
  document: Record<string, unknown> | null;
  publicKey?: string;
};
export const verifyCertificate: (
  text: string,
  options?: {key?: Buffer; auditLog?: string},
) => Promise<CertificateReport>;
export const runVerifyCertificate: (
  words: string[],
  shown: {say: (line: string) => void; tell: (line: string) => void},
) => Promise<number>;
