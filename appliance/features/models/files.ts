import {randomBytes} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {type FileHandle, open, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {type Choice, choicePath, readChoice} from './choice.ts';

/** Where models lie: `models/<sha256>.gguf`; and `import/`, for files that somebody on the host puts there. */
export const createModelFiles = (dataDirectory: string) => {
  const folder = join(dataDirectory, 'models');
  const importFolder = join(dataDirectory, 'import');
  const fileOf = (sha256: string): string => join(folder, `${sha256}.gguf`);
  const make = (path: string): void => void mkdirSync(path, {recursive: true, mode: 0o700});

  /** A rename lasts once the folder is on the disk. */
  const flushFolder = async (): Promise<void> => {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  };

  return {
    folder,
    importFolder,
    fileOf,
    isPresent: (sha256: string): boolean => existsSync(fileOf(sha256)),
    /** Throws away what an import that was cut off left. */
    prepare: (): void => {
      make(folder);
      make(importFolder);
      for (const name of readdirSync(folder)) if (name.endsWith('.part')) rmSync(join(folder, name));
    },
    /** Names this data directory among those that share one database. */
    place: (): string => {
      const path = join(folder, 'place');
      make(folder);
      if (!existsSync(path)) writeFileSync(path, randomBytes(16).toString('hex'), {mode: 0o600});
      return readFileSync(path, 'utf8').trim();
    },
    offered: (): {name: string; size: number}[] =>
      existsSync(importFolder)
        ? readdirSync(importFolder, {withFileTypes: true})
            .filter(entry => entry.isFile() && /\.gguf$/i.test(entry.name))
            .slice(0, 200)
            .map(({name}) => ({name, size: statSync(join(importFolder, name)).size}))
        : [],
    newPart: async (): Promise<{path: string; handle: FileHandle}> => {
      make(folder);
      const path = join(folder, `${randomBytes(8).toString('hex')}.part`);
      return {path, handle: await open(path, 'wx', 0o600)};
    },
    keep: async (part: string, sha256: string): Promise<void> => {
      await rename(part, fileOf(sha256));
      await flushFolder();
    },
    remove: (sha256: string): Promise<void> => rm(fileOf(sha256), {force: true}),
    choice: (): Choice => readChoice(dataDirectory),
    choose: async (choice: Choice): Promise<void> => {
      make(folder);
      const path = choicePath(dataDirectory);
      const handle = await open(`${path}.new`, 'w', 0o600);
      try {
        await handle.writeFile(`${JSON.stringify(choice)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(`${path}.new`, path);
      await flushFolder();
    },
  };
};
export type ModelFiles = ReturnType<typeof createModelFiles>;
