import type {TableDeclaration} from '../../storage/index.ts';

export type UsageCategory = 'address' | 'device' | 'pages' | 'time' | 'video' | 'crm';

/** What is measured of the use of the chat, and how. */
export type UsageInForce = {
  measured: readonly UsageCategory[];
  /** Could be, and is not. */
  off: readonly UsageCategory[];
  /** Why whole network addresses are stored; null while they are shortened. */
  fullAddress: string | null;
  /** How the websites ask: both, where they differ. */
  modes: readonly ('ask' | 'inform')[];
};

/** The columns in which a category is stored. */
const columnsOf: Record<UsageCategory, readonly string[]> = {
  address: ['conversations_visitors.ip'],
  device: ['conversations_visitors.device', 'conversations_visitors.browser'],
  pages: ['conversations_visitors.page', 'insights_pages.page'],
  time: ['insights_visitors.seconds'],
  video: ['insights_visitors.video_uses'],
  crm: ['insights_visitors.crm_calls'],
};
const categoryOf = new Map(
  Object.entries(columnsOf).flatMap(([category, names]) =>
    names.map(name => [name, category as UsageCategory] as const),
  ),
);

/** The declarations as they are in force: without the columns of what is not measured, under the basis that holds. */
export const tablesInForce = (
  tables: readonly TableDeclaration[],
  {measured, modes}: UsageInForce,
): TableDeclaration[] => {
  const isAsked = modes.length > 0 && modes.every(mode => mode === 'ask');
  return tables.map(declaration => ({
    ...declaration,
    columns: Object.fromEntries(
      Object.entries(declaration.columns).flatMap(([name, column]) => {
        const category = categoryOf.get(`${declaration.table}.${name}`);
        if (category === undefined || column.kind === 'technical') return [[name, column]];
        if (!measured.includes(category)) return [];
        return [[name, isAsked ? {...column, basis: 'consent' as const} : column]];
      }),
    ),
  }));
};
