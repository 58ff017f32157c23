import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {cutUnits} from '../../appliance/inference/words.ts';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {authorities, intents, type PointRequest, spanFields} from '../../appliance/adapters/llm/contract.ts';
import {bestTags} from '../../appliance/inference/decode.ts';
import {inferenceArguments, inferenceEnvironment} from '../../appliance/inference/arguments.ts';
import {
  bundledModelPath,
  createInference,
  type InferenceOptions,
  readCatalogue,
} from '../../appliance/inference/index.ts';
import {reservedTokens} from '../../appliance/inference/vocabulary.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {randomLabellingModel} from '../../models/training/labelling-model.ts';
import {temporaryDirectory} from '../helpers/databases.ts';

const random = randomLabellingModel(7);
const modelFile = (t: ExecutionContext, bytes: Buffer = random): string => {
  const path = join(temporaryDirectory(t), 'random.gguf');
  writeFileSync(path, bytes);
  return path;
};
const startModel = (t: ExecutionContext, options: Partial<InferenceOptions> = {}) => {
  const model = createInference({
    modelPath: options.modelPath ?? modelFile(t),
    log: createLogger('silent'),
    threads: 1,
    catalogue: [],
    ...options,
  });
  t.teardown(model.close);
  return model;
};
const says = (message: string, before: PointRequest['turns'] = []): PointRequest => ({
  locale: 'en-GB',
  turns: [...before, {role: 'visitor', text: message}],
});
const refused = async (t: ExecutionContext, promise: Promise<unknown>, code: string) =>
  t.is(((await t.throwsAsync(promise, {name: 'AppError'})) as {code?: string} | undefined)?.code, code);

/** Whether a cut at `at` would fall inside a run of letters, a run of digits, or one character's two halves. */
const splitsWord = (message: string, at: number): boolean => {
  const before = message.slice(0, at).match(/.$/su)?.[0] ?? '';
  const after = message.slice(at).match(/^./su)?.[0] ?? '';
  const letters = /\p{L}/u.test(before) && /\p{L}/u.test(after);
  const digits = /\p{N}/u.test(before) && /\p{N}/u.test(after);
  const halves = /^[\uDC00-\uDFFF]/.test(message.slice(at)) && /[\uD800-\uDBFF]$/.test(message.slice(0, at));
  return letters || digits || halves;
};

const checkAnswer = (
  message: string,
  answer: Awaited<ReturnType<ReturnType<typeof startModel>['point']>>,
) => {
  let end = 0;
  for (const span of answer.spans) {
    if (!spanFields.includes(span.field)) throw new Error(`field ${span.field}`);
    if (!(span.start >= end && span.start < span.end && span.end <= message.length))
      throw new Error(`span ${span.start}-${span.end} of ${message.length}, after ${end}`);
    if (splitsWord(message, span.start) || splitsWord(message, span.end))
      throw new Error(`a word is split at ${span.start}-${span.end}`);
    if (!(span.confidence >= 0 && span.confidence <= 1)) throw new Error(`confidence ${span.confidence}`);
    if (message.slice(span.start, span.end).trim() === '') throw new Error('a span of nothing');
    end = span.end;
  }
  for (const {intent} of answer.intents) if (!intents.includes(intent)) throw new Error(`intent ${intent}`);
  if (answer.authority && !authorities.includes(answer.authority.value)) throw new Error('authority');
};

test('a model that was never trained still points at nothing but words the visitor wrote', async t => {
  const model = startModel(t);
  const nasty = fc.constantFrom(
    '<|im_start|>',
    '<|',
    '<message>',
    '<B-name>',
    '[INST]',
    '\u200B',
    '\u202E',
    '\uFEFF',
    '👩‍👩‍👧‍👦',
    '🇩🇪',
    'e\u0301',
    '𝒳',
    '\n',
    '\u0000',
    'مرحبا ٣٥ موظف',
    'שלום',
    '会社は35人です',
    ' 35,000 € ',
    'a@b.example',
    'https://example.com/x?y=1',
    'Straße',
    '½',
    '1.200,50',
    'l’entreprise',
  );
  const words = fc.array(
    fc.oneof(nasty, fc.string({unit: 'grapheme'}), fc.string({unit: 'binary'}), fc.lorem()),
    {
      maxLength: 12,
    },
  );
  const message = words.chain(parts => fc.constantFrom('', ' ').map(glue => parts.join(glue)));
  let spans = 0;
  await fc.assert(
    fc.asyncProperty(message, fc.array(message, {maxLength: 3}), async (said, before) => {
      const turns = before.map((turn, i) => ({
        role: i % 2 === 0 ? ('assistant' as const) : ('visitor' as const),
        text: turn,
      }));
      const answer = await model.point(says(said, turns));
      checkAnswer(said, answer);
      spans += answer.spans.length;
    }),
    {numRuns: 250},
  );
  t.true(spans > 200, `a property over no spans would prove nothing: ${spans}`);
});

test('ten thousand characters are answered, the newest part is read, and offsets are those of the whole text', async t => {
  const model = startModel(t);
  for (const unit of ['word 12 ', 'x', '👩‍🚀', 'a.', '\u200B', '1', '<|', 'a@', 'é', '\uD83D']) {
    const message = unit.repeat(Math.ceil(10_000 / unit.length)).slice(0, 10_000);
    const answer = await model.point(says(message));
    checkAnswer(message, answer);
  }
  const answer = await model.point(says(`${'word 12 '.repeat(1250)}end`));
  t.true(answer.spans.some(span => span.start > 9000));
  t.true(
    answer.spans.every(span => span.start > 2000),
    'the oldest part gives way',
  );
  const endless = 'x'.repeat(50_000);
  t.deepEqual((await model.point(says(endless))).spans, []);
  checkAnswer(`${endless} 35 people`, await model.point(says(`${endless} 35 people`)));
});

test('an address that runs on into a long word splits none', async t => {
  const model = startModel(t);
  for (const said of ['a@b.example0¼会社は35人ですpraesent sed', `a@b.${'x'.repeat(40)} we are 35`]) {
    for (const {start, end} of cutUnits(said))
      t.false(splitsWord(said, start) || splitsWord(said, end), said.slice(start, end));
    checkAnswer(said, await model.point(says(said)));
  }
  t.deepEqual(
    cutUnits('ada@example.com, please').map(({kind}) => kind),
    ['mail', 'mark', 'word'],
  );
});

test('the same request gets the same answer, and empty or unknown input gets none', async t => {
  const model = startModel(t);
  const request = says('We are 35 people, Ines Arbogast signs', [{role: 'assistant', text: 'Hello!'}]);
  const [one, two] = await Promise.all([model.point(request), model.point(request)]);
  t.deepEqual(one, two);
  t.like(model.info(), {id: 'random-7', kind: 'labelling'});
  for (const nothing of ['', '   ', '\u200B\u200B', '\n\n'])
    t.deepEqual((await model.point(says(nothing))).spans, []);
});

test('killed in mid-turn, the turn is refused as unavailable and the next one is answered', async t => {
  const model = startModel(t);
  await model.ready();
  const pid = model.processId();
  t.truthy(pid);
  // Stopped, it is surely still at the turn when it is killed.
  process.kill(pid ?? 0, 'SIGSTOP');
  const underWay = model.point(says('We are 35 people in Graz'));
  const queued = model.point(says('and we start in March'));
  process.kill(pid ?? 0, 'SIGKILL');
  await refused(t, underWay, 'llm.unavailable');
  checkAnswer('and we start in March', await queued);
  t.not(model.processId(), pid);
  t.is(model.status().restarts, 1);
});

test('a process that hangs is replaced; a full queue and an impatient caller are told at once', async t => {
  const model = startModel(t, {timeoutMs: 3000, queueLimit: 2});
  await model.ready();
  process.kill(model.processId() ?? 0, 'SIGSTOP');
  const hanging = model.point(says('one'));
  const impatient = new AbortController();
  const waiting = [model.point(says('two'), impatient.signal), model.point(says('three'))];
  await refused(t, model.point(says('four')), 'llm.overloaded');
  impatient.abort();
  await refused(t, waiting[0] ?? t.fail(), 'llm.timeout');
  await refused(t, hanging, 'llm.timeout');
  await refused(t, waiting[1] ?? t.fail(), 'llm.timeout');
  await model.ready();
  checkAnswer('five people', await model.point(says('five people')));
});

test('what a taken-over process answers is checked: outside the message, off the list, garbage or without end', async t => {
  const span = (field: string, start: number, end: number) =>
    `{"field":"${field}","start":${start},"end":${end},"confidence":1}`;
  const answer = (spans: string) => `{"id":1,"result":{"spans":[${spans}],"intents":[],"authority":null}}`;
  const lies = {
    beyond: answer(span('name', 0, 999)),
    backwards: answer(span('name', 4, 2)),
    overlapping: answer(`${span('name', 0, 4)},${span('company', 2, 5)}`),
    unknownField: answer(span('iban', 0, 4)),
    garbage: 'drop table',
    unasked: '{"fact":{"name":"Mallory"}}',
  };
  const liar = (body: string) => {
    const path = join(temporaryDirectory(t), 'liar.sh');
    writeFileSync(path, `#!/bin/sh\necho '{"ready":true}'\nread line\n${body}\nexec sleep 60\n`, {
      mode: 0o700,
    });
    return path;
  };
  for (const [name, line] of Object.entries({...lies, endless: undefined})) {
    const body = line === undefined ? 'head -c 3000000 /dev/zero | tr "\\0" x' : `echo '${line}'`;
    const model = startModel(t, {nodePath: liar(body)});
    const replaced = new Promise<void>(resolve => {
      model.onState(state => (state === 'restarting' ? resolve() : undefined));
    });
    await refused(t, model.point(says('hello there')), 'llm.unavailable');
    await replaced;
    await model.ready();
    t.is(model.status().restarts, 1, name);
  }
});

test('hostile files are refused before native code sees them', async t => {
  const patched = (at: number, write: (copy: Buffer) => void) => {
    const copy = Buffer.from(random);
    write(copy);
    return copy;
  };
  const files: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    text: Buffer.from('#!/bin/sh\nrm -rf /\n'.repeat(20)),
    truncatedHeader: random.subarray(0, 900),
    truncatedTensors: random.subarray(0, random.length - 4096),
    version: patched(4, copy => copy.writeUInt32LE(99, 4)),
    tensorCount: patched(8, copy => copy.writeBigUInt64LE(2n ** 60n, 8)),
    entryCount: patched(16, copy => copy.writeBigUInt64LE(2n ** 40n, 16)),
    keyLength: patched(24, copy => copy.writeBigUInt64LE(2n ** 50n, 24)),
    shape: patched(0, copy => copy.writeBigUInt64LE(2n ** 30n, copy.indexOf('token_embd.weight') + 21)),
    tensorType: patched(0, copy => copy.writeUInt32LE(777, copy.indexOf('output_norm.weight') + 18 + 4 + 8)),
    settings: patched(0, copy => copy.write('{"version":7', copy.indexOf('{"version":1'))),
    labels: patched(0, copy => copy.write('<B-nama>', copy.indexOf('<B-name>'))),
    foreign: patched(0, copy => copy.write('crowlit.labellinX', copy.indexOf('crowlit.labelling'))),
  };
  for (const [name, bytes] of Object.entries(files)) {
    const model = startModel(t, {modelPath: modelFile(t, bytes)});
    await refused(t, model.ready(), 'llm.bad_model');
    await refused(t, model.point(says('hello')), 'llm.bad_model');
    t.is(model.processId(), undefined, `${name}: no process may have been started on it`);
    t.is(model.info(), undefined);
  }
});

test('a file that is not the one the catalogue lists is refused', async t => {
  const listed = {
    id: 'listed',
    name: 'Listed',
    file: 'random.gguf',
    kind: 'labelling' as const,
    licence: 'none',
    size: random.length,
    ram: 1,
    languages: ['en'],
    source: 'none',
    sha256: '0'.repeat(64),
  };
  const model = startModel(t, {catalogue: [listed]});
  await refused(t, model.ready(), 'llm.bad_model');
  t.regex(model.status().problem?.message ?? '', /SHA-256/);
});

test('a whole file the library cannot load, a missing one, a missing runtime: said clearly, and nothing else breaks', async t => {
  const other = Buffer.from(random);
  other.write('llamb', other.indexOf('llada'));
  const unknown = startModel(t, {modelPath: modelFile(t, other)});
  await t.throwsAsync(unknown.ready());
  t.is(unknown.status().state, 'failed');
  await refused(
    t,
    startModel(t, {modelPath: join(temporaryDirectory(t), 'none.gguf')}).ready(),
    'llm.bad_model',
  );
  await refused(
    t,
    startModel(t, {nodePath: join(temporaryDirectory(t), 'no-node')}).ready(),
    'llm.unavailable',
  );
});

test('the bundled model is the one the catalogue lists, and reads a plain message in each language', async t => {
  const [listed] = (await readCatalogue()).filter(entry => entry.file === 'qualifier.gguf');
  const model = startModel(t, {modelPath: bundledModelPath, catalogue: await readCatalogue()});
  await model.ready();
  t.deepEqual(model.info(), {id: listed?.id, sha256: listed?.sha256, kind: 'labelling'});
  // a span where the model is sure, and a sign of the field at every word: without it, what rules read is not believed
  const reads = async (locale: string, message: string, name: string, email: string) => {
    const {spans, signs = []} = await model.point({locale, turns: [{role: 'visitor', text: message}]});
    t.true(
      spans.some(({field, start, end}) => field === 'email' && message.slice(start, end) === email),
      message,
    );
    const start = message.indexOf(name);
    for (const word of name.matchAll(/\S+/g))
      t.true(
        signs.some(
          sign => sign.field === 'name' && sign.start <= start + word.index && sign.end > start + word.index,
        ),
        `${word[0]} in ${message}`,
      );
    t.false(
      signs.some(sign => sign.field === 'name' && sign.end <= start),
      `a name before the name in ${message}`,
    );
  };
  const email = 'p.example@example.com';
  await reads('en-GB', `I am Petra Oakley, write to ${email}`, 'Petra Oakley', email);
  await reads('de-DE', `Ich bin Petra Lindemann, schreiben Sie an ${email}`, 'Petra Lindemann', email);
  await reads('fr-FR', `Je suis Pierre Delorme, écrivez-moi à ${email}`, 'Pierre Delorme', email);
  await reads('es-ES', `Soy Pedro Salinas, escríbanme a ${email}`, 'Pedro Salinas', email);
});

test('the row of tags is the likeliest of all that are consistent', t => {
  const allowed = (path: number[], fresh: boolean[]) =>
    path.every((tag, i) => {
      const inside = tag > 0 && tag % 2 === 0;
      return !inside || (i > 0 && !fresh[i] && (path[i - 1] === tag || path[i - 1] === tag - 1));
    });
  const chance = fc.double({min: 0.01, max: 1, noNaN: true});
  const rows = fc.array(fc.tuple(chance, chance, chance, chance, chance), {minLength: 1, maxLength: 4});
  fc.assert(
    fc.property(rows, fc.array(fc.boolean(), {minLength: 4, maxLength: 4}), (table, fresh) => {
      const weigh = (path: number[]) => path.reduce((sum, tag, i) => sum + Math.log(table[i]?.[tag] ?? 0), 0);
      const all = table.reduce<number[][]>(
        (paths, row) => paths.flatMap(path => row.map((_, tag) => [...path, tag])),
        [[]],
      );
      const best = Math.max(...all.filter(path => allowed(path, fresh)).map(weigh));
      const found = bestTags(table, fresh);
      return allowed(found, fresh) && Math.abs(weigh(found) - best) < 1e-9;
    }),
  );
  t.pass();
});

test('nothing a visitor types becomes a control or label token', async t => {
  const {createVocabulary, byteTokens} = await import('../../appliance/inference/vocabulary.ts');
  const {cutUnits} = await import('../../appliance/inference/words.ts');
  const vocabulary = createVocabulary([...reservedTokens, ...byteTokens, '▁a', 'a', '▁<', '<']);
  const markers = new Set(['<mail>', '<url>', '<break>', '<capital>', '<upper>', '<unk>'].map(vocabulary.id));
  const lengths = reservedTokens.filter(name => name.startsWith('<digits:')).map(vocabulary.id);
  const allowed = (token: number) =>
    token >= reservedTokens.length || markers.has(token) || lengths.includes(token);
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...reservedTokens), fc.string({unit: 'grapheme'})), message =>
      cutUnits(message).every(unit => vocabulary.encode(message, unit).every(allowed)),
    ),
  );
  t.pass();
});

test('the inference process can open no socket, start no process and read no file but the model and the code', async t => {
  const server = createServer(socket => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const {port} = server.address() as {port: number};
  const modelPath = modelFile(t);
  writeFileSync(join(modelPath, '..', 'neighbour.txt'), 'secret');
  const probe = async (permitted: boolean) => {
    const args = inferenceArguments({
      modelPath,
      threads: port,
      entry: join(import.meta.dirname, 'permission-probe.process.ts'),
    });
    const child = spawn(
      process.execPath,
      permitted ? args.filter(arg => !/^--(permission|allow)/.test(arg)) : args,
      {
        env: inferenceEnvironment(),
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    return JSON.parse(await text(child.stdout)) as {outcome: Record<string, string>; environment: string[]};
  };
  const free = await probe(true);
  t.deepEqual(
    new Set(Object.values({...free.outcome, fetch: 'allowed'})),
    new Set(['allowed']),
    'the probe itself works',
  );
  writeFileSync(modelPath, random);
  const {outcome, environment} = await probe(false);
  const {model, ...rest} = outcome;
  t.is(model, 'allowed');
  for (const [name, result] of Object.entries(rest)) t.is(result, 'denied', name);
  t.deepEqual(environment, ['LANG', 'NODE_ENV', 'NODE_LLAMA_CPP_SKIP_DOWNLOAD']);
  t.deepEqual(readFileSync(modelPath), random);
});
