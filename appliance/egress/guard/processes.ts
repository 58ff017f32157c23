import module from 'node:module';
import {fileURLToPath} from 'node:url';
import workerThreads from 'node:worker_threads';
import {binding, replace} from './patch.ts';
import type {Rules} from './rules.ts';

type Functions = Record<string, (...args: unknown[]) => unknown>;
type SpawnOptions = {file?: unknown; args?: unknown; envPairs?: unknown};

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const inherited = (): string[] => Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
/** The handle was given one object until Node 25, file, arguments, directory and environment since. */
const spawnOptions = ([first, args, , envPairs]: unknown[]): SpawnOptions =>
  typeof first === 'string' ? {file: first, args, envPairs} : (first ?? {});

/** A new program, thread or native library is not under this guard: only our own ones start. */
export const guardProcesses = (rules: Rules): void => {
  // spawn, exec, execFile, fork and cluster all come through the handle, and so do their synchronous sisters
  replace(
    binding('process_wrap').Process.prototype,
    'spawn',
    original =>
      function (this: unknown, ...given: unknown[]) {
        const {file, args, envPairs} = spawnOptions(given);
        const env = Array.isArray(envPairs) ? strings(envPairs) : inherited();
        if (rules.mayRun(String(file), strings(args), env)) return original.apply(this, given);
        throw rules.refuse(`starting the program ${String(file).slice(0, 120)}`);
      },
  );
  replace(binding('spawn_sync'), 'spawn', () => (options: unknown) => {
    throw rules.refuse(`starting the program ${String((options as SpawnOptions).file).slice(0, 120)}`);
  });
  replace(process as unknown as Functions, 'execve', () => (file: unknown) => {
    throw rules.refuse(`becoming the program ${String(file).slice(0, 120)}`);
  });

  const ours = new WeakSet<object>();
  const {Worker} = workerThreads;
  const pathOf = (file: string | URL): string =>
    typeof file === 'string' ? file : file.protocol === 'file:' ? fileURLToPath(file) : '';
  class GuardedWorker extends Worker {
    constructor(file: string | URL, options?: ConstructorParameters<typeof Worker>[1]) {
      if (options?.eval === true || !rules.mayThread(pathOf(file))) {
        throw rules.refuse(
          `a worker thread (${options?.eval === true ? 'code given as text' : String(file).slice(0, 120)})`,
        );
      }
      super(file, options);
      ours.add(this);
    }
  }
  Object.defineProperty(GuardedWorker, 'name', {value: 'Worker'});
  workerThreads.Worker = GuardedWorker;
  // who took the class before the guard came gets a thread that is ended as it begins
  process.on('worker', worker => {
    if (ours.has(worker)) return;
    rules.refuse('a worker thread');
    void worker.terminate();
  });
  // loader hooks run in a thread of their own
  replace(module as unknown as Functions, 'register', () => () => {
    throw rules.refuse('module.register');
  });

  // node:ffi calls any C function, connect(2) among them. Loading it warns that it is experimental: we only lock it.
  const warnings = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  process.emitWarning = () => {};
  const ffi = process.getBuiltinModule('node:ffi' as 'node:os') as unknown as Functions | undefined;
  if (warnings) Object.defineProperty(process, 'emitWarning', warnings);
  for (const name of ['dlopen', 'dlsym', 'DynamicLibrary']) {
    if (!ffi) break;
    replace(
      ffi,
      name,
      () =>
        function () {
          throw rules.refuse('node:ffi');
        },
    );
  }

  // the door that the guard itself came through
  const closed = new Set([
    'tcp_wrap',
    'pipe_wrap',
    'udp_wrap',
    'cares_wrap',
    'process_wrap',
    'spawn_sync',
    'tls_wrap',
  ]);
  replace(process as unknown as Functions, 'binding', original => (name: unknown) => {
    if (closed.has(String(name))) throw rules.refuse(`process.binding("${String(name)}")`);
    return original.call(process, name);
  });
};
