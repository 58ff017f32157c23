import type {z} from 'zod';
import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {isDuplicate, type Storage, type Transaction} from '../../storage/index.ts';
import {type Playbook, playbookForm, playbookSchema} from './engine/index.ts';
import {problemsOf} from './playbook.yaml.ts';
import {bundledPlaybooks, demoPlaybook} from './playbooks/index.ts';
import {type DraftRow, type PlaybookRow, playbookStore as store} from './playbooks.store.ts';

/** What a new site begins with. */

export type ActivePlaybook = {version: number; playbook: Playbook};

export type PlaybookDeps = {
  storage: Storage;
  clock: Clock;
  userNames: (ids: string[]) => Promise<Map<string, string>>;
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; detail: Record<string, unknown>},
  ) => Promise<void>;
};

/** A playbook as it came, checked: what is not right is named place by place. */
export const checkPlaybook = (content: unknown, schema: z.ZodType<Playbook> = playbookSchema): Playbook => {
  const checked = schema.safeParse(content, {reportInput: true});
  if (checked.success) return checked.data;
  const problems = problemsOf(checked.error);
  const first = problems[0];
  throw new AppError(
    'invalid',
    'qualification.bad_playbook',
    problems.length === 1 && first
      ? `One place of the playbook is not right yet. ${first.path}: ${first.message}`
      : `${problems.length} places of the playbook are not right yet. They are marked.`,
    {details: {fields: problems}},
  );
};

/** Playbooks are kept version by version; a site uses the newest of its own. Beside them lies at most one draft of each. */
export const createPlaybooks = (deps: PlaybookDeps) => {
  const {storage, clock} = deps;
  const parsed = new Map<string, ActivePlaybook>();

  const open = (row: PlaybookRow): ActivePlaybook => {
    const key = `${row.id}@${row.version}`;
    let known = parsed.get(key);
    if (!known)
      parsed.set(
        key,
        (known = {version: row.version, playbook: playbookForm.parse(JSON.parse(row.content))}),
      );
    return known;
  };
  const unknown = () =>
    new AppError('not_found', 'qualification.playbook_not_found', 'This playbook does not exist.');
  const nameOf = async (id: string | null): Promise<string | null> =>
    id === null ? null : ((await deps.userNames([id])).get(id) ?? null);

  const put = async (
    trx: Transaction,
    playbook: Playbook,
    version: number,
    actorId: string | null,
  ): Promise<void> =>
    store.insert(trx, {
      id: playbook.id,
      version,
      content: JSON.stringify(playbook),
      created_by: actorId,
      created_at: clock.iso(),
    });

  const summary = (row: PlaybookRow | undefined, draft: DraftRow | undefined) => {
    const shown = row ? open(row).playbook : (JSON.parse(draft?.content ?? '{}') as Playbook);
    return {
      id: shown.id,
      name: shown.name,
      version: row?.version ?? 0,
      bar: shown.bar,
      languages: shown.languages,
      updatedAt: row?.created_at ?? draft?.saved_at ?? clock.iso(),
      draftSavedAt: draft?.saved_at ?? null,
    };
  };

  const list = async () => {
    const [rows, drafts] = await Promise.all([store.list(storage.db), store.drafts(storage.db)]);
    const draftOf = new Map(drafts.map(draft => [draft.playbook_id, draft]));
    const published = new Set(rows.map(({id}) => id));
    return [
      ...rows.map(row => summary(row, draftOf.get(row.id))),
      ...drafts
        .filter(({playbook_id}) => !published.has(playbook_id))
        .map(draft => summary(undefined, draft)),
    ];
  };

  /** `content` is what is in force, or null where nothing was published yet. */
  const get = async (id: string) => {
    const [row, draft] = await Promise.all([store.newest(storage.db, id), store.draft(storage.db, id)]);
    if (!row && !draft) throw unknown();
    return {
      playbook: summary(row, draft),
      content: row ? open(row).playbook : null,
      draft: draft
        ? {
            content: JSON.parse(draft.content) as Record<string, unknown>,
            basedOn: draft.based_on,
            revision: draft.revision,
            savedBy: await nameOf(draft.saved_by),
            savedAt: draft.saved_at,
          }
        : null,
    };
  };

  const ownId = (playbook: Playbook, id: string): Playbook => {
    if (playbook.id === id) return playbook;
    throw new AppError(
      'invalid',
      'qualification.bad_playbook',
      `The playbook carries another id (${playbook.id}) than its address (${id}). Add it as a new one instead.`,
    );
  };

  /** Nobody saves over what they have not seen. */
  const draftChanged = async (id: string): Promise<AppError> => {
    const draft = await store.draft(storage.db, id);
    const name = await nameOf(draft?.saved_by ?? null);
    return new AppError(
      'conflict',
      'qualification.draft_changed',
      draft
        ? `${name ?? 'Somebody'} saved this draft after you opened it. Nothing of theirs was overwritten, and yours is still on this page.`
        : 'This draft was published or thrown away after you opened it. Yours is still on this page.',
      {details: {name, savedAt: draft?.saved_at ?? null, revision: draft?.revision ?? 0}},
    );
  };
  /** Thrown inside a transaction, where the name cannot be looked up: said in full once that is over. */
  const overtaken = Symbol('overtaken');
  const unlessOvertaken = async (id: string, work: (trx: Transaction) => Promise<void>): Promise<void> => {
    try {
      await storage.transaction(work);
    } catch (error) {
      throw error === overtaken ? await draftChanged(id) : error;
    }
  };
  const draftRow = (playbook: Playbook, basedOn: number, revision: number, actorId: string): DraftRow => ({
    playbook_id: playbook.id,
    based_on: basedOn,
    revision,
    content: JSON.stringify(playbook),
    saved_by: actorId,
    saved_at: clock.iso(),
  });

  const saveDraft = async (
    id: string,
    {content, basedOn, revision}: {content: unknown; basedOn: number; revision: number},
    actorId: string,
  ): Promise<void> => {
    const row = draftRow(ownId(checkPlaybook(content, playbookForm), id), basedOn, revision + 1, actorId);
    if (!(await store.newest(storage.db, id)) && !(await store.draft(storage.db, id))) throw unknown();
    await unlessOvertaken(id, async trx => {
      const saved =
        revision === 0 ? await store.insertDraft(trx, row) : await store.updateDraft(trx, row, revision);
      if (!saved) throw overtaken;
      // what is typed on is saved every few seconds, and in force for nobody: publishing is the next act
      if (revision === 0) await deps.audit(trx, {actorId, action: 'playbook.draft_begun', detail: {id}});
    });
  };

  const create = async (content: unknown, actorId: string): Promise<string> => {
    const playbook = checkPlaybook(content, playbookForm);
    await storage.transaction(async trx => {
      const isNew =
        !(await store.newest(trx, playbook.id)) &&
        (await store.insertDraft(trx, draftRow(playbook, 0, 1, actorId)));
      if (!isNew) {
        throw new AppError(
          'conflict',
          'qualification.id_taken',
          `There is a playbook with the id ${playbook.id} already. Give the new one another id, or open that one and load the file there.`,
        );
      }
      await deps.audit(trx, {actorId, action: 'playbook.created', detail: {id: playbook.id}});
    });
    return playbook.id;
  };

  const discard = async (id: string, revision: number, actorId: string): Promise<void> => {
    const isGone = await storage.transaction(async trx => {
      if (!(await store.removeDraft(trx, id, revision))) return false;
      await deps.audit(trx, {actorId, action: 'playbook.draft_discarded', detail: {id}});
      return true;
    });
    if (!isGone) throw await draftChanged(id);
  };

  /**
   * From the next message on. With `revision` the draft that was seen is gone then. Without `basedOn` it goes over whatever
   * version is there: for scripts that know none.
   */
  const publish = async (
    id: string,
    input: {content: unknown; basedOn?: number | undefined; revision?: number | undefined},
    actorId: string,
  ): Promise<void> => {
    const playbook = ownId(checkPlaybook(input.content), id);
    const before = await store.newest(storage.db, id);
    const version = before?.version ?? 0;
    if (input.basedOn !== undefined && input.basedOn !== version) {
      const name = await nameOf(before?.created_by ?? null);
      throw new AppError(
        'conflict',
        'qualification.version_changed',
        `${name ?? 'Somebody'} published version ${version} after you began from version ${input.basedOn}. Yours is still on this page; look at what changed before you publish over it.`,
        {details: {version, name}},
      );
    }
    const conflict = () =>
      new AppError(
        'conflict',
        'qualification.version_changed',
        'Somebody published this playbook just now. Yours is still on this page; look at what changed before you publish over it.',
        {
          details: {version: version + 1, name: null},
        },
      );
    try {
      await unlessOvertaken(id, async trx => {
        // two at once: the key of id and version lets one through
        await put(trx, playbook, version + 1, actorId);
        if (input.revision === 0 && (await store.draft(trx, id))) throw overtaken;
        if (input.revision && !(await store.removeDraft(trx, id, input.revision))) throw overtaken;
        await deps.audit(trx, {
          actorId,
          action: 'playbook.saved',
          detail: {id, version: version + 1, bar: playbook.bar},
        });
      });
    } catch (error) {
      throw isDuplicate(error) ? conflict() : error;
    }
  };

  const versions = async (id: string) => {
    const rows = await store.versions(storage.db, id);
    if (rows.length === 0) throw unknown();
    const names = await deps.userNames([
      ...new Set(rows.map(row => row.created_by).filter(by => by !== null)),
    ]);
    return rows.map(row => ({
      version: row.version,
      publishedAt: row.created_at,
      publishedBy: row.created_by ? (names.get(row.created_by) ?? null) : null,
    }));
  };

  const version = async (id: string, number: number): Promise<Playbook> => {
    const row = await store.version(storage.db, id, number);
    if (!row)
      throw new AppError('not_found', 'qualification.version_not_found', 'This version does not exist.');
    return open(row).playbook;
  };

  return {
    list,
    get,
    saveDraft,
    create,
    discard,
    publish,
    versions,
    version,
    active: async (id: string): Promise<ActivePlaybook> => {
      const row = await store.newest(storage.db, id);
      if (!row) throw unknown();
      return open(row);
    },
    /** Whether a website may use it: a draft alone answers nobody. */
    isPublished: async (id: string): Promise<boolean> => (await store.newest(storage.db, id)) !== undefined,
    /** For the demo's website. */
    installDemo: async (trx: Transaction): Promise<string> => {
      await put(trx, demoPlaybook(), 1, null);
      return demoPlaybook().id;
    },
    /** At set-up: the one that a new website begins with. */
    install: async (trx: Transaction, actorId: string): Promise<void> => {
      const [first] = bundledPlaybooks();
      if (first) await put(trx, first, 1, actorId);
    },
  };
};
export type Playbooks = ReturnType<typeof createPlaybooks>;
