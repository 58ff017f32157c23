import {createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes} from 'node:crypto';
import {AppError} from '../kit/errors.ts';
import {randomPooled} from '../kit/random.ts';

/** AES-256-GCM (NIST SP 800-38D): version byte, 12-byte random nonce, ciphertext, 16-byte tag. */
const version = 1;
const versionByte = Buffer.of(version);
const nonceLength = 12;
const tagLength = 16;
const overhead = 1 + nonceLength + tagLength;

export const newKey = (): Buffer => randomBytes(32);

export const seal = (key: Buffer, plaintext: Buffer | string, associated: string): Buffer => {
  const nonce = randomPooled(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(associated));
  const body = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext);
  // GCM is a stream: nothing is left for the end
  cipher.final();
  return Buffer.concat([versionByte, nonce, body, cipher.getAuthTag()]);
};

/** By its form alone: whether it opens, only its key can tell. */
export const isSealed = (value: Buffer): boolean => value.length >= overhead && value[0] === version;

/** Throws AppError `storage.unsealable`: wrong key, moved to another row or column, or changed. */
export const unseal = (key: Buffer, sealed: Buffer, associated: string): Buffer => {
  try {
    if (!isSealed(sealed)) throw new Error('not a sealed value');
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + nonceLength), {
      authTagLength: tagLength,
    });
    decipher.setAAD(Buffer.from(associated));
    decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
    return Buffer.concat([
      decipher.update(sealed.subarray(1 + nonceLength, sealed.length - tagLength)),
      decipher.final(),
    ]);
  } catch (cause) {
    throw new AppError(
      'internal',
      'storage.unsealable',
      'A sealed value could not be opened: it was changed or moved.',
      {
        cause,
      },
    );
  }
};

/** A key for one use, derived with HKDF-SHA256 (RFC 5869). */
export const deriveKey = (key: Buffer, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', `crowlit/${use}`, 32));

/** A keyed index of a value: equal values meet, nobody without the key can try values out. */
export const blindIndex = (key: Buffer, value: string): string =>
  createHmac('sha256', key).update(value.normalize('NFKC').trim().toLowerCase()).digest('base64url');
