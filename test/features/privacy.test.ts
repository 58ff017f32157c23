import test from 'ava';
import {egressPurposes} from '../../appliance/egress/contract.ts';
import {getRegion, isInside, regions} from '../../appliance/features/privacy/regions.ts';
import {countryFor} from '../../appliance/features/privacy/country.ts';
import {startAppliance} from '../helpers/start.ts';

test('the data map names every personal column with category, purposes and basis', async t => {
  const appliance = await startAppliance(t);
  const admin = await appliance.administrator();
  const {columns} = await admin.call<{
    columns: {
      table: string;
      column: string;
      category: string | null;
      purposes: string[];
      basis: string | null;
      sealed: boolean;
    }[];
  }>('GET', '/api/admin/data-map');
  const text = columns.find(
    ({table, column}) => table === 'conversations_messages' && column === 'text_sealed',
  );
  t.like(text, {category: 'D2', basis: 'contract', sealed: true});
  for (const column of columns.filter(({column: name}) => /_(sealed|personal)$/.test(name))) {
    t.regex(column.category ?? '', /^D[1-6]$/);
    t.true(column.purposes.length > 0);
    t.truthy(column.basis);
  }
});

test('a region holds what lies inside it, and says in words what choosing it means', t => {
  t.true(isInside('eu-at', 'eu'));
  t.true(isInside('eu', 'eu'));
  t.false(isInside('eu', 'eu-at'));
  t.false(isInside('us', 'eu'));
  t.false(isInside('euro', 'eu'));
  t.throws(() => getRegion('atlantis'), {code: 'privacy.unknown_region'});
  for (const {meaning} of regions) t.regex(meaning, /refused/);
  t.is(countryFor('eu', 'de'), 'DE');
  t.is(countryFor('eu-at', 'en'), 'AT');
  t.is(countryFor('uk', 'en'), 'GB');
});

test('what may leave the box leaves for one of a closed list of purposes', t => {
  t.deepEqual([...egressPurposes].toSorted(), [
    'audit_witness',
    'backup',
    'benchmark',
    'crm_sync',
    'identity_provider',
    'licence',
    'mail',
    'model_mirror',
    'model_server',
    'turn',
  ]);
});
