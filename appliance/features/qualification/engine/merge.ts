import type {FactField} from './engine.types.ts';

type Held = {field: FactField; value: unknown};

/** What a newer fact takes the place of: its field's earlier ones, or the same intent. Undefined when it says nothing new. */
export const replacedBy = <Known extends Held>(known: readonly Known[], fact: Held): Known[] | undefined => {
  const value = JSON.stringify(fact.value);
  const same = known.filter(
    other =>
      other.field === fact.field && (other.field !== 'intent' || JSON.stringify(other.value) === value),
  );
  return same.some(other => JSON.stringify(other.value) === value) ? undefined : same;
};
