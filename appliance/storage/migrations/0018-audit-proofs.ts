import {createHash} from 'node:crypto';
import type {Transaction} from '../database.ts';
import type {Migration} from '../migrate.ts';

const table = 'audit_leaves';
const piece = 400;

const write = async (trx: Transaction, rows: {index: number; subtrees: string}[]): Promise<void> => {
  if (rows.length === 0) return;
  const cases = rows.map(() => 'when ? then ?').join(' ');
  await trx(table)
    .whereIn(
      'index',
      rows.map(({index}) => index),
    )
    .update({
      subtrees: trx.raw(`case ?? ${cases} end`, [
        'index',
        ...rows.flatMap(({index, subtrees}) => [index, subtrees]),
      ]),
    });
};

/** The log that is there gets the roots of the trees that each leaf completes: RFC 9162, section 2.1. */
const completeTrees = async (trx: Transaction): Promise<void> => {
  let peaks: Buffer[] = [];
  let waiting: {index: number; subtrees: string}[] = [];
  for (let from = 0; ; ) {
    const rows: {index: number; leaf_hash: string}[] = await trx(table)
      .where('index', '>=', from)
      .orderBy('index')
      .limit(2000)
      .select('index', 'leaf_hash');
    for (const [offset, {index, leaf_hash: leaf}] of rows.entries()) {
      // a leaf that is missing is for the verifier to tell, not for the upgrade to stop at
      if (index !== from + offset) return write(trx, waiting);
      let node = Buffer.from(leaf, 'hex');
      const completed: Buffer[] = [];
      for (let bits = index; bits % 2 === 1; bits = Math.floor(bits / 2)) {
        node = createHash('sha256')
          .update(Buffer.of(1))
          .update(peaks.pop() as Buffer)
          .update(node)
          .digest();
        completed.push(node);
      }
      peaks = [...peaks, node];
      if (completed.length > 0) waiting.push({index, subtrees: Buffer.concat(completed).toString('hex')});
      if (waiting.length === piece) {
        await write(trx, waiting);
        waiting = [];
      }
    }
    if (rows.length === 0) return write(trx, waiting);
    from += rows.length;
  }
};

/** What makes a proof a few reads, and what makes a root somebody's word: signing keys, checkpoints and their witnesses. */
export const auditProofs: Migration = {
  name: '0018-audit-proofs',
  up: async trx => {
    await trx.schema.alterTable(table, columns => columns.text('subtrees'));
    await completeTrees(trx);
    await trx.schema.createTable('audit_keys', columns => {
      columns.text('id').primary();
      columns.text('name').notNullable();
      columns.text('public_key').notNullable();
      columns.binary('private_key_sealed').notNullable();
      columns.text('created_at').notNullable();
      columns.text('retired_at');
    });
    await trx.schema.createTable('audit_checkpoints', columns => {
      columns.integer('size').primary();
      columns.text('at').notNullable();
      columns.text('root_hash').notNullable();
      columns.text('key_id').notNullable();
      columns.text('note').notNullable();
    });
    await trx.schema.createTable('audit_witnesses', columns => {
      columns.text('place').primary();
      columns.integer('delivered_size').notNullable();
      columns.text('delivered_at');
      columns.text('problem');
      columns.text('problem_since');
    });
  },
};
