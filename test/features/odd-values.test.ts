/** What must never be taken for a fact, and numbers without their country. */
import test from 'ava';
import type {LanguageModel, SpanField} from '../../appliance/adapters/llm/contract.ts';
import {qualify} from '../../appliance/features/qualification/engine/index.ts';
import {startAppliance} from '../helpers/start.ts';

/** A model that is sure the whole message is this field. */
const pointsAt = (field: SpanField): LanguageModel => ({
  info: () => undefined,
  point: ({turns}) =>
    Promise.resolve({
      spans: [{field, start: 0, end: turns.at(-1)?.text.length ?? 0, confidence: 0.99}],
      intents: [],
      authority: null,
    }),
  close: () => Promise.resolve(),
});
const factsOf = async (
  assistant: string,
  visitor: string,
  options: {locale?: string; region?: string; visitorCountry?: string; model?: LanguageModel} = {},
) => {
  const {facts} = await qualify({
    turns: [
      {role: 'assistant', text: assistant},
      {role: 'visitor', text: visitor},
    ],
    locale: options.locale ?? 'en',
    region: options.region ?? 'DE',
    visitorCountry: options.visitorCountry,
    today: '2026-11-24',
    model: options.model,
  });
  return Object.fromEntries(facts.map(({field, value}) => [field, value]));
};

const courtesies = {
  en: [
    'Good morning',
    'Hello there!',
    'Hi, thanks a lot',
    'ok great, thank you',
    'Hello, I have a question',
    'Kind regards',
  ],
  de: [
    'Guten Morgen',
    'Grüß Gott',
    'Hallo zusammen!',
    'Danke schön',
    'Ja, vielen Dank',
    'Mit freundlichen Grüßen',
  ],
  fr: [
    'Bonjour',
    'Bonsoir à tous',
    'Merci beaucoup',
    'Bonjour, j’ai une question',
    'D’accord, merci',
    'Cordialement',
  ],
  es: [
    'Buenos días',
    '¡Hola, buenas tardes!',
    'Muchas gracias',
    'Vale, perfecto',
    'Hola, una pregunta',
    'Un saludo',
  ],
};
const questions = [
  'What are you looking for?',
  'Which company is it for?',
  'May I ask for your name?',
  'What is your role?',
];
for (const [locale, lines] of Object.entries(courtesies)) {
  test(`greetings and thanks are no facts, whoever points at them: ${locale}`, async t => {
    for (const line of lines) {
      for (const question of questions) {
        t.deepEqual(await factsOf(question, line, {locale}), {}, `${question} → ${line}`);
        for (const field of ['name', 'company', 'job_title', 'need'] as const)
          t.deepEqual(
            await factsOf(question, line, {locale, model: pointsAt(field)}),
            {},
            `${field}: ${line}`,
          );
      }
    }
  });
}

test('a greeting before a name or a wish is no part of it', async t => {
  t.like(await factsOf('May I ask for your name?', 'Hello, Ada Muster', {model: pointsAt('name')}), {
    name: 'Ada Muster',
  });
  t.like(await factsOf('What are you looking for?', 'Good morning, card terminals for our shops'), {
    need: 'card terminals for our shops',
  });
  t.like(await factsOf('Was suchen Sie?', 'Guten Tag, ein Konto für unsere Bäckerei', {locale: 'de'}), {
    need: 'ein Konto für unsere Bäckerei',
  });
});

test('a national number is read in the region, and in the visitor’s country where it is none of the region’s', async t => {
  const ask = 'Unter welcher Telefonnummer erreichen wir Sie?';
  const phone = async (number: string, region: string, visitorCountry?: string) =>
    (await factsOf(ask, number, {locale: 'de', region, visitorCountry}))['phone'];
  t.is(await phone('0664 1234567', 'ES', 'AT'), '+436641234567', 'an Austrian mobile');
  t.is(await phone('0151 23456789', 'ES', 'DE'), '+4915123456789', 'a German mobile');
  t.is(await phone('079 123 45 67', 'ES', 'CH'), '+41791234567');
  t.is(await phone('030 123456', 'DE', 'AT'), '+4930123456', 'good in the region: the region counts');
  t.is(await phone('+43 664 1234567', 'DE', 'CH'), '+436641234567');
});

test('the visitor’s browser names the country', async t => {
  const appliance = await startAppliance(t);
  const agent = await appliance.agent();
  const visitor = await appliance.visitor({locale: 'de-AT'});
  await agent.watch(visitor.conversationId);
  await visitor.say('Meine Telefonnummer ist 0664 1234567');
  const {facts} = await agent.socket.next('facts', frame => frame.facts.length > 0);
  t.is(facts.find(({field}) => field === 'phone')?.value, '+436641234567');
});
