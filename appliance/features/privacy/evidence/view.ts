import {addMilliseconds} from '../../../kit/clock.ts';
import type {Control} from '../../../kit/control.ts';
import {mappings} from '../documents/mappings.ts';
import type {ControlState, ControlView, PromiseState, PromiseView} from './evidence.schema.ts';
import type {ProductPromise} from './promises.ts';
import type {Moment, Result} from './results.store.ts';

/** A night, and time for the run of the next: what was seen before that says nothing of today. */
const goodFor = 26 * 3_600_000;

const sinceOf = (moments: readonly Moment[], state: ControlState): string | null => {
  const last = moments.findLastIndex(one => one.state !== state);
  return moments[last + 1]?.at ?? null;
};

const controlView = (
  {id, claim, enforcedBy}: Control,
  now: string,
  result: Result | undefined,
  moments: readonly Moment[],
): ControlView => {
  const history = moments.filter(({control}) => control === id);
  const common = {
    id,
    claim,
    enforcedBy: [...enforcedBy],
    history: history.map(({at, state}) => ({at, state})),
  };
  if (!result)
    return {
      ...common,
      state: 'not_checked',
      found: 'Not checked yet.',
      evidence: {},
      checkedAt: null,
      since: null,
    };
  const {state, found, at} = result;
  const isOld = at < addMilliseconds(now, -goodFor);
  return {
    ...common,
    state: isOld ? 'not_checked' : state,
    found: isOld ? `Not checked for more than a day. Then: ${found}` : found,
    evidence: JSON.parse(result.evidence) as ControlView['evidence'],
    checkedAt: at,
    since: sinceOf(history, state),
  };
};

/** The worst of its controls; and what no control looks at keeps a promise from being kept as a whole. */
const stateOf = (controls: readonly ControlView[], missing: readonly string[]): PromiseState => {
  const has = (state: ControlState): boolean => controls.some(one => one.state === state);
  if (has('broken')) return 'broken';
  if (has('not_checked')) return 'not_checked';
  if (!has('kept') && !has('open')) return 'not_applicable';
  return missing.length > 0 || has('open') ? 'partly' : 'kept';
};

export const promiseView = (
  {id, group, title, text, missing: wanted}: ProductPromise,
  seen: {
    now: string;
    controls: readonly Control[];
    newest: ReadonlyMap<string, Result>;
    moments: readonly Moment[];
  },
): PromiseView => {
  const controls = seen.controls.map(one =>
    controlView(one, seen.now, seen.newest.get(one.id), seen.moments),
  );
  const supplied = new Set<string>(seen.controls.map(one => one.id));
  const missing = Object.entries(wanted)
    .filter(([control]) => !supplied.has(control))
    .map(([, why]) => why);
  const mapping = mappings.find(({promise}) => promise === id);
  if (!mapping) throw new TypeError(`the promise ${id} is mapped to no framework`);
  const {gdpr, soc2, iso27001, asvs, dora} = mapping;
  return {
    id,
    group,
    title,
    text,
    state: stateOf(controls, missing),
    missing,
    controls,
    mapping: {gdpr, soc2, iso27001, asvs, dora},
  };
};
