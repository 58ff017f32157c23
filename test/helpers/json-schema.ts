/** A value that a JSON schema allows, drawn at random: objects whose keys are all required, lists, `enum` and `$ref` are understood. */
type Schema = Record<string, unknown>;

export const drawFrom = (whole: Schema, chance: () => number): unknown => {
  const definitions = (whole['$defs'] ?? {}) as Record<string, Schema>;
  const one = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(chance() * values.length)] as Value;
  const value = (schema: Schema): unknown => {
    const {$defs: _, ...rest} = schema;
    const understood = Object.keys(rest).toSorted().join(' ');
    switch (understood) {
      case '$ref': {
        const found = definitions[String(rest['$ref']).replace('#/$defs/', '')];
        if (!found) throw new Error(`no definition ${String(rest['$ref'])}`);
        return value(found);
      }
      case 'enum':
        return one(rest['enum'] as unknown[]);
      case 'items maxItems type':
        return Array.from({length: Math.floor(chance() * (Number(rest['maxItems']) + 1))}, () =>
          value(rest['items'] as Schema),
        );
      case 'additionalProperties properties required type': {
        const properties = rest['properties'] as Record<string, Schema>;
        if (String(rest['required']) !== String(Object.keys(properties))) throw new Error('not all required');
        return Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, value(inner)]));
      }
      default:
        throw new Error(`not understood: ${understood}`);
    }
  };
  return value(whole);
};
