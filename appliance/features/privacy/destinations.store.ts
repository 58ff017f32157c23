import type {ExceptionTerms} from '../../kit/schema.ts';
import type {DatabaseOrTransaction, Transaction} from '../../storage/index.ts';

export type TransferBasis = ExceptionTerms['basis'];

export type Exception = {by: string; reason: string; until: string; basis: TransferBasis; ended: boolean};
/** What a person declares, and what is compared to see whether more is reached than before. */
export type Reach = {
  host: string;
  port: number;
  region: string;
  purpose: string;
  categories: string[];
  /** Inside the organisation's own network: the only case in which a private address is reached. */
  private: boolean;
  /** http instead of https; private hosts only. */
  plain: boolean;
};
export type Destination = Reach & {
  id: string;
  owner: string | null;
  state: 'in_force' | 'waiting' | 'refused';
  declaredBy: string;
  declaredAt: string;
  /** The second person; null where a day passed instead, or nobody was asked yet. */
  approvedBy: string | null;
  approvedAt: string | null;
  viaProxy: boolean;
  exception: Exception | null;
};

export type DestinationRow = {
  id: string;
  host: string;
  port: number;
  region: string;
  purpose: string;
  categories: string;
  private: number;
  plain: number;
  owner: string | null;
  state: Destination['state'];
  /** Who declared it: the name is from before a second person had to agree. */
  approved_by: string;
  approved_at: string;
  confirmed_by: string | null;
  confirmed_at: string | null;
  via_proxy: number;
  basis: TransferBasis | null;
  exception_by: string | null;
  exception_reason: string | null;
  exception_until: string | null;
  exception_ended_at: string | null;
  exception_reminded: number | null;
};

export const table = 'privacy_destinations';

export const noException = {
  basis: null,
  exception_by: null,
  exception_reason: null,
  exception_until: null,
  exception_ended_at: null,
  exception_reminded: null,
} as const;

export const toDestination = (row: DestinationRow): Destination => ({
  id: row.id,
  host: row.host,
  port: row.port,
  region: row.region,
  purpose: row.purpose,
  categories: JSON.parse(row.categories) as string[],
  private: row.private === 1,
  plain: row.plain === 1,
  owner: row.owner,
  state: row.state,
  declaredBy: row.approved_by,
  declaredAt: row.approved_at,
  approvedBy: row.confirmed_by,
  approvedAt: row.confirmed_at,
  viaProxy: row.via_proxy === 1,
  exception:
    row.exception_until === null || row.basis === null
      ? null
      : {
          by: row.exception_by ?? '',
          reason: row.exception_reason ?? '',
          until: row.exception_until,
          basis: row.basis,
          ended: row.exception_ended_at !== null,
        },
});

export const destinationStore = {
  list: async (db: DatabaseOrTransaction): Promise<Destination[]> =>
    ((await db(table).orderBy('id')) as DestinationRow[]).map(toDestination),
  find: async (db: DatabaseOrTransaction, id: string): Promise<Destination | undefined> => {
    const row = (await db(table).where({id}).first()) as DestinationRow | undefined;
    return row && toDestination(row);
  },
  insert: async (trx: Transaction, row: DestinationRow): Promise<void> => {
    await trx(table).insert(row);
  },
  update: async (trx: Transaction, id: string, change: Partial<DestinationRow>): Promise<void> => {
    await trx(table).where({id}).update(change);
  },
  remove: async (trx: Transaction, id: string): Promise<void> => {
    await trx(table).where({id}).delete();
  },
};
