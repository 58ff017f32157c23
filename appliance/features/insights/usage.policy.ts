/** What the administrator decided: which categories are measured, how much of an address, and how each website asks. */
import {plainAddress, truncateAddress} from '../../kit/network.ts';
import type {Visit} from '../../kit/visit.ts';
import type {DatabaseOrTransaction, Transaction} from '../../storage/index.ts';
import {usageCategories, type UsageCategory, type UsageMode} from './usage.schema.ts';

export type Policy = {
  collected: readonly UsageCategory[];
  /** Whole addresses are stored, for the reason somebody gave; null while they are truncated. */
  fullAddress: {reason: string} | null;
  decided: {by: string | null; at: string} | null;
};
type Row = {
  category: UsageCategory;
  collected: number;
  full: number;
  reason: string | null;
  set_by: string | null;
  set_at: string;
};

const defaultMode: UsageMode = 'inform';
const table = 'insights_categories';
const siteTable = 'insights_sites';

export const readPolicy = async (db: DatabaseOrTransaction): Promise<Policy> => {
  const rows = new Map((await db<Row>(table).select()).map(row => [row.category, row]));
  const address = rows.get('address');
  return {
    collected: usageCategories.filter(one => (rows.get(one)?.collected ?? 1) === 1),
    fullAddress: address?.full === 1 ? {reason: address.reason ?? ''} : null,
    decided: address ? {by: address.set_by, at: address.set_at} : null,
  };
};

export const writePolicy = async (
  trx: Transaction,
  {collected, fullAddress}: Pick<Policy, 'collected' | 'fullAddress'>,
  decided: {by: string; at: string},
): Promise<void> => {
  await trx(table)
    .insert(
      usageCategories.map(category => ({
        category,
        collected: collected.includes(category) ? 1 : 0,
        full: category === 'address' && fullAddress ? 1 : 0,
        reason: category === 'address' ? (fullAddress?.reason ?? null) : null,
        set_by: decided.by,
        set_at: decided.at,
      })),
    )
    .onConflict('category')
    .merge();
};

export const readModes = async (db: DatabaseOrTransaction): Promise<(siteId: string) => UsageMode> => {
  const rows: {site_id: string; mode: UsageMode}[] = await db(siteTable);
  const modes = new Map(rows.map(row => [row.site_id, row.mode]));
  return siteId => modes.get(siteId) ?? defaultMode;
};
export const readMode = async (db: DatabaseOrTransaction, siteId: string): Promise<UsageMode> =>
  (await readModes(db))(siteId);
export const writeMode = async (trx: Transaction, siteId: string, mode: UsageMode): Promise<void> => {
  await trx(siteTable).insert({site_id: siteId, mode}).onConflict('site_id').merge();
};

/** What of a visit may be stored under this policy. */
export const keepOf = ({collected, fullAddress}: Policy, visit: Visit): Visit => {
  const has = (category: UsageCategory) => collected.includes(category);
  const address = visit.ip === null ? null : truncateAddress(visit.ip);
  return {
    // what is no address is not stored whole either
    ip: has('address') && address !== null ? (fullAddress ? plainAddress(visit.ip ?? '') : address) : null,
    device: has('device') ? visit.device : null,
    browser: has('device') ? visit.browser : null,
    page: has('pages') ? visit.page : null,
  };
};
export const nothingOf: Visit = {ip: null, device: null, browser: null, page: null};
