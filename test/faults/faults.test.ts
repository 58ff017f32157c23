import test from 'ava';
import {runFaults} from './faults.ts';
import {faultKinds} from './ledger.ts';

// the short form; `npm run test:faults` is the long one
const short = [
  {
    database: 'sqlite',
    cycles: 5,
    moments: ['a turn', 'a delivery', 'marked', 'starting', 'an acknowledgement'],
  },
  {database: 'postgres', cycles: 2, moments: ['a turn', 'an acknowledgement']},
] as const;

for (const {database, cycles, moments} of short) {
  test(`${database}: killed in the middle of things, nothing acknowledged is lost, doubled, or answered twice`, async t => {
    t.timeout(300_000);
    const figures = await runFaults(t, {database, cycles, moments, seed: 7, wordsBetween: 20});
    t.log(
      `${figures.cycles} kills, ${figures.acknowledged} acknowledged, ${figures.answers} answers, ${figures.leads} leads`,
    );
    t.deepEqual(figures.examples, []);
    t.deepEqual(
      figures.faults,
      Object.fromEntries(faultKinds.map(kind => [kind, 0])) as typeof figures.faults,
    );
    t.true(
      figures.acknowledged >= cycles * 4 && figures.answers >= 1,
      'there was something to lose, even on a busy machine',
    );
    t.true(Object.values(figures.kills).reduce((sum, n) => sum + n, 0) >= cycles);
  });
}
