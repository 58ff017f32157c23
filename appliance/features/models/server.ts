import {readFile} from 'node:fs/promises';
import {AppError, isAppError} from '../../kit/errors.ts';
import type {DatabaseOrTransaction} from '../../storage/index.ts';
import type {Activation} from './activation.ts';
import type {ModelsDeps, ServerAddress} from './models.deps.ts';
import {accuracy, apiKey, bench, type HostOrder, type Server, type ServerInput} from './models.schema.ts';
import {createServerStore, type ServerRow} from './server.store.ts';
import type {Subject} from './subject.ts';
import type {Tasks} from './tasks.ts';
import {placeOf} from './urls.ts';

const none = () =>
  new AppError('not_found', 'models.no_server', 'No model server is connected. Connect one first.');
const inUse = (name: string) =>
  new AppError(
    'conflict',
    'models.in_use',
    `${name} answers visitors. Activate another model first, the bundled one for instance. A new key alone can be given at any time.`,
  );

const kept = <Value>(shape: {parse: (value: unknown) => Value}, text: string | null): Value | null =>
  text === null ? null : shape.parse(JSON.parse(text));

/** A model on an OpenAI-compatible server in the region: connected, tested, measured and activated like one that is here. */
export const createModelServer = (
  deps: ModelsDeps & {tasks: Tasks; activation: Pick<Activation, 'choice'>},
) => {
  const {storage, clock, tasks, activation} = deps;
  const {destinations, reader, probe, open} = deps.server;
  const store = createServerStore(storage, reader);

  const find = () => store.find(storage.db);
  const get = async (): Promise<ServerRow> => {
    const row = await find();
    if (!row) throw none();
    return row;
  };
  const address = ({url, model, destination_id}: ServerRow): ServerAddress => ({
    url,
    model,
    destinationId: destination_id,
    apiKey: async () => (await find())?.key ?? null,
  });
  const isInUse = (): boolean => {
    const {model, before} = activation.choice();
    return model === 'server' || (deps.inService.onProbation() && before.model === 'server');
  };

  const test = async (signal: AbortSignal): Promise<string> => {
    const row = await get();
    const note = (found: Parameters<typeof store.note>[1]) =>
      store.note(storage.db, {...found, tested_at: clock.iso()});
    try {
      await note({grammar: await probe(address(row), signal), problem: null});
    } catch (error) {
      signal.throwIfAborted();
      await note({
        problem: isAppError(error) ? error.message : 'The test failed. The appliance’s log has the reason.',
      });
      throw error;
    }
    return `${row.model} is reached, takes the key, keeps to the form it is given and streams.`;
  };
  const startTest = ({model}: ServerRow) =>
    tasks.start({
      kind: 'verify',
      modelId: 'server',
      name: model,
      unit: 'steps',
      total: 1,
      run: (_progress, signal) => test(signal),
    });

  const subjectOf = (row: ServerRow): Subject => ({
    id: 'server',
    key: 'server',
    name: row.model,
    bundled: false,
    ram: 0,
    comesBack: true,
    accuracy: kept(accuracy, row.accuracy),
    open: async () => {
      // as the last test found it, which may be newer than this
      const {grammar, problem} = await get();
      if (grammar === null)
        throw new AppError(
          'conflict',
          'models.not_tested',
          `${row.model} is not used: ${problem ?? 'its server was not tested yet.'}`,
        );
      return open({...address(row), grammar});
    },
    check: async (_progress, signal) => {
      await test(signal);
    },
    note: async measured => {
      if (!('verified_at' in measured)) await store.note(storage.db, measured);
    },
  });

  const standing = async ({destination_id}: ServerRow) =>
    (await destinations.list()).find(({id}) => id === destination_id)?.state ?? 'refused';

  const view = async (): Promise<Server | null> => {
    const row = await find();
    if (!row) return null;
    const [place, names] = await Promise.all([
      destinations.list().then(all => all.find(({id}) => id === row.destination_id)),
      deps.userNames([row.connected_by]),
    ]);
    return {
      name: row.model,
      url: row.url,
      region: place?.region ?? '',
      private: place?.private ?? false,
      state: place?.state ?? 'refused',
      hasKey: row.key !== null,
      connectedAt: row.connected_at,
      connectedBy: names.get(row.connected_by) ?? null,
      testedAt: row.tested_at,
      usable: row.grammar !== null && row.problem === null,
      problem: row.problem,
      bench: kept(bench, row.bench),
      accuracy: kept(accuracy, row.accuracy),
    };
  };

  /** Declares its host by name of a person, keeps what was given, and begins the test. */
  const connect = async (input: ServerInput, approvedBy: string, actorId: string | null) => {
    tasks.refuseWhileBusy();
    const place = placeOf(input.url);
    const known = await destinations.list();
    await storage.transaction(async trx => {
      const old = await store.find(trx);
      const declared = known.find(({id}) => id === old?.destination_id);
      const sameHost = old !== undefined && JSON.stringify(placeOf(old.url)) === JSON.stringify(place);
      const samePlace = sameHost && declared?.region === input.region && declared.private === input.private;
      const sameModel = old?.url === input.url && old.model === input.model;
      if (old && isInUse() && !(samePlace && sameModel)) throw inUse(old.model);
      // a key never goes to another host than the one it was given for
      const key = input.key === undefined ? (sameHost ? old.key : null) : input.key;
      let destinationId = old?.destination_id ?? '';
      if (!samePlace) {
        destinationId = await destinations.declare(trx, {
          ...place,
          region: input.region,
          private: input.private,
          categories: ['D1', 'D2', 'D4'],
          owner: 'server',
          declaredBy: approvedBy,
          exception: input.exception,
          replaces: old?.destination_id,
        });
      }
      await store.put(trx, {
        destination_id: destinationId,
        url: input.url,
        model: input.model,
        key,
        grammar: sameModel ? old.grammar : null,
        connected_by: approvedBy,
        connected_at: clock.iso(),
        tested_at: null,
        problem: null,
        bench: sameModel ? old.bench : null,
        accuracy: sameModel ? old.accuracy : null,
      });
      await deps.audit(trx, {
        actorId,
        action: old ? 'model.server_changed' : 'model.server_connected',
        subjectId: 'server',
        detail: {
          name: input.model,
          host: `${place.host}:${place.port}`,
          region: input.region,
          approvedBy,
          key:
            input.key === undefined
              ? key === null
                ? 'none'
                : 'kept'
              : input.key === null
                ? 'none'
                : 'given',
        },
      });
    });
    await destinations.changed();
    return begin();
  };
  /** A test, where the host may be reached; else it begins when a second person has agreed to it. */
  const begin = async () => {
    const row = await get();
    return (await standing(row)) === 'in_force' ? startTest(row) : null;
  };

  const remove = async (actorId: string | null): Promise<void> => {
    const {model} = await get();
    tasks.refuseWhileBusy('server');
    if (isInUse()) throw inUse(model);
    await storage.transaction(async trx => {
      const row = await store.find(trx);
      if (!row) throw none();
      await store.remove(trx);
      await destinations.remove(trx, row.destination_id);
      await deps.audit(trx, {
        actorId,
        action: 'model.server_removed',
        subjectId: 'server',
        detail: {name: row.model, host: placeOf(row.url).host},
      });
    });
    await destinations.changed();
  };

  /** Its destination, and whether what visitors write is sent there. */
  const uses = async (db: DatabaseOrTransaction): Promise<Map<string, {name: string; inUse: boolean}>> => {
    const row = await store.place(db);
    return new Map(row ? [[row.destination_id, {name: `Model server, ${row.model}`, inUse: isInUse()}]] : []);
  };

  return {
    view,
    connect,
    remove,
    isInUse,
    uses,
    startTest: async () => startTest(await get()),
    /** Told when a destination was agreed to. */
    opened: async (destinationId: string): Promise<void> => {
      if ((await find())?.destination_id !== destinationId) return;
      await (await begin())?.result.catch(() => undefined);
    },
    subject: async (): Promise<Subject> => subjectOf(await get()),
    /** Ordered on the host: a person of the console answers for where it stands, and the key is read from a file. */
    connectFromHost: async (
      {keyFile, ...input}: Omit<NonNullable<HostOrder['server']>, 'by'>,
      approvedBy: string,
    ) => connect({...input, ...(keyFile === undefined ? {} : {key: await keyIn(keyFile)})}, approvedBy, null),
  };
};
export type ModelServer = ReturnType<typeof createModelServer>;

const keyIn = async (path: string): Promise<string> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError(
      'invalid',
      'models.key_file',
      `The key cannot be read from ${path}. Is it there, and may the appliance’s user read it?`,
      {cause},
    );
  });
  const key = apiKey.safeParse(text);
  if (key.success) return key.data;
  throw new AppError(
    'invalid',
    'models.key_malformed',
    `What lies in ${path} is no key: one line without spaces.`,
  );
};
