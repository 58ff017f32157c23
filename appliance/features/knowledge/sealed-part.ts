import {createCipheriv, createDecipheriv, randomBytes} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {open, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline, type Readable} from 'node:stream';

/**
 * A file that waits to be read, under a key that only this process's memory holds: what a crash or a stolen disk leaves is
 * noise.
 */
export const openSealedPart = async (folder: string) => {
  const path = join(folder, `${randomBytes(8).toString('hex')}.part`);
  const key = randomBytes(32);
  const start = randomBytes(16);
  const cipher = createCipheriv('aes-256-ctr', key, start);
  const handle = await open(path, 'wx', 0o600);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    write: (content: Buffer): Promise<void> => handle.writeFile(cipher.update(content)),
    close,
    read: (): Readable => {
      const plain = createDecipheriv('aes-256-ctr', key, start);
      // whoever reads sees the error on what is read
      pipeline(createReadStream(path), plain, () => undefined);
      return plain;
    },
    discard: async (): Promise<void> => {
      await close();
      await rm(path, {force: true});
    },
  };
};
export type SealedPart = Awaited<ReturnType<typeof openSealedPart>>;
