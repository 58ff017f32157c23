import {createPrivateKey, createPublicKey, sign, verify} from 'node:crypto';
import type {SigningKey} from './note.ts';

/** A document that the appliance stands for, with what is needed to check it: anybody can, offline. */
export type Signed<T> = {
  document: T;
  /** base64 */
  signature: string;
  keyId: string;
  /** base64 of the raw Ed25519 key */
  publicKey: string;
};

/** The same document is the same text, whoever wrote it down: keys sorted, no spaces. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(one => canonicalJson(one ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`)
    .join(',')}}`;
};

const bytesOf = (kind: string, document: unknown): Buffer =>
  Buffer.from(`crowlit/${kind}/v1\n${canonicalJson(document)}`);

/** The raw key stands behind the algorithm's byte in the line that names it. */
const rawKey = (publicKey: string): Buffer =>
  Buffer.from(publicKey.split('+').slice(2).join('+'), 'base64').subarray(1);

export const signDocument = <T>(kind: string, document: T, key: SigningKey): Signed<T> => {
  const privateKey = createPrivateKey({
    key: Buffer.from(key.privateKey, 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  return {
    document,
    signature: sign(null, bytesOf(kind, document), privateKey).toString('base64'),
    keyId: key.id,
    publicKey: rawKey(key.publicKey).toString('base64'),
  };
};

/** SubjectPublicKeyInfo of Ed25519 (RFC 8410), before the raw key. */
const spki = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether the signature fits the key beside it; whether that key is the appliance's is for the reader to compare. */
export const verifySigned = (kind: string, {document, signature, publicKey}: Signed<unknown>): boolean => {
  try {
    const key = createPublicKey({
      key: Buffer.concat([spki, Buffer.from(publicKey, 'base64')]),
      format: 'der',
      type: 'spki',
    });
    return verify(null, bytesOf(kind, document), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
};
