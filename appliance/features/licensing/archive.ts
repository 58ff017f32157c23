import {createHash} from 'node:crypto';
import {createReadStream, createWriteStream} from 'node:fs';
import {Writable} from 'node:stream';
import {ZipWriter} from '@zip.js/zip.js/lib/zip-core-native.js';

export type ArchiveFile = {name: string; rows: number; bytes: number; sha256: string};
export type Lines = AsyncIterable<string> | Iterable<string>;

/**
 * A zip archive under a passphrase (AES-256, WinZip AE-2), which 7-Zip, WinZip and others open without us. It is written as it
 * comes: neither a file of it nor the whole is ever in memory.
 */
export const createArchive = (path: string, passphrase: string) => {
  const target = createWriteStream(path, {mode: 0o600, flags: 'w'});
  const zip = new ZipWriter(Writable.toWeb(target) as WritableStream, {
    password: passphrase,
    encryptionStrength: 3,
    useWebWorkers: false,
    zip64: true,
  });
  const files: ArchiveFile[] = [];

  return {
    files,
    /** One file of lines. */
    add: async (name: string, lines: Lines): Promise<ArchiveFile> => {
      const hash = createHash('sha256');
      let rows = 0;
      let bytes = 0;
      const pieces = async function* (): AsyncGenerator<Uint8Array> {
        for await (const line of lines) {
          const piece = Buffer.from(`${line}\n`);
          hash.update(piece);
          rows += 1;
          bytes += piece.length;
          yield piece;
        }
      };
      await zip.add(name, ReadableStream.from<Uint8Array>(pieces()));
      const file = {name, rows, bytes, sha256: hash.digest('hex')};
      files.push(file);
      return file;
    },
    close: async (): Promise<void> => {
      await zip.close();
    },
    /** Lets go of a file that is not finished. */
    abandon: (): void => {
      target.destroy();
    },
  };
};

export const hashFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
};
