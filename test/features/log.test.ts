import {Writable} from 'node:stream';
import test from 'ava';
import {answerError} from '../../appliance/http/errors.ts';
import {systemClock} from '../../appliance/kit/clock.ts';
import {AppError} from '../../appliance/kit/errors.ts';
import {createLogger} from '../../appliance/kit/logger.ts';
import {openStorage} from '../../appliance/storage/index.ts';
import {allTables} from '../../appliance/tables.ts';
import {databaseKinds, freshDatabase} from '../helpers/databases.ts';

const canary = 'Zyxomma "Petiolatum" 4711';

for (const kind of databaseKinds) {
  test(`${kind}: the log says what the database refused, and not a word of what was to be stored`, async t => {
    const storage = await openStorage({
      ...(await freshDatabase(t, kind)),
      clock: systemClock,
      tables: allTables,
    });
    t.teardown(storage.close);
    const {db} = storage;
    await db.schema.createTable('words', table => {
      table.text('word').primary();
      table.integer('count').notNullable();
    });
    const row = {word: canary, count: 1};
    await db('words').insert(row);
    const refused = async (attempt: () => PromiseLike<unknown>): Promise<unknown> => {
      try {
        await attempt();
      } catch (error) {
        return error;
      }
      throw new Error('it was not refused');
    };
    const errors = [
      await refused(() => db('words').insert(row)),
      await refused(() => storage.transaction(async trx => trx('words').insert(row))),
      await refused(() => db('words').insert({word: `${canary} again`})),
      await refused(async () => JSON.parse(`{${canary}`)),
      new AppError('internal', 'words.broken', 'It broke.', {
        cause: await refused(() => db('words').insert(row)),
      }),
      canary,
    ];
    if (kind === 'postgres')
      errors.push(await refused(() => db('words').insert({word: 'x', count: canary as unknown as number})));

    let written = '';
    const log = createLogger(
      'debug',
      new Writable({
        write: (chunk, _encoding, done) => {
          written += String(chunk);
          done();
        },
      }),
    );
    for (const error of errors) {
      log.error({err: error}, 'it failed');
      answerError(error, log, 'GET /somewhere');
    }
    t.notRegex(written, /Petiolatum|4711/);
    const [first, , , , , , , , wrapped] = written
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Line);
    t.regex(first?.err.message ?? '', /unique constraint|UNIQUE constraint failed/);
    t.is(first?.err.code, kind === 'postgres' ? '23505' : 'SQLITE_CONSTRAINT_PRIMARYKEY');
    t.true((first?.err.stack.length ?? 0) > 0, 'it says where');
    t.like(wrapped?.err, {code: 'words.broken', message: 'It broke.'});
    t.is(wrapped?.err.cause?.code, first?.err.code);
  });
}
type Line = {err: {code: string; message: string; stack: string[]; cause?: Line['err']}};
