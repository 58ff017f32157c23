const contents = new WeakMap<Opaque, unknown>();

/**
 * What a query returns for a personal column: it cannot be printed, logged, serialised or compared. Only the reader of
 * `personal.ts` looks inside, after it has checked the purpose.
 */
export class Opaque {
  toString(): string {
    return '[personal]';
  }

  toJSON(): string {
    return '[personal]';
  }
}

export const conceal = (value: unknown): Opaque => {
  const opaque = new Opaque();
  contents.set(opaque, value);
  return opaque;
};

/** For `personal.ts` alone; a test enumerates the importers of this function. */
export const reveal = (opaque: Opaque): unknown => contents.get(opaque);

export const isPersonalName = (name: string) => name.endsWith('_sealed') || name.endsWith('_personal');

const concealRow = (row: Record<string, unknown>, names: string[]): void => {
  for (const name of names) {
    const value = row[name];
    if (value !== null && value !== undefined) row[name] = conceal(value);
  }
};

const rowsOf = (result: unknown): unknown[] => {
  if (Array.isArray(result)) return result;
  if (typeof result === 'object' && result !== null && 'rows' in result && Array.isArray(result.rows))
    return result.rows;
  return [result];
};

/** Knex's `postProcessResponse`: personal columns leave the database layer concealed, whichever query asked. */
export const concealPersonal = (result: unknown): unknown => {
  const rows = rowsOf(result);
  const first: unknown = rows[0];
  if (typeof first !== 'object' || first === null || Buffer.isBuffer(first)) return result;
  const names = Object.keys(first).filter(isPersonalName);
  if (names.length > 0) for (const row of rows) concealRow(row as Record<string, unknown>, names);
  return result;
};
