import {createPrivateKey, createPublicKey, sign, verify} from 'node:crypto';
import type {SigningKey} from './note.ts';

/** A document with the appliance's word for it; `keyId` and `publicKey` are those of the audit log's key. */
export type Signed<T> = {
  document: T;
  signature: string /* base64 */;
  keyId: string;
  publicKey: string /* base64 raw Ed25519 */;
};

/** JSON in one form only: keys in order, no spaces. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(one => canonicalJson(one ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${canonicalJson(one)}`).join(',')}}`;
};

/** What kind of document it is belongs to what is signed: none passes for another. */
const bytesOf = (kind: string, document: unknown): Buffer =>
  Buffer.from(`crowlit/${kind}/v1\n${canonicalJson(document)}`);

const rawKey = (key: SigningKey): string =>
  Buffer.from(key.publicKey.split('+').slice(2).join('+'), 'base64').subarray(1).toString('base64');

export const signDocument = <T>(key: SigningKey, kind: string, document: T): Signed<T> => ({
  document,
  signature: sign(
    null,
    bytesOf(kind, document),
    createPrivateKey({key: Buffer.from(key.privateKey, 'base64'), format: 'der', type: 'pkcs8'}),
  ).toString('base64'),
  keyId: key.id,
  publicKey: rawKey(key),
});

const spki = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether the key that it names signed it. Whether that key is the appliance's, its holder compares. */
export const verifySigned = (kind: string, {document, signature, publicKey}: Signed<unknown>): boolean => {
  try {
    const raw = Buffer.from(publicKey, 'base64');
    if (raw.length !== 32) return false;
    const key = createPublicKey({key: Buffer.concat([spki, raw]), format: 'der', type: 'spki'});
    return verify(null, bytesOf(kind, document), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
};
