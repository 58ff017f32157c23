import {execFile} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const library = join(root, 'node_modules/node-llama-cpp/llama');
const platform = `${process.platform}-${process.arch}`;
const bins = join(root, 'node_modules/@node-llama-cpp', platform, 'bins', platform);

export type Speed = {sequences: number; promptPerSecond: number; generatedPerSecond: number};

/**
 * llama.cpp's own benchmark of batches, compiled from the source inside node-llama-cpp and linked with the very libraries
 * the product runs on: what differs is only who calls them. Kept in `.cache/`.
 */
export const nativeBenchmark = async (): Promise<string> => {
  const {tag} = JSON.parse(readFileSync(join(library, 'llama.cpp.info.json'), 'utf8')) as {tag: string};
  const folder = join(root, '.cache', `native-llama-${tag}`);
  const program = join(folder, 'llama-batched-bench');
  if (existsSync(program)) return program;
  const source = mkdtempSync(join(tmpdir(), 'crowlit-llama-'));
  try {
    await run('git', ['clone', '--quiet', join(library, 'gitRelease.bundle'), source]);
    rmSync(folder, {recursive: true, force: true});
    mkdirSync(folder, {recursive: true});
    const shared = readdirSync(bins).filter(name => name.endsWith('.so'));
    // the kernels for this processor are looked for beside the program
    for (const name of shared) symlinkSync(join(bins, name), join(folder, name));
    await run('g++', [
      '-O2',
      '-std=c++17',
      '-o',
      `${program}.new`,
      ...['include', 'ggml/include', 'common', 'vendor'].flatMap(path => ['-I', join(source, path)]),
      ...['batched-bench.cpp', 'main.cpp'].map(name => join(source, 'tools/batched-bench', name)),
      ...shared.filter(name => !name.includes('-cpu-')).map(name => join(folder, name)),
      '-Wl,-rpath,$ORIGIN',
    ]);
    await run('mv', [`${program}.new`, program]);
    return program;
  } finally {
    rmSync(source, {recursive: true, force: true});
  }
};

export const measureNative = async (
  program: string,
  work: {model: string; threads: number; sequences: readonly number[]; prompt: number; generated: number},
): Promise<Speed[]> => {
  const {stdout} = await run(
    program,
    Object.entries({
      '-m': work.model,
      '-t': work.threads,
      '-tb': work.threads,
      '-ngl': 0,
      '-c': Math.max(...work.sequences) * (work.prompt + work.generated) + 512,
      '-npp': work.prompt,
      '-ntg': work.generated,
      '-npl': work.sequences.join(','),
      '--output-format': 'jsonl',
    }).flatMap(([name, value]) => [name, String(value)]),
    {maxBuffer: 1 << 24},
  );
  return stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => {
      const {pl, speed_pp, speed_tg} = JSON.parse(line) as Record<string, number>;
      return {sequences: pl ?? 0, promptPerSecond: speed_pp ?? 0, generatedPerSecond: speed_tg ?? 0};
    });
};
