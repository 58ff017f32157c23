import test from 'ava';
import {normalise, qualify} from '../../appliance/features/qualification/engine/index.ts';

const today = '2026-06-10';
const languages = {
  GB: 'en',
  US: 'en',
  AU: 'en',
  DE: 'de',
  AT: 'de',
  CH: 'de',
  FR: 'fr',
  ES: 'es',
  AR: 'es',
  MX: 'es',
} as const;
const said = (field: 'company_size' | 'timeline', region: keyof typeof languages, text: string) =>
  normalise(field, text, {language: languages[region], region, today});

test('people who count themselves are counted too', t => {
  const counts: [keyof typeof languages, string, number][] = [
    ['GB', 'me plus two', 3],
    ['GB', 'five fitters, two apprentices and me', 8],
    ['DE', 'fünf Gesellen, zwei Azubis und ich', 8],
    ['DE', 'ich und meine drei Söhne', 4],
    ['FR', 'quatre compagnons, un apprenti et moi', 6],
    ['ES', 'tres oficiales y yo', 4],
    ['GB', 'eight including me', 8],
    ['GB', 'twelve people', 12],
  ];
  for (const [region, text, count] of counts)
    t.deepEqual(said('company_size', region, text), {min: count, max: count}, text);
});

test('whoever goes on speaking of themselves is not one more', async t => {
  const {facts} = await qualify({
    turns: [{role: 'visitor', text: 'We are 5 people and I need a quote.'}],
    locale: 'en-GB',
    region: 'GB',
    today,
    known: [],
    model: undefined,
  });
  t.deepEqual(facts.find(({field}) => field === 'company_size')?.value, {min: 5, max: 5});
});

test('"odd" and halves are read as people mean them', t => {
  t.deepEqual(said('company_size', 'GB', 'thirty-odd staff'), {min: 30, max: 30});
  t.deepEqual(said('company_size', 'ES', 'medio centenar'), {min: 50, max: 50});
});

test('a school or business year begins where the visitor lives', t => {
  const times: [keyof typeof languages, string, string][] = [
    ['DE', 'zum neuen Schuljahr', '1-3m'],
    ['AU', 'before the next school year', '6-12m'],
    ['AR', 'al comienzo del ciclo lectivo', '6-12m'],
    ['ES', 'para el curso que viene', '1-3m'],
    ['GB', 'from the new tax year', '6-12m'],
    ['AU', 'start of the new financial year', '0-1m'],
    ['DE', 'vor Ende des Geschäftsjahres', '6-12m'],
    ['CH', 'zum Herbstsemester', '3-6m'],
  ];
  for (const [region, text, bucket] of times) t.is(said('timeline', region, text), bucket, text);
});

test('feasts and near days in everyday words', t => {
  const times: [keyof typeof languages, string, string][] = [
    ['US', 'by Black Friday', '3-6m'],
    ['US', 'before Labor Day', '1-3m'],
    ['DE', 'nach Aschermittwoch', '6-12m'],
    ['MX', 'antes del Buen Fin', '3-6m'],
    ['FR', 'à la Toussaint', '3-6m'],
    ['FR', 'fin de trimestre', '0-1m'],
    ['ES', 'a principios de 2027', '6-12m'],
    ['DE', 'in den nächsten Tagen', '0-1m'],
    ['AT', 'im Feber', '6-12m'],
    ['DE', 'spätestens Mai', '6-12m'],
  ];
  for (const [region, text, bucket] of times) t.is(said('timeline', region, text), bucket, text);
});

test('an exercise is no business year', t => {
  t.is(said('timeline', 'FR', 'un exercice de sécurité'), null);
  t.is(said('timeline', 'ES', 'hacer ejercicio'), null);
});
