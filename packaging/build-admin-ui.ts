import {build, mergeConfig} from 'vite';
import config from '../admin-ui/vite.config.ts';

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
};

if (import.meta.main) await buildAdminUi();
