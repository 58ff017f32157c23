import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {brotliCompress} from 'node:zlib';
import {build, mergeConfig} from 'vite';
import config from '../admin-ui/vite.config.ts';

/** Compressed once here, as small as it gets, instead of at every request. */
const compress = async (directory: string): Promise<void> => {
  for (const name of await readdir(directory)) {
    if (!/\.(?:js|css|svg)$/.test(name)) continue;
    const file = join(directory, name);
    const content = await readFile(file);
    if (content.length > 1024) await writeFile(`${file}.br`, await promisify(brotliCompress)(content));
  }
};

/** Builds the console into `outDir` (default: build/admin-ui): index.html plus hashed files under assets/. */
export const buildAdminUi = async ({outDir}: {outDir?: string} = {}): Promise<void> => {
  await build(
    mergeConfig(config, {
      configFile: false,
      logLevel: 'warn',
      mode: 'production',
      ...(outDir === undefined ? {} : {build: {outDir}}),
    }),
  );
  await compress(join(outDir ?? config.build?.outDir ?? '', 'assets'));
};

if (import.meta.main) await buildAdminUi();
