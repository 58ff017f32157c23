import type {Clock} from '../../kit/clock.ts';
import type {Storage} from '../../storage/index.ts';
import {createArchive} from './archive.ts';
import {type ExportReaders, pagesOf, type TablePlan, withheldTables} from './export-contents.ts';

const guide = (company: string): string[] => [
  `Everything that the Crowlit appliance of ${company} kept, as one file of JSON Lines for each table:`,
  'one row a line, UTF-8. Times are UTC, ids are those of the appliance, and rows refer to each other by them.',
  'A person who was erased before has nulls where their data was.',
  '',
  'manifest.json lists each file with its rows and its SHA-256, and what was left out: passwords, keys, one-time links.',
  'audit.jsonl is the audit log; packaging/verify-audit.mjs of the appliance, or `crowlit audit verify`, checks it.',
];

/** The whole archive, table by table, and how many rows it holds; `onRows` may throw to give it up. */
export const writeArchive = async (deps: {
  storage: Storage;
  clock: Clock;
  version: string;
  readers: ExportReaders;
  path: string;
  passphrase: string;
  plans: readonly TablePlan[];
  company: string;
  requestedAt: string;
  auditLines: () => Promise<AsyncIterable<string>>;
  /** So many rows are written, after each page. */
  onRows: (rows: number) => Promise<void>;
  onTables: (tables: number) => Promise<void>;
}): Promise<number> => {
  const archive = createArchive(deps.path, deps.passphrase);
  let rows = 0;
  const lines = async function* (plan: TablePlan): AsyncGenerator<string> {
    for await (const page of pagesOf(deps.storage.db, plan, deps.readers)) {
      for (const one of page) yield JSON.stringify(one);
      rows += page.length;
      await deps.onRows(rows);
    }
  };
  try {
    await archive.add('README.txt', guide(deps.company));
    for (const [done, plan] of deps.plans.entries()) {
      await archive.add(`${plan.declaration.table}.jsonl`, lines(plan));
      await deps.onTables(done + 1);
    }
    await archive.add('audit.jsonl', await deps.auditLines());
    const manifest = {
      format: 'crowlit-last-export',
      version: 1,
      organisation: deps.company,
      appliance: deps.version,
      requestedAt: deps.requestedAt,
      finishedAt: deps.clock.iso(),
      files: archive.files,
      leftOut: [
        ...Object.entries(withheldTables).map(([table, why]) => ({table, columns: 'all', why})),
        ...deps.plans
          .filter(({withheld}) => withheld.length > 0)
          .map(({declaration, withheld}) => ({
            table: declaration.table,
            columns: withheld,
            why: 'secrets, or computed from the rest',
          })),
      ],
    };
    await archive.add('manifest.json', JSON.stringify(manifest, null, 2).split('\n'));
    await archive.close();
    return rows;
  } catch (error) {
    archive.abandon();
    throw error;
  }
};
