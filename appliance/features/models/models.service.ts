import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {join} from 'node:path';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import {createUploads} from '../../kit/uploads.ts';
import {createActivation} from './activation.ts';
import {createEmbedding} from './embedding.ts';
import {createModelFiles} from './files.ts';
import {createImport} from './import.ts';
import {createMirror} from './mirror.ts';
import type {Known, ModelsDeps} from './models.deps.ts';
import type {MirrorInput, Model, Overview, ServerInput, Task} from './models.schema.ts';
import {createModelStore, type Measured} from './models.store.ts';
import {createModelServer} from './server.ts';
import type {Subject} from './subject.ts';
import {createOrders} from './orders.ts';
import {createTasks} from './tasks.ts';
import {createTrials} from './trials.ts';
import {beginUpload} from './uploads.ts';
import {modelViews} from './views.ts';

type Act = Exclude<Task['kind'], 'import'>;

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
  const mirror = createMirror({...deps, files, bring, tasks});
  const uploads = createUploads({room: 'models', most: 2});
  const views = modelViews({...deps, files, store});

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

  /** The bundled model gets a row with the first thing that is known of it. */
  const note = (model: Model, measured: Measured) =>
    storage.transaction(async trx => {
      if (model.bundled && !(await store.find(trx, model.sha256)))
        await store.insert(trx, bundledRow(model, clock.iso()));
      await store.note(trx, model.sha256, measured);
    });
  const subjectOf = (model: Model): Subject => {
    const {id, sha256, name, bundled, ram, accuracy, size} = model;
    const path = bundled ? deps.bundledPath : files.fileOf(sha256);
    return {
      id,
      key: sha256,
      name,
      bundled,
      ram,
      comesBack: false,
      accuracy,
      path,
      open: async () => {
        const known = (await deps.catalogue()).find(one => one.sha256 === sha256);
        return deps.open(path, {id: known?.id ?? name.replaceAll(/[^\w.-]+/gu, '-').slice(0, 80), sha256});
      },
      check: async (progress, signal) => {
        const hash = createHash('sha256');
        let done = 0;
        for await (const chunk of createReadStream(path, {highWaterMark: 4 << 20})) {
          signal.throwIfAborted();
          hash.update(chunk as Buffer);
          done += (chunk as Buffer).length;
          progress(done, size);
        }
        if (hash.digest('hex') !== sha256) throw tampered(name);
      },
      note: measured => note(model, measured),
    };
  };
  const activation = createActivation({
    ...deps,
    files,
    bundled: async () => subjectOf(await find('bundled')),
    find: key => subject(key),
  });
  let serving = false;
  const server = createModelServer({...deps, tasks, activation});
  const embedding = createEmbedding({...deps, files, tasks, refuseTooHungry: activation.refuseTooHungry});
  const trials = createTrials({...deps, tasks, activation, serving: () => serving});
  const subject = async (id: string): Promise<Subject> => {
    if (id === 'server') return server.subject();
    const model = await findPresent(id);
    if (model.kind !== 'embedding') return subjectOf(model);
    throw new AppError(
      'conflict',
      'models.only_vectors',
      `${model.name} only finds passages: it answers nobody, so there is nothing to measure or activate.`,
    );
  };

  const verify = (model: Model) => {
    const {path, check} = subjectOf(model);
    return tasks.start({
      kind: 'verify',
      modelId: model.id,
      name: model.name,
      unit: 'bytes',
      total: model.size,
      run: async (progress, signal) => {
        await check(progress, signal);
        await deps.judge(path ?? '');
        await note(model, {verified_at: clock.iso()});
        return `${model.name} is the file that was imported, byte for byte.`;
      },
    });
  };

  const remove = async (id: string, actorId: string | null): Promise<void> => {
    if (id === 'server') return server.remove(actorId);
    const model = await find(id);
    if (model.bundled)
      throw new AppError(
        'conflict',
        'models.bundled',
        'The bundled model comes with the appliance and stays.',
      );
    tasks.refuseWhileBusy(id);
    const {model: chosen, before} = activation.choice();
    const held = chosen === id || (deps.inService.onProbation() && before.model === id);
    if (held)
      throw new AppError(
        'conflict',
        'models.in_use',
        `${model.name} answers visitors. Activate another model first, the bundled one for instance.`,
      );
    if (await embedding.isChosen(model.sha256))
      throw new AppError(
        'conflict',
        'models.in_use',
        `${model.name} finds passages. Turn that off first, or choose another model for it.`,
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
    // as it stood at one moment, before the rest is read: who sees work done sees what it did
    const task = structuredClone(tasks.current());
    const {model: chosen, problem} = activation.choice();
    const running = deps.inService.info();
    const {state} = deps.inService.status();
    const onProbation = deps.inService.onProbation();
    const models = await views.list();
    const answers = models.find(one => one.sha256 === running?.sha256);
    const answersFromServer = running !== undefined && running.sha256 === null;
    return {
      active: {
        modelId: answersFromServer ? 'server' : (answers?.id ?? null),
        name: answers?.name ?? running?.id ?? null,
        state: serviceWord[state],
        onProbation,
        chosen: chosen ?? 'bundled',
        problem,
      },
      models,
      server: await server.view(),
      mirrors: await mirror.list(),
      embedder: await embedding.view(),
      catalogue: (await deps.catalogue())
        .filter(({kind}) => kind !== 'labelling')
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

  /** Work that leaves no leaf of its own when it is done. */
  const ordered = (
    actorId: string | null,
    action: string,
    subjectId: string,
    detail: Record<string, unknown>,
  ): Promise<void> => storage.transaction(trx => deps.audit(trx, {actorId, action, subjectId, detail}));

  const act = async (kind: Act, id: string, actorId: string | null) => {
    if (kind === 'verify' || kind === 'bench') {
      const {key, name} = await subject(id);
      await ordered(actorId, `model.${kind}_ordered`, key, {name});
    }
    if (kind === 'verify') return id === 'server' ? server.startTest() : verify(await findPresent(id));
    if (kind === 'fit') return embedding.choose(await findPresent(id), actorId);
    if (kind === 'bench') return trials.bench(await subject(id));
    return trials[kind](await subject(id), actorId);
  };
  /** Long work goes on in the background; its end is in the overview. */
  const begun = ({task, result}: {task: Task; result: Promise<string>}): Task => {
    result.catch(() => undefined);
    return task;
  };
  const begunAtOnce = (started: Parameters<typeof begun>[0] | null) => started && begun(started);

  return {
    overview,
    remove,
    uploads,
    beginUpload: beginUpload({files, bring, tasks, uploads}),
    act: async (kind: Act, id: string, actorId: string | null): Promise<Task> =>
      begun(await act(kind, id, actorId)),
    importOffered: (file: string, expected: string, actorId: string): Task =>
      begun(importPath(join(files.importFolder, file), expected, actorId)),
    connectServer: async (input: ServerInput, actorId: string): Promise<Task | null> =>
      begunAtOnce(await server.connect(input, actorId, actorId)),
    fetchModel: async (input: MirrorInput, actorId: string): Promise<Task> =>
      begun(await mirror.begin(input, {approvedBy: async () => actorId, actorId})),
    removeMirror: mirror.remove,
    stop: async (actorId: string): Promise<Task> => {
      const stopped = await tasks.stop();
      await ordered(actorId, 'model.work_stopped', stopped.modelId ?? 'models', {kind: stopped.kind});
      return stopped;
    },
    embedder: embedding.chosen,
    connectEmbedder: async (input: ServerInput, actorId: string): Promise<Task | null> =>
      begunAtOnce(await embedding.connect(input, actorId)),
    /** A destination was agreed to: what stands there is tested now, or when somebody asks where other work is under way. */
    opened: async (destinationId: string): Promise<void> => {
      await Promise.allSettled([server.opened(destinationId), embedding.opened(destinationId)]);
    },
    testEmbedder: async (actorId: string): Promise<Task> => {
      await ordered(actorId, 'model.embedder_test_ordered', 'embedder', {});
      return begun(await embedding.test());
    },
    embedderOff: embedding.off,
    /** What whoever holds the master key orders from the command line. */
    order: createOrders({
      ...deps,
      list: views.list,
      overview,
      act,
      remove,
      importPath,
      mirror,
      server,
      tasks,
      begun,
    }),
    /** Nothing is loaded for whoever only looks. */
    prepare: files.prepare,
    /** What was chosen takes over from the bundled model once it is loaded. */
    start: async (): Promise<void> => {
      files.prepare();
      serving = true;
      await activation.resume();
    },
    problem: (): string | null => activation.choice().problem,
    /** Where the model in use runs; null is the bundled one's name. */
    inUse: (): {place: 'here' | 'server'; name: string | null} => ({
      place: server.isInUse() ? 'server' : 'here',
      name: activation.choice().name,
    }),
    destinationUses: server.uses,
    close: async (): Promise<void> => {
      await tasks.close();
      await activation.close();
      await embedding.close();
    },
  };
};
export type Models = ReturnType<typeof createModels>;
