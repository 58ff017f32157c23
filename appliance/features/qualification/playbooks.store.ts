import type {DatabaseOrTransaction, Transaction} from '../../storage/index.ts';

export type PlaybookRow = {
  id: string;
  version: number;
  content: string;
  created_by: string | null;
  created_at: string;
};
export type DraftRow = {
  playbook_id: string;
  /** The version it began from; 0 for a playbook that was never published. */
  based_on: number;
  /** Counts the saves, so that two people do not save over each other. */
  revision: number;
  content: string;
  saved_by: string;
  saved_at: string;
};

const playbooks = 'qualification_playbooks';
const drafts = 'qualification_drafts';

export const playbookStore = {
  newest: async (db: DatabaseOrTransaction, id: string): Promise<PlaybookRow | undefined> =>
    db<PlaybookRow>(playbooks).where({id}).orderBy('version', 'desc').first(),

  version: async (db: DatabaseOrTransaction, id: string, version: number): Promise<PlaybookRow | undefined> =>
    db<PlaybookRow>(playbooks).where({id, version}).first(),

  versions: async (db: DatabaseOrTransaction, id: string): Promise<Omit<PlaybookRow, 'content'>[]> =>
    db(playbooks).where({id}).orderBy('version', 'desc').select('id', 'version', 'created_by', 'created_at'),

  /** The newest version of each. */
  list: async (db: DatabaseOrTransaction): Promise<PlaybookRow[]> =>
    db(`${playbooks} as p`)
      .whereRaw(`p.version = (select max(version) from ${playbooks} where id = p.id)`)
      .orderBy('p.id')
      .select('p.*'),

  insert: async (trx: Transaction, row: PlaybookRow): Promise<void> => {
    await trx(playbooks).insert(row);
  },

  drafts: async (db: DatabaseOrTransaction): Promise<DraftRow[]> =>
    db<DraftRow>(drafts).orderBy('playbook_id'),

  draft: async (db: DatabaseOrTransaction, id: string): Promise<DraftRow | undefined> =>
    db<DraftRow>(drafts).where({playbook_id: id}).first(),

  /** Only where there is none. */
  insertDraft: async (trx: Transaction, row: DraftRow): Promise<boolean> =>
    (await trx(drafts).insert(row).onConflict('playbook_id').ignore().returning('playbook_id')).length === 1,

  /** Only over the revision that was seen. */
  updateDraft: async (trx: Transaction, {playbook_id, ...row}: DraftRow, seen: number): Promise<boolean> =>
    (await trx(drafts).where({playbook_id, revision: seen}).update(row)) === 1,

  removeDraft: async (db: DatabaseOrTransaction, id: string, seen: number): Promise<boolean> =>
    (await db(drafts).where({playbook_id: id, revision: seen}).delete()) === 1,
};
