import type {ModelFiles} from './files.ts';
import type {ModelsDeps} from './models.deps.ts';
import type {Accuracy, Bench, Model} from './models.schema.ts';
import type {ModelRow, ModelStore} from './models.store.ts';

const parsed = <Value>(text: string | null | undefined): Value | null =>
  text ? (JSON.parse(text) as Value) : null;

/** What is here, the bundled model first. */
export const modelViews = (deps: ModelsDeps & {files: ModelFiles; store: ModelStore}) => {
  const {storage, files, store} = deps;

  const bundled = async (rows: ModelRow[]): Promise<Model | undefined> => {
    const known = (await deps.catalogue()).find(({kind}) => kind === 'labelling');
    const judged = await deps.judge(deps.bundledPath).catch(() => undefined);
    const sha256 = known?.sha256;
    if (!known || !judged || !sha256) return undefined;
    const row = rows.find(one => one.sha256 === sha256);
    return {
      id: 'bundled',
      name: known.name,
      kind: known.kind,
      architecture: judged.architecture,
      size: judged.size,
      ram: known.ram,
      licence: known.licence,
      languages: known.languages,
      source: known.source,
      sha256,
      bundled: true,
      importedAt: null,
      importedBy: null,
      verifiedAt: row?.verified_at ?? null,
      present: true,
      bench: parsed<Bench>(row?.bench),
      accuracy: parsed<Accuracy>(row?.accuracy),
    };
  };

  return {
    list: async (): Promise<Model[]> => {
      const rows = await store.list(storage.db);
      const people = rows.flatMap(({imported_by}) => (imported_by === null ? [] : [imported_by]));
      const names = await deps.userNames([...new Set(people)]);
      const first = await bundled(rows);
      const rest = rows
        .filter(row => row.bundled === 0)
        .map(row => ({
          id: row.sha256,
          name: row.name,
          kind: row.kind,
          architecture: row.architecture,
          size: row.size,
          ram: row.ram,
          licence: row.licence,
          languages: JSON.parse(row.languages) as string[],
          source: row.source,
          sha256: row.sha256,
          bundled: false,
          importedAt: row.imported_at,
          importedBy: row.imported_by === null ? null : (names.get(row.imported_by) ?? null),
          verifiedAt: row.verified_at,
          present: files.isPresent(row.sha256),
          bench: parsed<Bench>(row.bench),
          accuracy: parsed<Accuracy>(row.accuracy),
        }));
      return first ? [first, ...rest] : rest;
    },
  };
};
