import type {ControlState} from '../../appliance/features/privacy/evidence/evidence.schema.ts';
import {mutations} from './mutations/index.ts';
import type {Mutation, World} from './world.ts';

export type States = Map<string, ControlState>;
export type Outcome = {mutation: Mutation; problems: string[]; ms: number};

export const statesOf = async ({appliance}: World, ids?: string[]): Promise<States> => {
  const {evidence} = appliance.inside;
  await evidence.run(ids);
  const {promises} = await evidence.view();
  return new Map(promises.flatMap(({controls}) => controls.map(({id, state}) => [id, state] as const)));
};

/** A control that nothing in here can turn red proves nothing; a mutation of none is left over. */
export const unmatched = (states: States): string[] => {
  const broken = new Set<string>(mutations.map(({control}) => control));
  return [
    ...[...states.keys()].filter(id => !broken.has(id)).map(id => `${id} has no mutation`),
    ...[...broken].filter(id => !states.has(id)).map(id => `${id} is no control`),
  ];
};

/** Breaks one promise, and sees that its control turns red and every other stays as it was; then mends it. */
export const tryMutation = async (world: World, mutation: Mutation, before: States): Promise<Outcome> => {
  const began = performance.now();
  const problems: string[] = [];
  const mend = await mutation.apply(world);
  try {
    const after = await statesOf(world);
    for (const [id, state] of after) {
      const expected = id === mutation.control ? 'broken' : before.get(id);
      if (state !== expected) problems.push(`${id} is ${state}, not ${expected}`);
    }
  } finally {
    await mend();
  }
  const mended = (await statesOf(world, [mutation.control])).get(mutation.control);
  if (mended !== before.get(mutation.control))
    problems.push(`${mutation.control} stays ${mended} once it is mended`);
  return {mutation, problems, ms: Math.round(performance.now() - began)};
};
