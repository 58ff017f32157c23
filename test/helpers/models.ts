import {createHash} from 'node:crypto';
import {readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import type {Candidate} from '../../appliance/inference/index.ts';
import type {Overview} from '../../appliance/features/models/models.schema.ts';
import {AppError} from '../../appliance/kit/errors.ts';
import type {Outside} from '../../appliance/appliance.ts';
import type {Api} from './clients.ts';
import {startAppliance, type StartOptions} from './start.ts';

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
export const place = (folder: string, name: string, bytes: Buffer): {path: string; sha256: string} => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return {path, sha256: sha256Of(bytes)};
};

/** As the page sends it: in pieces. Answers with the last status. */
export const upload = async (
  base: string,
  admin: Api,
  bytes: Buffer,
  {sha256 = sha256Of(bytes), name = 'brought.gguf', size = bytes.length, pieces = 3} = {},
): Promise<{status: number; code: string | undefined}> => {
  type Answer = {error?: {code: string}; uploadId: string};
  const begun = await admin.request<Answer>('POST', '/api/admin/model-uploads', {name, size, sha256});
  if (begun.status !== 201) return {status: begun.status, code: begun.body.error?.code};
  const length = Math.ceil(bytes.length / pieces);
  let last: {status: number; code: string | undefined} = {status: 0, code: undefined};
  for (let offset = 0; offset < bytes.length; offset += length) {
    const answer = await fetch(`${base}/api/admin/model-uploads/${begun.body.uploadId}?offset=${offset}`, {
      method: 'PUT',
      headers: {
        cookie: admin.cookie,
        origin: base,
        'x-csrf-token': admin.csrfToken,
        'content-type': 'application/octet-stream',
      },
      body: new Uint8Array(bytes.subarray(offset, offset + length)),
    });
    last = {status: answer.status, code: ((await answer.json()) as Answer).error?.code};
    if (answer.status !== 200) break;
  }
  return last;
};

/** Resolves with the overview once no work is under way and it fits. */
export const settled = async (
  admin: Api,
  fits: (overview: Overview) => boolean = () => true,
): Promise<Overview> => {
  for (;;) {
    const overview = await admin.call<Overview>('GET', '/api/admin/models');
    if (overview.task?.state !== 'running' && fits(overview)) return overview;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
};

/** A model that answers at once, and ends when it is told to. */
export const fakeModel = (id: string, options: {neverLoads?: boolean; loading?: Promise<void>} = {}) => {
  let state: ReturnType<Candidate['status']>['state'] = options.neverLoads ? 'failed' : 'ready';
  const listeners = new Set<(state: ReturnType<Candidate['status']>['state']) => void>();
  const become = (next: typeof state) => {
    state = next;
    for (const listener of listeners) listener(next);
  };
  const gone = () => new AppError('unavailable', 'llm.unavailable', 'The inference process ended.');
  let asked = 0;
  const model: Candidate = {
    info: () => (state === 'ready' ? {id, sha256: id, kind: 'labelling'} : undefined),
    status: () => ({state, ...(state === 'ready' ? {} : {problem: {message: `${id} ended with SIGSEGV.`}})}),
    ready: () => (options.neverLoads ? Promise.reject(gone()) : (options.loading ?? Promise.resolve())),
    onState: listener => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    point: () => {
      if (state !== 'ready') return Promise.reject(gone());
      asked += 1;
      return Promise.resolve({spans: [], intents: [], authority: null});
    },
    close: async () => become('closed'),
  };
  return {
    model,
    die: () => become('restarting'),
    fail: () => become('failed'),
    asked: () => asked,
    state: () => state,
  };
};
export type FakeModel = ReturnType<typeof fakeModel>;

/** Models whose processes a test holds in its hand, by the name in their file. */
export const heldModels = (options: Omit<NonNullable<Outside['models']>, 'open'> = {}) => {
  const opened: FakeModel[] = [];
  let loading: Promise<void> | undefined;
  return {
    opened,
    /** The next one loads until it is let go. */
    holdNext: (): (() => void) => {
      const held = Promise.withResolvers<void>();
      loading = held.promise;
      return held.resolve;
    },
    outside: {
      ...options,
      open: (_path: string, {sha256}: {sha256: string}) => {
        const fake = fakeModel(sha256, loading ? {loading} : {});
        loading = undefined;
        opened.push(fake);
        return fake.model;
      },
    } satisfies Outside['models'],
  };
};

export const plenty = () => ({free: 64e9, total: 64e9});
export type Refusal = {error: {code: string; message: string}};

/** An appliance with the bundled model, and an administrator who brings others. */
export const startWithModels = async (t: ExecutionContext, options: StartOptions = {}) => {
  const appliance = await startAppliance(t, {model: 'bundled', models: {memory: plenty}, ...options});
  const admin = await appliance.administrator();
  const act = (id: string, what: string) => admin.request<Refusal>('POST', `/api/admin/models/${id}/${what}`);
  const done = async (id: string, what: string): Promise<Overview> => {
    const {status, body} = await act(id, what);
    t.is(status, 202, JSON.stringify(body));
    return settled(admin);
  };
  const offer = (bytes: Buffer, name = 'brought.gguf') => {
    const folder = join(appliance.directory, 'import');
    return place(folder, name, bytes);
  };
  const bring = async (bytes: Buffer, sha256 = sha256Of(bytes)): Promise<Overview> => {
    offer(bytes);
    const answer = await admin.request('POST', '/api/admin/model-imports', {file: 'brought.gguf', sha256});
    t.is(answer.status, 202);
    return settled(admin);
  };
  const left = () => readdirSync(join(appliance.directory, 'models')).filter(name => /part|gguf$/.test(name));
  return {appliance, admin, act, done, offer, bring, left};
};
