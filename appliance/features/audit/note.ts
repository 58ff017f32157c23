import {createHash, createPrivateKey, generateKeyPairSync, sign} from 'node:crypto';

/**
 * Signed notes and checkpoints as C2SP specifies them (signed-note, tlog-checkpoint): text that any transparency-log tool
 * reads. Signatures are Ed25519.
 */
export type SigningKey = {
  /** The log's own name; each of its keys has it. */
  name: string;
  /** The first four bytes of the key's hash, hex. */
  id: string;
  /** `name+id+key`: one line for whoever verifies. */
  publicKey: string;
  /** PKCS #8, base64. */
  privateKey: string;
};

const ed25519 = Buffer.of(1);
/** A raw Ed25519 key stands at the end of its SubjectPublicKeyInfo (RFC 8410). */
const rawLength = 32;

export const newSigningKey = (name: string): SigningKey => {
  const pair = generateKeyPairSync('ed25519');
  const key = Buffer.concat([
    ed25519,
    pair.publicKey.export({format: 'der', type: 'spki'}).subarray(-rawLength),
  ]);
  const id = createHash('sha256').update(`${name}\n`).update(key).digest('hex').slice(0, 8);
  return {
    name,
    id,
    publicKey: `${name}+${id}+${key.toString('base64')}`,
    privateKey: pair.privateKey.export({format: 'der', type: 'pkcs8'}).toString('base64'),
  };
};

/** Several keys sign where one hands over to the next. The time is part of what is signed. */
export const signCheckpoint = (
  {size, root, at}: {size: number; root: Buffer; at: string},
  keys: readonly [SigningKey, ...SigningKey[]],
): string => {
  const text = `${keys[0].name}\n${size}\n${root.toString('base64')}\ntime ${at}\n`;
  const signatures = keys.map(({name, id, privateKey}) => {
    const key = createPrivateKey({key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8'});
    const signature = Buffer.concat([Buffer.from(id, 'hex'), sign(null, Buffer.from(text), key)]);
    return `\u2014 ${name} ${signature.toString('base64')}\n`;
  });
  return `${text}\n${signatures.join('')}`;
};
