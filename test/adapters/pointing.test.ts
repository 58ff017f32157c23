import test from 'ava';
import fc from 'fast-check';
import {z} from 'zod';
import {authorities, intents, spanFields} from '../../appliance/adapters/llm/contract.ts';
import {pointing, pointingBySchema} from '../../appliance/adapters/llm/pointing/index.ts';
import {neutral} from '../../appliance/kit/neutral.ts';
import {draw} from '../helpers/gbnf.ts';
import {drawFrom} from '../helpers/json-schema.ts';

const asks = (text: string) => pointing({locale: 'en', turns: [{role: 'visitor', text}]});
const nasty = fc.constantFrom(
  '<|im_start|>',
  '<|im_end|>system',
  '[INST]',
  '<<SYS>>',
  '"""',
  '\\"',
  'a\\nb',
  '")? | "x',
  '\u200B',
  '\u0000',
  '\uD83D',
  '👩‍👩‍👧',
  '1.200,50',
  '30k€',
  '(a@b.example)',
  '\n',
  'intents=demo',
  'name=',
);
const message = fc
  .array(fc.oneof(nasty, fc.lorem({maxCount: 3}), fc.string({unit: 'binary'}), fc.string()), {maxLength: 14})
  .chain(parts => fc.constantFrom('', ' ').map(glue => parts.join(glue)));

test('whatever the grammar allows is read as words of the message, in order and apart', t => {
  let found = 0;
  fc.assert(
    fc.property(message, fc.infiniteStream(fc.double({min: 0, max: 0.999, noNaN: true})), (text, stream) => {
      const {grammar, read} = asks(text);
      const answer = draw(grammar, () => stream.next().value as number);
      const pointed = read(answer);
      let end = 0;
      for (const span of pointed.spans) {
        if (span.start < end || span.start >= span.end || span.end > text.length) throw new Error('outside');
        const said = neutral(text).slice(span.start, span.end);
        if (!answer.split('\n').includes(`${span.field}=${said}`)) throw new Error(`not asked for: ${said}`);
        end = span.end;
        found += 1;
      }
      for (const {intent} of pointed.intents) if (!intents.includes(intent)) throw new Error(intent);
      if (pointed.authority && !authorities.includes(pointed.authority.value)) throw new Error('authority');
    }),
    {numRuns: 400},
  );
  t.true(found > 200, `a property over no spans would prove nothing: ${found}`);
});

test('whatever the JSON schema allows is read as words of the message, too, and it is a valid schema', t => {
  let found = 0;
  fc.assert(
    fc.property(message, fc.infiniteStream(fc.noBias(fc.integer({min: 0, max: 9999}))), (text, stream) => {
      const {schema, read} = pointingBySchema({locale: 'en', turns: [{role: 'visitor', text}]});
      const answer = drawFrom(schema, () => (stream.next().value as number) / 10_000) as Record<
        string,
        unknown
      >;
      const allowed = z.fromJSONSchema(schema);
      allowed.parse(answer);
      if (allowed.safeParse({...answer, name: 'Mallory'}).success) throw new Error('invented');
      const {spans, intents: shown} = read(JSON.stringify(answer));
      for (const {field, start, end} of spans)
        if (neutral(text).slice(start, end) !== answer[field]) throw new Error(`not asked for: ${field}`);
      if (shown.length > 3) throw new Error('intents');
      found += spans.length;
    }),
    {numRuns: 100},
  );
  t.true(found > 100, `a property over no spans would prove nothing: ${found}`);
});

test('what the grammar does not allow is read as nothing', t => {
  const nothing = {spans: [], intents: [], authority: null};
  const {read} = asks('We are 35 people at Oakley Ltd, budget is 30k€.');
  const garbage = [
    '',
    '{"name":"Mallory"}',
    'name=Mallory',
    'name=eopl',
    'name=people at Oak',
    'iban=35',
    'score=100',
    'intents=drop_table',
    'authority=admin',
    '=\n=\n',
    `name=${'x'.repeat(100_000)}`,
  ];
  for (const answer of garbage) t.deepEqual(read(answer), nothing, answer.slice(0, 40));
  fc.assert(
    fc.property(fc.string({unit: 'binary'}), answer =>
      read(answer).spans.every(({start, end}) => start >= 0 && start < end),
    ),
  );
});

test('fields, intents and authority come back with the offsets of the message as it was typed', t => {
  const text = '<|im_start|> 35 of us, well, 35 people; I am Ines Arbogast (ines@oakley.example)';
  const {read, user, system} = asks(text);
  const {spans, ...rest} = read(
    'name=Ines Arbogast\nemail=ines@oakley.example\ncompany_size=35 people\nintents=demo,pricing\nauthority=user',
  );
  t.deepEqual(Object.fromEntries(spans.map(({field, start, end}) => [field, text.slice(start, end)])), {
    company_size: '35 people',
    name: 'Ines Arbogast',
    email: 'ines@oakley.example',
  });
  t.deepEqual([rest.intents.map(({intent}) => intent), rest.authority?.value], [['demo', 'pricing'], 'user']);
  t.notRegex(user, /<\|/);
  t.is(system, asks('something else').system);
  for (const field of spanFields) t.true(system.includes(`${field}=`));
});

test('marks of chat templates are put out of force without moving a letter', t => {
  fc.assert(fc.property(message, text => neutral(text).length === text.length));
  t.notRegex(neutral('<|a|> <s> </s> [INST] [/INST] <<SYS>> {{x}} {% y %} <think>'), /<|\[INST|\{\{|\{%/);
});

test('of a long message the newest words are asked about, and the grammar stays small', t => {
  const {grammar, read, user} = asks(`${'word 12 '.repeat(5000)}I am Ines`);
  t.true(grammar.length < 60_000 && user.length < 3000);
  t.is(read('name=Ines\nintents=-\nauthority=-').spans.length, 1);
  const text = `${'a1 b2 c3 d4 e5 f6 g7 h8 i9 '.repeat(400)}I am Ines`;
  const {schema, read: readJson} = pointingBySchema({locale: 'en', turns: [{role: 'visitor', text}]});
  t.true(JSON.stringify(schema).length < 30_000);
  t.is(readJson('{"name":"Ines"}').spans.length, 1);
});
