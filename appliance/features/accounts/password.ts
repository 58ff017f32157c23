import {type Argon2Parameters, argon2, randomBytes, timingSafeEqual} from 'node:crypto';
import {promisify} from 'node:util';

const derive = promisify<'argon2id', Argon2Parameters, Buffer>(argon2 as never);

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. */
const current = {memory: 19_456, passes: 2, parallelism: 1};
const tagLength = 32;

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
const encode = (salt: Buffer, tag: Buffer): string =>
  `$argon2id$v=19$m=${current.memory},t=${current.passes},p=${current.parallelism}$${base64(salt)}$${base64(tag)}`;

/** The same password typed on another keyboard may come in another Unicode form. */
const bytesOf = (password: string): Buffer => Buffer.from(password.normalize('NFKC'));

/** A PHC string, which carries its own parameters, so that they can be raised later. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16);
  return encode(
    salt,
    await derive('argon2id', {message: bytesOf(password), nonce: salt, tagLength, ...current}),
  );
};

/** Nobody's: verified against when the address is unknown, so that the answer takes as long. */
const nobody = encode(randomBytes(16), randomBytes(tagLength));

const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export const verifyPassword = async (hash: string | null | undefined, password: string): Promise<boolean> => {
  const parts = phc.exec(hash ?? nobody);
  if (!parts) return false;
  const [, memory, passes, parallelism, salt = '', tag = ''] = parts;
  const expected = Buffer.from(tag, 'base64');
  const actual = await derive('argon2id', {
    message: bytesOf(password),
    nonce: Buffer.from(salt, 'base64'),
    tagLength: expected.length,
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  });
  return timingSafeEqual(actual, expected) && hash !== null && hash !== undefined;
};
