import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import {route, type Route, userOf} from '../../kit/route.ts';
import {type Locale, locale as localeSchema} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Storage, Transaction} from '../../storage/index.ts';
import * as schema from './sites.schema.ts';

type Row = {
  id: string;
  name: string;
  origins: string;
  languages: string;
  default_language: Locale;
  playbook_id: string;
  /** 1 for the site of `crowlit demo`. */
  demo: number;
  created_at: string;
};
export type SiteInput = {
  name: string;
  origins: string[];
  languages: Locale[];
  defaultLanguage: Locale;
  playbookId?: string | undefined;
};

const table = 'sites_sites';
const administrators = ['administrator'] as const;

export const createSites = (deps: {
  storage: Storage;
  clock: Clock;
  /** Where browsers reach the appliance: goes into the snippet. */
  publicUrl: () => string;
  playbookId: string;
  /** Whether there is a published playbook of this id. */
  isPlaybook: (id: string) => Promise<boolean>;
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; subjectId: string; detail: Record<string, unknown>},
  ) => Promise<void>;
}) => {
  const {storage, clock} = deps;

  const view = (row: Row): schema.Site => ({
    id: row.id,
    name: row.name,
    origins: JSON.parse(row.origins) as string[],
    languages: JSON.parse(row.languages) as Locale[],
    defaultLanguage: row.default_language,
    playbookId: row.playbook_id,
    createdAt: row.created_at,
    snippet: `<script src="${deps.publicUrl()}/widget.js" data-site="${row.id}" async></script>`,
  });

  const find = async (db: DatabaseOrTransaction, id: string): Promise<schema.Site | undefined> => {
    const row: Row | undefined = await db(table).where({id}).first();
    return row && view(row);
  };
  const get = async (id: string, db: DatabaseOrTransaction = storage.db): Promise<schema.Site> => {
    const site = await find(db, id);
    if (!site) throw new AppError('not_found', 'sites.unknown', 'This website is not set up here.');
    return site;
  };
  const list = async (db: DatabaseOrTransaction = storage.db): Promise<schema.Site[]> =>
    ((await db(table).orderBy('id')) as Row[]).map(view);

  const check = (input: SiteInput): SiteInput => {
    if (!input.languages.includes(input.defaultLanguage)) {
      throw new AppError(
        'invalid',
        'sites.default_language',
        'The default language must be one of the languages.',
      );
    }
    return input;
  };

  const checkPlaybook = async (id: string | undefined): Promise<void> => {
    if (id === undefined || (await deps.isPlaybook(id))) return;
    throw new AppError(
      'invalid',
      'sites.unknown_playbook',
      'This playbook is not published. Publish it first, then choose it here.',
    );
  };

  const insert = async (
    trx: Transaction,
    input: SiteInput,
    {demo}: {demo: boolean} = {demo: false},
  ): Promise<string> => {
    const {name, origins, languages, defaultLanguage} = check(input);
    const id = newId();
    await trx(table).insert({
      id,
      name,
      origins: JSON.stringify([...new Set(origins)]),
      languages: JSON.stringify([...new Set(languages)]),
      default_language: defaultLanguage,
      playbook_id: input.playbookId ?? deps.playbookId,
      demo: demo ? 1 : 0,
      created_at: clock.iso(),
    });
    return id;
  };

  const update = async (id: string, change: Partial<SiteInput>, actorId: string): Promise<void> => {
    await checkPlaybook(change.playbookId);
    await storage.transaction(async trx => {
      const before = await find(trx, id);
      if (!before) throw new AppError('not_found', 'sites.unknown', 'This website is not set up here.');
      const next = check({...before, ...change});
      await trx(table)
        .where({id})
        .update({
          name: next.name,
          origins: JSON.stringify([...new Set(next.origins)]),
          languages: JSON.stringify([...new Set(next.languages)]),
          default_language: next.defaultLanguage,
          playbook_id: next.playbookId,
        });
      await deps.audit(trx, {
        actorId,
        action: 'site.changed',
        subjectId: id,
        detail: {before: before.origins, after: next.origins, playbook: next.playbookId},
      });
    });
  };

  const routes: Route[] = [
    route({
      method: 'get',
      path: '/api/admin/sites',
      summary: 'Websites that may show the widget.',
      access: administrators,
      ...schema.listSites,
      handle: async () => ({sites: await list()}),
    }),
    route({
      method: 'post',
      path: '/api/admin/sites',
      summary: 'Add a website.',
      access: administrators,
      ...schema.createSite,
      status: 201,
      handle: async ({body, caller}) => {
        const actorId = userOf(caller).userId;
        await checkPlaybook(body.playbookId);
        const id = await storage.transaction(async trx => {
          const created = await insert(trx, body);
          await deps.audit(trx, {
            actorId,
            action: 'site.created',
            subjectId: created,
            detail: {origins: body.origins},
          });
          return created;
        });
        return {site: await get(id)};
      },
    }),
    route({
      method: 'patch',
      path: '/api/admin/sites/{siteId}',
      summary: 'Change a website: its name, origins, languages and playbook.',
      access: administrators,
      ...schema.updateSite,
      handle: async ({params, body, caller}) => {
        await update(
          params.siteId,
          JSON.parse(JSON.stringify(body)) as Partial<SiteInput>,
          userOf(caller).userId,
        );
        return {site: await get(params.siteId)};
      },
    }),
  ];

  return {
    routes,
    get,
    find: (id: string) => find(storage.db, id),
    list,
    insert,
    /** The site whose pages `/demo` shows, if there is one. */
    demo: async (): Promise<schema.Site | undefined> => {
      const row: Row | undefined = await storage.db(table).where({demo: 1}).first();
      return row && view(row);
    },
    names: async (ids: string[], db: DatabaseOrTransaction = storage.db): Promise<Map<string, string>> => {
      const rows: {id: string; name: string}[] = await db(table).whereIn('id', ids).select('id', 'name');
      return new Map(rows.map(row => [row.id, row.name]));
    },
    /** The visitor's language where the site speaks it, the site's own otherwise. */
    languageFor: async (
      id: string,
      wanted: string,
      db: DatabaseOrTransaction = storage.db,
    ): Promise<Locale> => {
      const site = await get(id, db);
      const parsed = localeSchema.safeParse(wanted.slice(0, 2).toLowerCase());
      return parsed.success && site.languages.includes(parsed.data) ? parsed.data : site.defaultLanguage;
    },
  };
};
export type Sites = ReturnType<typeof createSites>;
