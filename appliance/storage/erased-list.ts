import {appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync} from 'node:fs';
import {writeWhole} from './files.ts';

export type Erased = {id: string; at: string};

/**
 * Whose key was destroyed, in a file beside the key store: should the key store be lost and a copy of it put back, nobody
 * comes back with it. Ids of persons and times, and nothing else.
 */
export const erasedList = (file: string) => {
  const read = (): Erased[] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .flatMap(line => {
            const [at, id] = line.split(' ');
            return at && id ? [{id, at}] : [];
          })
      : [];
  return {
    read,
    /** On the disk when this returns: the keys are destroyed after it. */
    add: (personIds: readonly string[], at: string): void => {
      const handle = openSync(file, 'a', 0o600);
      try {
        appendFileSync(handle, personIds.map(id => `${at} ${id}\n`).join(''));
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    },
    /** Who was erased before every copy that is left can be in none of them. */
    dropBefore: (before: string): void => {
      const all = read();
      const left = all.filter(({at}) => at >= before);
      if (left.length < all.length) writeWhole(file, left.map(({id, at}) => `${at} ${id}\n`).join(''));
    },
  };
};
export type ErasedList = ReturnType<typeof erasedList>;
