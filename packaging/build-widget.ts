/** Builds what a visitor's browser loads: the loader under its stable name, the frame's files under hashed ones. */
import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {basename, join, resolve} from 'node:path';
import {brotliCompressSync, constants} from 'node:zlib';
import {build, transform} from 'esbuild';
import type {WidgetManifest} from '../appliance/features/sites/widget-frame.ts';

const source = join(import.meta.dirname, '../appliance/widget');

/** Beside each text file its brotli form, at a quality no server has the time for. */
const precompress = async (folder: string, names: string[]) => {
  for (const name of names) {
    const content = await readFile(join(folder, name));
    const options = {params: {[constants.BROTLI_PARAM_SIZE_HINT]: content.length}};
    await writeFile(join(folder, `${name}.br`), brotliCompressSync(content, options));
  }
};

export const buildWidget = async ({outDir}: {outDir: string}): Promise<WidgetManifest> => {
  const out = resolve(outDir);
  await rm(out, {recursive: true, force: true});
  await mkdir(join(out, 'assets'), {recursive: true});

  const css = await transform(await readFile(join(source, 'loader/loader.css'), 'utf8'), {
    loader: 'css',
    minify: true,
    target: 'safari15',
  });
  await build({
    entryPoints: [join(source, 'loader/loader.ts')],
    outfile: join(out, 'widget.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    // a custom property's value keeps its leading space, and every byte is loaded on every page
    define: {LOADER_CSS: JSON.stringify(css.code.trim().replaceAll(/(--\w+): /g, '$1:'))},
    legalComments: 'none',
    charset: 'utf8',
  });

  const {metafile} = await build({
    entryPoints: ['frame/frame.tsx', 'frame/frame.css', 'demo/demo.css'],
    outdir: join(out, 'assets'),
    absWorkingDir: source,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022', 'safari15.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
  });
  const find = (entry: string) => {
    const [path] = Object.entries(metafile.outputs).find(([, {entryPoint}]) => entryPoint === entry) ?? [];
    if (!path) throw new Error(`The widget's build has nothing for ${entry}.`);
    return `assets/${basename(path)}`;
  };
  const manifest: WidgetManifest = {
    script: find('frame/frame.tsx'),
    style: find('frame/frame.css'),
    demoStyle: find('demo/demo.css'),
  };
  await writeFile(join(out, 'manifest.json'), JSON.stringify(manifest, null, 2));
  await writeFile(join(out, 'demo.html'), await readFile(join(source, 'demo/demo.html')));
  await precompress(out, ['widget.js']);
  await precompress(join(out, 'assets'), await readdir(join(out, 'assets')));
  return manifest;
};

if (import.meta.main) {
  const manifest = await buildWidget({outDir: process.argv[2] ?? 'build/widget'});
  process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
}
