import {randomInt} from 'node:crypto';
import {hashPassword, verifyPassword} from './password.ts';

/** Crockford's: no letter that is taken for a digit. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const howMany = 10;
const lengthOfCode = 10;

/** Ten codes of 50 random bits each, as they are shown: `7k2fq-9xw4d`. */
export const newRecoveryCodes = (): string[] =>
  Array.from({length: howMany}, () => {
    const code = Array.from({length: lengthOfCode}, () => alphabet[randomInt(alphabet.length)]).join('');
    return `${code.slice(0, 5)}-${code.slice(5)}`;
  });

/** As somebody may type it: capitals, spaces, the letters that look like digits. */
export const plainCode = (typed: string): string =>
  typed
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1');

/** With fewer than 112 bits they are kept like passwords (ASVS 5, 6.5.2). */
export const hashRecoveryCodes = (codes: readonly string[]): Promise<string[]> =>
  Promise.all(codes.map(code => hashPassword(plainCode(code))));

/** One after the other: the first that fits ends it, and each takes 19 MiB. */
export const findRecoveryCode = async (
  rows: readonly {id: string; code_hash: string}[],
  typed: string,
): Promise<string | undefined> => {
  const code = plainCode(typed);
  if (code.length !== lengthOfCode) return undefined;
  for (const {id, code_hash} of rows) if (await verifyPassword(code_hash, code)) return id;
  return undefined;
};
