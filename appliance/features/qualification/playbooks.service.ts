import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {route, type Route, userOf} from '../../kit/route.ts';
import {isDuplicate, type Storage, type Transaction} from '../../storage/index.ts';
import {type Playbook, playbookSchema} from './engine/index.ts';
import {bundledPlaybooks, demoPlaybook} from './playbooks/index.ts';
import * as schema from './qualification.schema.ts';
import type {PlaybookRow, QualificationStore} from './qualification.store.ts';

/** What a new site begins with. */
export const defaultPlaybookId = bundledPlaybooks[0]?.id ?? '';

export type ActivePlaybook = {version: number; playbook: Playbook};

const savedMeanwhile = () =>
  new AppError(
    'conflict',
    'qualification.saved_meanwhile',
    'Somebody else saved this playbook at the same moment. Reload it, then make your change again.',
  );

const administrators = ['administrator'] as const;

/** Playbooks are kept version by version; a site uses the newest of its own. */
export const createPlaybooks = (deps: {
  storage: Storage;
  store: QualificationStore;
  clock: Clock;
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; detail: Record<string, unknown>},
  ) => Promise<void>;
}) => {
  const {storage, store, clock} = deps;
  const parsed = new Map<string, ActivePlaybook>();

  const open = (row: PlaybookRow): ActivePlaybook => {
    const key = `${row.id}@${row.version}`;
    let known = parsed.get(key);
    if (!known)
      parsed.set(
        key,
        (known = {version: row.version, playbook: playbookSchema.parse(JSON.parse(row.content))}),
      );
    return known;
  };

  const newest = async (id: string): Promise<PlaybookRow> => {
    const row = await store.playbooks.newest(storage.db, id);
    if (!row)
      throw new AppError('not_found', 'qualification.playbook_not_found', 'This playbook does not exist.');
    return row;
  };

  const put = async (
    trx: Transaction,
    playbook: Playbook,
    version: number,
    actorId: string | null,
  ): Promise<void> =>
    store.playbooks.insert(trx, {
      id: playbook.id,
      version,
      content: JSON.stringify(playbook),
      created_by: actorId,
      created_at: clock.iso(),
    });

  const summary = (row: PlaybookRow) => {
    const {version, playbook} = open(row);
    return {
      id: row.id,
      name: playbook.name,
      version,
      bar: playbook.bar,
      languages: playbook.languages,
      updatedAt: row.created_at,
    };
  };

  const get = async (id: string) => {
    const row = await newest(id);
    return {playbook: summary(row), content: open(row).playbook as unknown as Record<string, unknown>};
  };

  const save = async (id: string, content: unknown, actorId: string): Promise<void> => {
    const checked = playbookSchema.safeParse(content);
    if (!checked.success) {
      throw new AppError(
        'invalid',
        'qualification.bad_playbook',
        'The playbook is not complete. See the named places.',
        {
          details: {fields: checked.error.issues.map(({path, message}) => ({path: path.join('.'), message}))},
        },
      );
    }
    if (checked.data.id !== id) {
      throw new AppError(
        'invalid',
        'qualification.bad_playbook',
        'The playbook carries another id than its address.',
      );
    }
    const saved = storage.transaction(async trx => {
      const before = await store.playbooks.newest(trx, id);
      const version = (before?.version ?? 0) + 1;
      await put(trx, checked.data, version, actorId);
      await deps.audit(trx, {
        actorId,
        action: 'playbook.saved',
        detail: {id, version, bar: checked.data.bar},
      });
    });
    await saved.catch((error: unknown) => {
      throw isDuplicate(error) ? savedMeanwhile() : error;
    });
  };

  const routes: Route[] = [
    route({
      method: 'get',
      path: '/api/admin/playbooks',
      summary: 'Playbooks in their newest version.',
      access: administrators,
      ...schema.listPlaybooks,
      handle: async () => ({playbooks: (await store.playbooks.list(storage.db)).map(summary)}),
    }),
    route({
      method: 'get',
      path: '/api/admin/playbooks/{playbookId}',
      summary: 'One playbook, whole.',
      access: administrators,
      ...schema.getPlaybook,
      handle: async ({params}) => get(params.playbookId),
    }),
    route({
      method: 'put',
      path: '/api/admin/playbooks/{playbookId}',
      summary: 'Save a playbook as a new version; conversations use it from their next turn on.',
      access: administrators,
      ...schema.putPlaybook,
      handle: async ({params, body, caller}) => {
        await save(params.playbookId, body.content, userOf(caller).userId);
        return get(params.playbookId);
      },
    }),
  ];

  return {
    routes,
    active: async (id: string): Promise<ActivePlaybook> => open(await newest(id)),
    /** For the demo's website. */
    installDemo: async (trx: Transaction): Promise<string> => {
      await put(trx, demoPlaybook, 1, null);
      return demoPlaybook.id;
    },
    /** At set-up: the bundled ones, as version 1. */
    install: async (trx: Transaction, actorId: string): Promise<void> => {
      for (const playbook of bundledPlaybooks) await put(trx, playbook, 1, actorId);
    },
  };
};
export type Playbooks = ReturnType<typeof createPlaybooks>;
