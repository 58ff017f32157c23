import {createPrivateKey, createPublicKey, sign, verify} from 'node:crypto';
import type {SigningKey} from './note.ts';

/** A document that the appliance answers for: who has it and the public key can check it alone. */
export type Signed<T> = {
  document: T;
  signature: string /* base64 */;
  keyId: string;
  publicKey: string /* base64 raw Ed25519 */;
};

/** JSON with its keys sorted and no spaces: the same content is the same bytes. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(one => canonical(one ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
    .join(',')}}`;
};

const bytesOf = (kind: string, document: unknown): Buffer =>
  Buffer.from(`crowlit/${kind}/v1\n${canonical(document)}`);

/** A raw Ed25519 key stands at the end of its SubjectPublicKeyInfo (RFC 8410), behind these bytes. */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');

export const signDocument = <T>(key: SigningKey, kind: string, document: T): Signed<T> => ({
  document,
  signature: sign(
    null,
    bytesOf(kind, document),
    createPrivateKey({key: Buffer.from(key.privateKey, 'base64'), format: 'der', type: 'pkcs8'}),
  ).toString('base64'),
  keyId: key.id,
  // name+id+key; the key's first byte names its kind
  publicKey: Buffer.from(key.publicKey.split('+').slice(2).join('+'), 'base64')
    .subarray(1)
    .toString('base64'),
});

export const verifySigned = (kind: string, signed: Signed<unknown>): boolean => {
  try {
    const key = createPublicKey({
      key: Buffer.concat([spkiHead, Buffer.from(signed.publicKey, 'base64')]),
      format: 'der',
      type: 'spki',
    });
    return verify(null, bytesOf(kind, signed.document), key, Buffer.from(signed.signature, 'base64'));
  } catch {
    return false;
  }
};
