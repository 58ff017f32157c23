import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {isAbsolute, join} from 'node:path';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import {createUploads} from '../../kit/uploads.ts';
import {createActivation, type Target} from './activation.ts';
import {createModelFiles} from './files.ts';
import {createImport} from './import.ts';
import type {Known, ModelsDeps} from './models.deps.ts';
import type {HostOrder, Model, Overview, Task} from './models.schema.ts';
import {createModelStore, type Measured} from './models.store.ts';
import {createTasks, type Progress, type Work} from './tasks.ts';
import {beginUpload} from './uploads.ts';
import {modelViews} from './views.ts';

const serviceWord = {
  loading: 'loading',
  restarting: 'loading',
  ready: 'ready',
  failed: 'unavailable',
  closed: 'unavailable',
} as const;

const tampered = (name: string) =>
  new AppError(
    'conflict',
    'models.tampered',
    `The file of ${name} is not the one that was imported: its SHA-256 is another one. It is not used. Remove it and import it again.`,
  );

const bundledRow = (model: Model, now: string) => ({
  id: newId(),
  sha256: model.sha256,
  name: model.name,
  bundled: 1,
  kind: model.kind,
  architecture: model.architecture,
  size: model.size,
  ram: model.ram,
  licence: model.licence,
  languages: JSON.stringify(model.languages),
  source: model.source,
  imported_by: null,
  imported_at: now,
  verified_at: null,
  bench: null,
  accuracy: null,
});

/** Models an administrator brings: imported, checked, measured on this machine, put into service. */
export const createModels = (deps: ModelsDeps) => {
  const {storage, clock, host} = deps;
  const files = createModelFiles(deps.dataDirectory);
  const store = createModelStore(files.place());
  const tasks = createTasks(deps);
  const bring = createImport(deps, files, store);
  const uploads = createUploads({room: 'models', most: 2});
  const views = modelViews({...deps, files, store});

  const targetOf = ({sha256, name, ram, bundled}: Model): Target => ({
    sha256,
    name,
    ram,
    bundled,
    path: bundled ? deps.bundledPath : files.fileOf(sha256),
  });
  const find = async (id: string): Promise<Model> => {
    const found = (await views.list()).find(one => one.id === id);
    if (!found) throw new AppError('not_found', 'models.unknown', 'There is no such model here.');
    return found;
  };
  const findPresent = async (id: string): Promise<Model> => {
    const found = await find(id);
    if (found.present) return found;
    throw new AppError(
      'conflict',
      'models.file_gone',
      `The file of ${found.name} is gone. Remove it here, then import it again.`,
    );
  };
  const activation = createActivation({
    ...deps,
    files,
    bundled: async () => targetOf(await find('bundled')),
  });
  let serving = false;

  const start = (model: Model, kind: Task['kind'], work: Pick<Work, 'unit' | 'total' | 'run'>) =>
    tasks.start({kind, modelId: model.id, name: model.name, ...work});
  const audit = (actorId: string | null, action: string, {sha256, name}: Model, detail = {}) =>
    storage.transaction(trx =>
      deps.audit(trx, {actorId, action, subjectId: sha256, detail: {name, ...detail}}),
    );

  /** The bundled model gets a row with the first thing that is known of it. */
  const note = (model: Model, measured: Measured) =>
    storage.transaction(async trx => {
      if (model.bundled && !(await store.find(trx, model.sha256)))
        await store.insert(trx, bundledRow(model, clock.iso()));
      await store.note(trx, model.sha256, measured);
    });
  const hashOf = async (model: Model, progress: Progress, signal: AbortSignal): Promise<void> => {
    const hash = createHash('sha256');
    let done = 0;
    for await (const chunk of createReadStream(targetOf(model).path, {highWaterMark: 4 << 20})) {
      signal.throwIfAborted();
      hash.update(chunk as Buffer);
      done += (chunk as Buffer).length;
      progress(done, model.size);
    }
    if (hash.digest('hex') !== model.sha256) throw tampered(model.name);
  };
  const verify = (model: Model) =>
    start(model, 'verify', {
      unit: 'bytes',
      total: model.size,
      run: async (progress, signal) => {
        await hashOf(model, progress, signal);
        await deps.judge(targetOf(model).path);
        await note(model, {verified_at: clock.iso()});
        return `${model.name} is the file that was imported, byte for byte.`;
      },
    });

  /** In a process of its own beside the one that answers visitors. */
  const apart = async <Result>(
    model: Model,
    signal: AbortSignal,
    work: (running: ReturnType<ModelsDeps['open']>) => Promise<Result>,
  ): Promise<Result> => {
    activation.refuseTooHungry(model);
    const running = await activation.open(targetOf(model));
    const stop = () => void running.close();
    signal.addEventListener('abort', stop);
    try {
      await running.ready();
      return await work(running);
    } finally {
      signal.removeEventListener('abort', stop);
      await running.close();
    }
  };
  const bench = (model: Model) =>
    start(model, 'bench', {
      unit: 'turns',
      total: 1,
      run: (progress, signal) =>
        apart(model, signal, async running => {
          const measured = await deps.bench(running, targetOf(model).path, progress);
          await note(model, {bench: {...measured, at: clock.iso(), host}});
          return `${model.name} takes ${Math.round(measured.turnMs)} ms for a turn.`;
        }),
    });
  const measure = (model: Model, actorId: string | null) =>
    start(model, 'measure', {
      unit: 'dialogues',
      total: 1,
      run: (progress, signal) =>
        apart(model, signal, async running => {
          const measured = await deps.measure(running, progress, signal);
          // half of a run says nothing about the model
          if (measured.unanswered * 20 > measured.turns) {
            throw new AppError(
              'unavailable',
              'models.too_many_failures',
              `${model.name} gave no answer on ${measured.unanswered} of ${measured.turns} turns, so nothing was measured. Is this machine too slow for it, or too short of memory?`,
            );
          }
          const {version} = deps;
          await note(model, {accuracy: {...measured, at: clock.iso(), host, version}});
          const f1 = measured.f1?.toFixed(2) ?? 'none';
          await audit(actorId, 'model.measured', model, {f1, turns: measured.turns});
          return `${model.name}: F1 over facts ${f1}, on ${measured.dialogues} dialogues.`;
        }),
    });

  const refuseUnmeasured = (model: Model): void => {
    if (model.bundled || model.accuracy) return;
    throw new AppError(
      'conflict',
      'models.not_measured',
      `How accurate ${model.name} is was not measured on this machine, so it may not score visitors. Press “Measure accuracy” (or run \`crowlit model measure\`), look at the result, then activate it.`,
    );
  };
  const activate = (model: Model, actorId: string | null) => {
    refuseUnmeasured(model);
    const answers = deps.inService.info()?.sha256 === model.sha256;
    return start(model, 'activate', {
      unit: 'steps',
      total: 1,
      run: async (_progress, signal) => {
        // the process that opens it checks the hash again; here the reason is said in plain words
        await hashOf(model, () => undefined, signal);
        const way = !serving ? 'choose' : answers ? 'keep' : 'activate';
        await activation[way](targetOf(model));
        await audit(actorId, 'model.activated', model, {forNextStart: !serving});
        return serving
          ? `${model.name} answers visitors now.`
          : `${model.name} is loaded at the next start of the appliance.`;
      },
    });
  };

  const remove = async (id: string, actorId: string | null): Promise<void> => {
    const model = await find(id);
    if (model.bundled)
      throw new AppError(
        'conflict',
        'models.bundled',
        'The bundled model comes with the appliance and stays.',
      );
    const busy = tasks.current();
    if (busy?.state === 'running' && busy.modelId === id)
      throw new AppError(
        'conflict',
        'models.busy',
        `${model.name} is being worked with. Wait until that has ended.`,
      );
    const {sha256, before} = activation.choice();
    const held = sha256 === id || (deps.inService.onProbation() && before.sha256 === id);
    if (held)
      throw new AppError(
        'conflict',
        'models.in_use',
        `${model.name} answers visitors. Activate another model first, the bundled one for instance.`,
      );
    await storage.transaction(async trx => {
      await store.remove(trx, model.sha256);
      await deps.audit(trx, {
        actorId,
        action: 'model.removed',
        subjectId: model.sha256,
        detail: {name: model.name, sha256: model.sha256},
      });
    });
    await files.remove(model.sha256);
  };

  const importPath = (path: string, expected: string, actorId: string | null) =>
    tasks.start({
      kind: 'import',
      modelId: null,
      name: path.slice(path.lastIndexOf('/') + 1).slice(-120),
      unit: 'bytes',
      total: 1,
      run: async (progress, signal) => {
        const {name} = await bring.fromPath(path, {expected, actorId}, progress, signal);
        return `${name} is imported.`;
      },
    });

  const overview = async (): Promise<Overview> => {
    // as it stood before the rest is read: who sees it done sees what it did
    const task = structuredClone(tasks.current());
    const {sha256, problem} = activation.choice();
    const running = deps.inService.info();
    const models = await views.list();
    const answers = models.find(one => one.sha256 === running?.sha256);
    return {
      active: {
        modelId: answers?.id ?? null,
        name: answers?.name ?? running?.id ?? null,
        state: serviceWord[deps.inService.status().state],
        onProbation: deps.inService.onProbation(),
        chosen: sha256 ?? 'bundled',
        problem,
      },
      models,
      catalogue: (await deps.catalogue())
        .filter(({kind}) => kind === 'instruct')
        .map(({approximateSize, ...known}: Known) => ({...known, approximateSize: approximateSize ?? null})),
      importFolder: {path: files.importFolder, files: files.offered()},
      machine: {
        freeMemory: deps.memory().free,
        memory: deps.memory().total,
        freeDisk: await deps.freeDisk(files.folder),
        host,
      },
      task,
    };
  };

  /** A person writes the beginning of a hash, or the name. */
  const named = async (target: string | undefined): Promise<Model> => {
    const wanted = (target ?? '').trim().toLowerCase();
    const fits = (await views.list()).filter(
      ({id, sha256, name}) =>
        id === wanted || name.toLowerCase() === wanted || (wanted.length >= 6 && sha256.startsWith(wanted)),
    );
    const [model] = fits;
    if (model && fits.length === 1) return model;
    throw new AppError(
      'not_found',
      'models.unknown',
      fits.length > 1
        ? `“${target}” fits ${fits.length} models here: write the first 12 digits of the SHA-256.`
        : `There is no model “${target ?? ''}” here. \`crowlit model list\` shows what there is.`,
    );
  };

  const act = async (kind: Exclude<Task['kind'], 'import'>, model: Model, actorId: string | null) => {
    await findPresent(model.id);
    if (kind === 'verify') return verify(model);
    if (kind === 'bench') return bench(model);
    return kind === 'measure' ? measure(model, actorId) : activate(model, actorId);
  };

  return {
    overview,
    remove,
    uploads,
    beginUpload: beginUpload({files, bring, tasks, uploads}),
    act: async (kind: Exclude<Task['kind'], 'import'>, id: string, actorId: string | null): Promise<Task> => {
      const {task, result} = await act(kind, await find(id), actorId);
      result.catch(() => undefined);
      return task;
    },
    importOffered: (file: string, expected: string, actorId: string): Task => {
      const {task, result} = importPath(join(files.importFolder, file), expected, actorId);
      result.catch(() => undefined);
      return task;
    },
    /** What whoever holds the master key orders from the command line. Long work is begun; its end is in the overview. */
    order: async ({act: kind, target, sha256}: HostOrder): Promise<Overview> => {
      if (kind === 'import') {
        if (sha256 === undefined)
          throw new AppError(
            'invalid',
            'models.hash_needed',
            'Give the SHA-256 that the publisher shows for this file: --sha256 HEX. Without it nobody can tell whether the file is the one they made.',
          );
        if (target === undefined || !isAbsolute(target))
          throw new AppError('invalid', 'models.path_needed', 'Which file? Give its whole path.');
        importPath(target, sha256, null).result.catch(() => undefined);
      } else if (kind === 'remove') await remove((await named(target)).id, null);
      else if (kind !== 'list') {
        const {result} = await act(kind, await named(target), null);
        result.catch(() => undefined);
      }
      return overview();
    },
    /** Nothing is loaded for whoever only looks. */
    prepare: files.prepare,
    /** What was chosen takes over from the bundled model once it is loaded. */
    start: async (): Promise<void> => {
      files.prepare();
      serving = true;
      await activation.resume(async sha256 => targetOf(await findPresent(sha256)));
    },
    problem: (): string | null => activation.choice().problem,
    close: async (): Promise<void> => {
      await tasks.close();
      await activation.close();
    },
  };
};
export type Models = ReturnType<typeof createModels>;
