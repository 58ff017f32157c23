import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';

/**
 * The 5,000 commonest passwords that are long enough here (ASVS 5, 6.2.4), of ten million that became known: the first of 12
 * characters and more in `10-million-password-list-top-1000000.txt` of SecLists (Copyright Daniel Miessler, MIT licence), in
 * lower case. Each line is the beginning of one's SHA-256, since nobody needs to read them.
 */
const file = new URL('./common-passwords.txt', import.meta.url);
const digestOf = (password: string): string =>
  createHash('sha256')
    .update(password.normalize('NFKC').toLowerCase())
    .digest()
    .subarray(0, 6)
    .toString('base64url');

let known: ReadonlySet<string> | undefined;
/** Among the first that anybody tries, however it is capitalised. */
export const isCommonPassword = (password: string): boolean => {
  known ??= new Set(readFileSync(file, 'utf8').trim().split('\n'));
  return known.has(digestOf(password));
};
