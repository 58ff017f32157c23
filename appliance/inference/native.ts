import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import type {Llama} from 'node-llama-cpp';
import type {RenderTemplate} from './chat.ts';

const require = createRequire(import.meta.url);

type CreateLlama = {Llama: {_create: (options: Record<string, unknown>) => Promise<Llama>}};

/**
 * Opens llama.cpp for this processor. `getLlama` would first start a child process to try the binary, and this process
 * may start none: it is itself the process that may die. So the step after that trial is called directly; it is internal
 * to node-llama-cpp, whose version is pinned, and the contract test notices when it changes.
 */
export const openLlama = async (threads: number): Promise<Llama> => {
  const platform = `${process.platform}-${process.arch}`;
  const library = dirname(dirname(require.resolve('node-llama-cpp')));
  const bins = join(dirname(library), '@node-llama-cpp', platform, 'bins', platform);
  const buildMetadata = JSON.parse(readFileSync(join(bins, '_nlcBuildMetadata.json'), 'utf8')) as {
    buildOptions: {customCmakeOptions: unknown};
  };
  buildMetadata.buildOptions.customCmakeOptions = new Map();
  const internal = pathToFileURL(join(library, 'dist/bindings/Llama.js')).href;
  const [{Llama}, {LlamaLogLevel}] = await Promise.all([
    import(internal) as Promise<CreateLlama>,
    import('node-llama-cpp'),
  ]);
  return await Llama._create({
    bindings: require(join(bins, 'llama-addon.node')) as unknown,
    bindingPath: join(bins, 'llama-addon.node'),
    buildType: 'prebuilt',
    buildMetadata,
    logLevel: LlamaLogLevel.error,
    logger: () => {},
    // Threads must be named: left alone, the library asks for more than there are cores and is hundreds of times slower.
    maxThreads: threads,
    vramPadding: 0,
    ramPadding: 0,
    debug: false,
    tempDir: false,
  });
};

type Renderers = {_bindings: {AddonJinjaRenderer: new (template: string) => {render: RenderTemplate}}};

/** llama.cpp's own reader of chat templates; internal to node-llama-cpp as well. */
export const templateRenderer = (llama: Llama, template: string): RenderTemplate => {
  const {AddonJinjaRenderer} = (llama as unknown as Renderers)._bindings;
  const renderer = new AddonJinjaRenderer(template);
  return values => renderer.render(values);
};
