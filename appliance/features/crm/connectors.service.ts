import type {ConnectorOutside, ConnectorProvider} from '../../adapters/crm/contract.ts';
import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {ExceptionTerms} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';

type Config = Record<string, unknown>;
export type ConnectorRow = {
  id: string;
  type: string;
  name: string;
  enabled: number;
  /** JSON, opened. */
  config: string;
  destination_id: string;
  tested_at: string | null;
  test_message: string | null;
  created_at: string;
};
type Place = {host: string; port: number; region: string; private: boolean};
/** Until a second person has agreed, a destination is not reached. */
type Standing = {state: 'in_force' | 'waiting' | 'refused'};
export type ConnectorInput = {
  name: string;
  config: Config;
  region: string;
  private: boolean;
  /** For a place outside the region. */
  exception?: ExceptionTerms | undefined;
};

export type ConnectorsDeps = {
  storage: Storage;
  reader: Reader;
  clock: Clock;
  providers: readonly ConnectorProvider[];
  destinations: {
    declare: (
      trx: Transaction,
      input: Place & {
        purpose: string;
        categories: string[];
        plain: boolean;
        owner: string;
        declaredBy: string;
        exception?: ExceptionTerms | undefined;
        /** Its approval goes on where nothing is widened. */
        replaces?: string | undefined;
      },
    ) => Promise<string>;
    remove: (trx: Transaction, id: string) => Promise<void>;
    list: () => Promise<(Place & Standing & {id: string})[]>;
    /** Told after the commit; resolves once the broker goes by it. */
    changed: () => Promise<void>;
  };
  /** The way out, bound to one destination. */
  outside: (destinationId: string) => ConnectorOutside;
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; subjectId: string; detail: Config},
  ) => Promise<void>;
};

const table = 'crm_connectors';

export const createConnectors = (deps: ConnectorsDeps) => {
  const {storage, clock} = deps;

  const provider = (type: string): ConnectorProvider => {
    const found = deps.providers.find(one => one.type === type);
    if (!found)
      throw new AppError('invalid', 'crm.unknown_type', `There is no connector of the type "${type}".`);
    return found;
  };

  const rows = async (db: DatabaseOrTransaction, id?: string): Promise<ConnectorRow[]> =>
    deps.reader.open<ConnectorRow>(
      table,
      await db(table)
        .modify(query => {
          if (id) void query.where({id});
        })
        .orderBy('id'),
    );

  const get = async (db: DatabaseOrTransaction, id: string): Promise<ConnectorRow> => {
    const [row] = await rows(db, id);
    if (!row)
      throw new AppError('not_found', 'crm.connector_not_found', 'This connector does not exist any more.');
    return row;
  };

  const secretsOf = (type: string): string[] =>
    provider(type)
      .fields.filter(({kind}) => kind === 'secret')
      .map(({name}) => name);

  const check = (type: string, config: Config): Config => {
    const parsed = provider(type).config.safeParse(config);
    if (parsed.success) return parsed.data as Config;
    throw new AppError(
      'invalid',
      'crm.bad_config',
      parsed.error.issues.map(issue => issue.message).join(' '),
      {
        details: {
          fields: parsed.error.issues.map(issue => ({path: issue.path.join('.'), message: issue.message})),
        },
      },
    );
  };

  /** The one host a connector needs today; who declares it answers for its region. */
  const place = async (
    trx: Transaction,
    id: string,
    type: string,
    input: ConnectorInput,
    actorId: string,
    replaces?: string,
  ): Promise<string> => {
    const [needed] = provider(type).hosts(input.config);
    if (!needed)
      throw new AppError('invalid', 'crm.bad_config', 'The settings do not say which host to reach.');
    return deps.destinations.declare(trx, {
      ...needed,
      region: input.region,
      private: input.private,
      purpose: 'crm_sync',
      categories: provider(type).categories,
      owner: id,
      declaredBy: actorId,
      exception: input.exception,
      replaces,
    });
  };

  const health = async (row: ConnectorRow) => {
    const counts: {state: string; n: number}[] = await storage
      .db('crm_deliveries')
      .where({connector_id: row.id})
      .groupBy('state')
      .select('state')
      .count({n: '*'});
    const last = await storage
      .db('crm_deliveries')
      .where({connector_id: row.id})
      .where(query => query.whereNotNull('delivered_at').orWhereNotNull('error_code'))
      .orderBy('id', 'desc')
      .first('state', 'delivered_at', 'error_message', 'created_at');
    const count = (...states: string[]) =>
      counts.filter(({state}) => states.includes(state)).reduce((sum, {n}) => sum + n, 0);
    const state: 'untested' | 'working' | 'failing' = last
      ? last.state === 'delivered'
        ? 'working'
        : 'failing'
      : row.test_message === null
        ? row.tested_at === null
          ? 'untested'
          : 'working'
        : 'failing';
    return {
      state,
      lastAt: (last?.delivered_at ?? last?.created_at ?? row.tested_at) as string | null,
      message: (last ? last.error_message : row.test_message) as string | null,
      queued: count('queued', 'retrying', 'delivering'),
      failed: count('failed'),
    };
  };

  const view = async (row: ConnectorRow) => {
    const config = JSON.parse(row.config) as Config;
    for (const name of secretsOf(row.type)) if (config[name]) config[name] = true;
    const destination = (await deps.destinations.list()).find(({id}) => id === row.destination_id);
    return {
      id: row.id,
      type: row.type,
      name: row.name,
      enabled: row.enabled === 1,
      config,
      destination: destination ?? {host: '', port: 0, region: '', private: false, state: 'refused' as const},
      createdAt: row.created_at,
      health: await health(row),
    };
  };

  const store = async (trx: Transaction, row: ConnectorRow, isNew: boolean): Promise<void> => {
    const [sealed] = await storage.personal.seal(table, [row]);
    if (isNew) await trx(table).insert(sealed);
    else
      await trx(table)
        .where({id: row.id})
        .update(sealed ?? {});
  };

  return {
    types: () =>
      deps.providers.map(({type, name, description, fields, categories}) => ({
        type,
        name,
        description,
        fields,
        categories: [...categories],
      })),
    list: async () => Promise.all((await rows(storage.db)).map(view)),
    get,
    /** Those whose destination waits for a second person, or was not agreed to: what is for them waits, too. */
    held: async (): Promise<string[]> => {
      const held = (await deps.destinations.list()).flatMap(({id, state}) =>
        state === 'in_force' ? [] : [id],
      );
      if (held.length === 0) return [];
      return storage.db(table).whereIn('destination_id', held).pluck('id');
    },
    /** Whom each destination of a connector belongs to, and whether anything is sent there. */
    uses: async (db: DatabaseOrTransaction): Promise<Map<string, {name: string; inUse: boolean}>> => {
      const known: Pick<ConnectorRow, 'name' | 'type' | 'enabled' | 'destination_id'>[] = await db(
        table,
      ).select('name', 'type', 'enabled', 'destination_id');
      return new Map(
        known.map(row => [
          row.destination_id,
          {
            name: `${deps.providers.find(({type}) => type === row.type)?.name ?? row.type}, ${row.name}`,
            inUse: row.enabled === 1,
          },
        ]),
      );
    },

    create: async (type: string, input: ConnectorInput, actorId: string) => {
      const config = check(type, input.config);
      const id = newId();
      await storage.transaction(async trx => {
        const destinationId = await place(trx, id, type, {...input, config}, actorId);
        await store(
          trx,
          {
            id,
            type,
            name: input.name,
            enabled: 1,
            config: JSON.stringify(config),
            destination_id: destinationId,
            tested_at: null,
            test_message: null,
            created_at: clock.iso(),
          },
          true,
        );
        await deps.audit(trx, {
          actorId,
          action: 'connector.created',
          subjectId: id,
          detail: {type, region: input.region},
        });
      });
      await deps.destinations.changed();
      return view(await get(storage.db, id));
    },

    /** A secret that is not sent again stays as it is. */
    update: async (id: string, input: Partial<ConnectorInput & {enabled: boolean}>, actorId: string) => {
      const places = await deps.destinations.list();
      await storage.transaction(async trx => {
        const row = await get(trx, id);
        const before = JSON.parse(row.config) as Config;
        const given = {...before, ...input.config};
        for (const name of secretsOf(row.type))
          if (given[name] === true || given[name] === '') given[name] = before[name];
        const config = check(row.type, given);
        const old = places.find(one => one.id === row.destination_id);
        const moved =
          input.config !== undefined ||
          input.region !== undefined ||
          input.private !== undefined ||
          input.exception !== undefined;
        let destinationId = row.destination_id;
        if (moved) {
          const next = {
            name: row.name,
            config,
            region: input.region ?? old?.region ?? '',
            private: input.private ?? old?.private ?? false,
            exception: input.exception,
          };
          destinationId = await place(trx, id, row.type, next, actorId, row.destination_id);
        }
        await store(
          trx,
          {
            ...row,
            name: input.name ?? row.name,
            enabled: (input.enabled ?? row.enabled === 1) ? 1 : 0,
            config: JSON.stringify(config),
            destination_id: destinationId,
          },
          false,
        );
        const changed = Object.keys(input);
        await deps.audit(trx, {actorId, action: 'connector.changed', subjectId: id, detail: {changed}});
      });
      await deps.destinations.changed();
      return view(await get(storage.db, id));
    },

    remove: async (id: string, actorId: string): Promise<void> => {
      await storage.transaction(async trx => {
        const row = await get(trx, id);
        await trx(table).where({id}).delete();
        await deps.destinations.remove(trx, row.destination_id);
        await deps.audit(trx, {
          actorId,
          action: 'connector.removed',
          subjectId: id,
          detail: {type: row.type},
        });
      });
      await deps.destinations.changed();
    },

    open: (row: ConnectorRow) =>
      provider(row.type).create(JSON.parse(row.config), deps.outside(row.destination_id)),

    test: async (id: string, actorId: string) => {
      const row = await get(storage.db, id);
      const result = await provider(row.type)
        .create(JSON.parse(row.config), deps.outside(row.destination_id))
        .test();
      await storage.transaction(async trx => {
        await trx(table)
          .where({id})
          .update({tested_at: clock.iso(), test_message: result.ok ? null : result.message});
        await deps.audit(trx, {actorId, action: 'connector.tested', subjectId: id, detail: {ok: result.ok}});
      });
      return {ok: result.ok, message: result.message, mend: result.mend};
    },
  };
};
export type Connectors = ReturnType<typeof createConnectors>;
