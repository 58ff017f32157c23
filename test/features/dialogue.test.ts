/** What a visitor is told, and what their short answers bring about. */
import test from 'ava';
import {
  type Fact,
  nextReply,
  playbookSchema,
  qualify,
  type ReplyInput,
} from '../../appliance/features/qualification/engine/index.ts';
import {bundledPlaybooks, demoPlaybook} from '../../appliance/features/qualification/playbooks/index.ts';

const bank = demoPlaybook();
const locales = ['en', 'de', 'fr', 'es'] as const;
type Locale = (typeof locales)[number];
const fact = (field: Fact['field'], value: unknown) => ({id: field, field, value, display: ''});
const reply = (over: Partial<ReplyInput>) =>
  nextReply({
    playbook: bank,
    locale: 'en',
    facts: [],
    newFacts: [],
    intents: [],
    asked: [],
    before: {},
    visitorText: 'hello',
    qualified: false,
    wasQualified: false,
    personFree: true,
    now: '2026-11-24T10:00:00.000Z',
    seed: 'a',
    ...over,
  });
const text = (over: Partial<ReplyInput>) => reply(over).segments.join('');

/** Whether a person is called after the assistant's words and the visitor's. */
const calls = async (locale: Locale, assistant: string, visitor: string) => {
  const {intents} = await qualify({
    turns: [
      {role: 'assistant', text: assistant},
      {role: 'visitor', text: visitor},
    ],
    locale,
    region: 'DE',
    today: '2026-11-24',
    model: undefined,
  });
  return intents.some(({intent}) => intent === 'human_request');
};
/** What the AI says where it does not know, in every wording it has. */
const offers = (locale: Locale) => [
  ...new Set(
    ['Do you insure yachts in the Arctic?', 'What does a yacht cost?'].flatMap(visitorText =>
      Array.from({length: 12}, (_, seed) => text({locale, visitorText, seed: String(seed)})),
    ),
  ),
];

const accepting: Record<Locale, string[]> = {
  en: [
    'yes please',
    'Yes',
    'sure, please do',
    'ok',
    'That would be great!',
    'Yes please, my number is 0800 123 4567',
  ],
  de: ['ja gern', 'Ja, bitte', 'gerne', 'ok', 'Das wäre nett', 'Ja bitte, rufen Sie jemanden'],
  fr: ['oui volontiers', 'Oui, s’il vous plaît', 'je veux bien', 'd’accord', 'Avec plaisir !'],
  es: ['sí, por favor', 'Sí', 'claro que sí', 'vale', 'Con mucho gusto'],
};
const declining: Record<Locale, string[]> = {
  en: [
    'no thanks',
    'No, please don’t call anyone',
    'not now',
    'maybe later',
    'thanks',
    'I’d rather not talk to a person',
  ],
  de: [
    'nein danke',
    'nicht nötig',
    'vielleicht später',
    'danke',
    'Ich möchte nicht mit einem Menschen sprechen',
  ],
  fr: ['non merci', 'pas maintenant', 'peut-être plus tard', 'merci', 'Je ne veux pas parler à une personne'],
  es: ['no, gracias', 'ahora no', 'quizás más tarde', 'gracias', 'No quiero hablar con una persona'],
};
for (const locale of locales) {
  test(`a colleague offered and accepted is called, declined is not: ${locale}`, async t => {
    for (const offer of offers(locale)) {
      for (const answer of accepting[locale])
        t.true(await calls(locale, offer, answer), `${offer} → ${answer}`);
      for (const answer of declining[locale])
        t.false(await calls(locale, offer, answer), `${offer} → ${answer}`);
    }
  });
}

test('a yes to another question calls nobody', async t => {
  for (const [locale, question, yes] of [
    ['en', 'Is the choice of bank yours to make?', 'yes'],
    ['de', 'Entscheiden Sie selbst über die Wahl der Bank?', 'ja'],
    ['fr', 'Est-ce vous qui choisissez la banque ?', 'oui'],
    ['es', '¿La elección del banco depende de usted?', 'sí'],
  ] as const)
    t.false(await calls(locale, question, yes), question);
  for (const playbook of [...bundledPlaybooks(), bank])
    for (const locale of locales)
      for (const {question} of playbook.facts)
        for (const asked of question[locale] ?? []) t.false(await calls(locale, asked, 'ok'), asked);
});

test('whoever declines is asked the next question, and is not seen off', t => {
  for (const locale of locales) {
    const [before = ''] = offers(locale);
    const said = reply({locale, before: {assistant: before}, visitorText: declining[locale][0] ?? ''});
    t.is(said.asks, 'need', said.segments.join(''));
  }
});

const passedOn =
  /passed (?:it|this) on|told them|takes over|weitergegeben|gemeldet|übernimmt|transmis|prend la suite|prévien|pasado|aviso|sigue/i;
test('while nobody is free nothing is said to have been passed on: a contact is asked for, or is there', t => {
  for (const locale of locales) {
    for (const over of [
      {intents: [{intent: 'human_request'}]},
      {intents: [{intent: 'support_request'}]},
      {qualified: true},
      {visitorText: 'Do you insure yachts in the Arctic?'},
    ] as Partial<ReplyInput>[]) {
      const asked = reply({locale, personFree: false, ...over});
      const said = asked.segments.join('');
      t.notRegex(said, passedOn);
      t.is(asked.asks, 'email', said);
      t.regex(said, /e-mail|E-Mail|correo/);
      const known = text({locale, personFree: false, facts: [fact('email', 'a@example.com')], ...over});
      t.notRegex(known, passedOn);
      t.notRegex(known, /e-mail|E-Mail|correo electrónico/, 'nobody is asked for what they gave');
      t.regex(known, /contact|Kontaktdaten|coordonnées|datos/);
    }
    const end = text({locale, personFree: false, asked: bank.facts.map(({field}) => field)});
    t.notRegex(end, passedOn);
  }
});

test('out of hours it says when somebody is there again', t => {
  const when = {
    en: ['on Monday from 08:00 (GMT+1)', 'today from 08:00'],
    de: ['am Montag ab 08:00 Uhr', 'heute ab 08:00 Uhr'],
    fr: ['lundi à partir de 08:00', 'aujourd’hui à partir de 08:00'],
    es: ['el lunes a partir de las 08:00', 'hoy a partir de las 08:00'],
  } as const;
  for (const locale of locales) {
    const at = (now: string) => text({locale, personFree: false, intents: [{intent: 'human_request'}], now});
    t.true(at('2026-11-28T20:00:00.000Z').includes(when[locale][0]), at('2026-11-28T20:00:00.000Z'));
    t.true(at('2026-11-30T06:30:00.000Z').includes(when[locale][1]), 'Zurich is an hour ahead');
    t.false(/08:00/.test(at('2026-11-30T12:00:00.000Z')), 'at noon they are there, only not free');
  }
});

test('a price is quoted for the thing that was asked about, and for nothing else', t => {
  const price = (visitorText: string, locale: Locale, before?: string) =>
    reply({locale, visitorText, before: {visitor: before}, intents: [{intent: 'pricing'}]});
  const cases: [Locale, string, RegExp | null, string?][] = [
    ['en', 'What does it cost?', /12 euros a month, Example Business Plus costs 29/],
    ['en', 'How much is the Business Plus account per month?', /29 euros/],
    ['en', 'How much does a terminal cost?', /14 euros/],
    ['en', 'What are the costs of a mortgage?', null],
    ['en', 'How much is a company credit card?', null],
    ['en', 'We need a safe deposit box. What does it cost?', null],
    ['en', 'What does that cost?', null, 'Do you have safe deposit boxes?'],
    ['en', 'Great. What does it cost?', /12 euros/, 'We run 12 bakeries around Graz.'],
    ['de', 'Was kostet das Konto im Monat?', /12 Euro/],
    ['de', 'Was kostet ein Kartenterminal?', /14 Euro/],
    ['de', 'Wie teuer ist ein Immobilienkredit?', null],
    ['fr', 'Combien coûte le compte ?', /12 euros/],
    ['fr', 'Quel est le prix d’un terminal ?', /14 euros/],
    ['fr', 'Combien coûte un crédit immobilier ?', null],
    ['es', '¿Cuánto cuesta la cuenta?', /12 euros/],
    ['es', '¿Qué precio tiene un terminal?', /14 euros/],
    ['es', '¿Cuánto cuesta una hipoteca?', null],
  ];
  for (const [locale, question, expected, before] of cases) {
    const {segments, source} = price(question, locale, before);
    const said = segments.join('');
    if (expected) {
      t.regex(said, expected, question);
      t.truthy(source);
    } else {
      t.is(source, null, `${question} → ${said}`);
      t.notRegex(said, /\d/);
      t.regex(said, /colleague|jemand|équipe|equipo/, said);
    }
  }
});

test('of two prices that fit equally none is quoted', t => {
  const entry = (id: string) => ({
    id,
    phrases: {en: ['price', 'cost']},
    answer: {en: `The ${id} costs 5 euros.`},
    source: 'prices',
  });
  const playbook = playbookSchema.parse({...bank, languages: ['en'], faq: [entry('lamp'), entry('table')]});
  t.is(reply({playbook, visitorText: 'What does it cost?'}).source, null);
  t.regex(text({playbook, visitorText: 'What does the table cost?'}), /table costs/);
});
