import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {promiseIds, promiseOf} from '../../appliance/kit/control.ts';
import {mappings} from '../../appliance/features/privacy/documents/mappings.ts';
import {productPromises} from '../../appliance/features/privacy/evidence/promises.ts';
import {statesOf, tryMutation, unmatched} from '../controls/check.ts';
import {mutations} from '../controls/mutations/index.ts';
import {startWorld} from '../controls/world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const handful = 4;

test('every promise is in the catalogue once, with its words and what it answers to', t => {
  t.deepEqual(
    productPromises.map(({id}) => id),
    [...promiseIds],
  );
  t.deepEqual(
    mappings.map(({promise}) => promise),
    [...promiseIds],
  );
  for (const {id, title, text, missing} of productPromises) {
    t.true(title.length > 5 && text.length > 40, id);
    for (const control of Object.keys(missing)) t.true(control.startsWith(`${id}.`), control);
  }
});

test('each control is enforced by code that is there, and has what breaks it; a few are broken, others on another day', async t => {
  const world = await startWorld(t, 'sqlite');
  const before = await statesOf(world);
  t.deepEqual(unmatched(before), [], 'controls without a mutation, mutations without a control');
  t.deepEqual(
    [...before].filter(([, state]) => state === 'broken'),
    [],
    'broken before anything was done',
  );
  const {promises} = await world.appliance.inside.evidence.view();
  const controls = promises.flatMap(one => one.controls);
  t.is(new Set(controls.map(({id}) => id)).size, controls.length, 'an id is one control’s');
  for (const {id, enforcedBy} of controls) {
    t.true(promises.some(promise => promise.id === promiseOf({id: id as never})));
    t.true(enforcedBy.length > 0, id);
    for (const path of enforcedBy) t.true(existsSync(root + path), `${id}: ${path}`);
  }
  // all of them, on both databases: npm run test:controls
  const today = Math.floor(Date.now() / 86_400_000) * handful;
  for (let at = 0; at < handful; at++) {
    const mutation = mutations[(today + at) % mutations.length];
    if (!mutation) continue;
    const {problems} = await tryMutation(world, mutation, before);
    t.deepEqual(problems, [], `${mutation.control}: ${mutation.how}`);
  }
});
