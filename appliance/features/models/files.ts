import {randomBytes} from 'node:crypto';
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {type FileHandle, open, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';

/** Where models lie: `models/<sha256>.gguf`, and `import/` for files that somebody with access to the host puts there. */
export const createModelFiles = (dataDirectory: string) => {
  const folder = join(dataDirectory, 'models');
  const importFolder = join(dataDirectory, 'import');
  const choiceFile = join(folder, 'active.json');

  const make = (path: string): void => {
    mkdirSync(path, {recursive: true, mode: 0o700});
    chmodSync(path, 0o700);
  };
  const fileOf = (sha256: string): string => join(folder, `${sha256}.gguf`);
  /** A rename lasts once the folder is on the disk. */
  const flushFolder = async (): Promise<void> => {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  };
  const writeWhole = async (path: string, content: string): Promise<void> => {
    const fresh = `${path}.new`;
    const handle = await open(fresh, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, path);
    await flushFolder();
  };

  return {
    folder,
    importFolder,
    fileOf,
    isPresent: (sha256: string): boolean => existsSync(fileOf(sha256)),
    /** Makes the folders and throws away what an import that was cut off left. */
    prepare: (): void => {
      make(folder);
      make(importFolder);
      for (const name of readdirSync(folder)) if (name.endsWith('.part')) rmSync(join(folder, name));
    },
    /** Names this data directory among those of one database. */
    place: (): string => {
      const path = join(folder, 'place');
      make(folder);
      if (!existsSync(path)) {
        const id = randomBytes(16).toString('hex');
        // not yet shared with anybody: the data directory is held by one process
        mkdirSync(folder, {recursive: true});
        writePlain(path, id);
        return id;
      }
      return readFileSync(path, 'utf8').trim();
    },
    offered: (): {name: string; size: number}[] =>
      existsSync(importFolder)
        ? readdirSync(importFolder, {withFileTypes: true})
            .filter(entry => entry.isFile() && /\.gguf$/i.test(entry.name))
            .map(({name}) => ({name, size: statSync(join(importFolder, name)).size}))
            .slice(0, 200)
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
      await writeWhole(choiceFile, `${JSON.stringify(choice)}\n`);
    },
  };
};
export type ModelFiles = ReturnType<typeof createModelFiles>;
