import {setImmediate as nextTurn} from 'node:timers/promises';
import {appendLeaf, emptyPeaks, leafHash, type Peaks, rootHash} from '../../../kit/merkle.ts';
import type {DatabaseOrTransaction, Transaction} from '../../../storage/index.ts';
import type {Policy} from './policy.ts';
import type {RetentionCategory, Aged} from './section.ts';

/** `restricted`: a person who had asked for erasure, erased when what forbade it had ended. */
export type ReceiptCategory = RetentionCategory | 'restricted';
export type Receipt = {
  run: string;
  night: string;
  startedAt: string;
  finishedAt: string;
  /** The time that the periods were counted from. */
  countedFrom: string;
  policy: Policy;
  removed: {category: ReceiptCategory; siteId: string | null; count: number; rootHash: string}[];
  kept: {legalHold: number; restricted: number};
  tree: {size: number; rootHash: string};
};
type Signed = {document: Receipt; signature: string; keyId: string; publicKey: string};
type Batch = {
  number: number;
  category: ReceiptCategory;
  site_id: string | null;
  count: number;
  hashes: Buffer;
};

const table = 'privacy_retention_batches';
const hashLength = 32;
const pageSize = 50;

/** What a receipt is made of: pseudonymous ids as RFC 9162 leaf hashes. Its order is part of the format. */
export const receiptLeaf = (
  run: string,
  category: ReceiptCategory,
  siteId: string | null,
  id: string,
): Buffer => leafHash(Buffer.from(JSON.stringify([1, run, category, siteId, id])));

/** In the transaction that removes them; returns the next number. */
export const writeBatches = async (
  trx: Transaction,
  run: string,
  from: number,
  category: ReceiptCategory,
  records: readonly Pick<Aged, 'id' | 'siteId'>[],
): Promise<number> => {
  const rows = [...Map.groupBy(records, ({siteId}) => siteId)].map(([siteId, own], index) => ({
    run_id: run,
    number: from + index,
    category,
    site_id: siteId,
    count: own.length,
    hashes: Buffer.concat(own.map(({id}) => receiptLeaf(run, category, siteId, id))),
  }));
  if (rows.length > 0) await trx(table).insert(rows);
  return from + rows.length;
};

const batchesOf = async function* (db: DatabaseOrTransaction, run: string): AsyncGenerator<Batch> {
  for (let after = -1; ; ) {
    const rows: Batch[] = await db(table)
      .where({run_id: run})
      .where('number', '>', after)
      .orderBy('number')
      .limit(pageSize);
    yield* rows;
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.number ?? after;
  }
};
const leavesOf = ({hashes}: Batch): Buffer[] =>
  Array.from({length: hashes.length / hashLength}, (_, index) =>
    hashes.subarray(index * hashLength, (index + 1) * hashLength),
  );

/** The counts and roots of everything a run removed, read back from what its transactions wrote. */
export const summarise = async (
  db: DatabaseOrTransaction,
  run: string,
): Promise<Pick<Receipt, 'removed' | 'tree'>> => {
  let all: Peaks = emptyPeaks;
  const groups = new Map<string, {category: ReceiptCategory; siteId: string | null; peaks: Peaks}>();
  for await (const batch of batchesOf(db, run)) {
    const key = `${batch.category} ${batch.site_id}`;
    const group = groups.get(key) ?? {category: batch.category, siteId: batch.site_id, peaks: emptyPeaks};
    for (const leaf of leavesOf(batch)) {
      all = appendLeaf(all, leaf);
      group.peaks = appendLeaf(group.peaks, leaf);
    }
    groups.set(key, group);
    // a run over millions has as many hashes: whoever waits for this thread comes in between
    await nextTurn();
  }
  return {
    removed: [...groups.values()].map(({category, siteId, peaks}) => ({
      category,
      siteId,
      count: peaks.size,
      rootHash: rootHash(peaks).toString('hex'),
    })),
    tree: {size: all.size, rootHash: rootHash(all).toString('hex')},
  };
};

/** The file to take away, line by line: the signed receipt, and the hashes that give its roots. */
export const receiptLines = async function* (
  db: DatabaseOrTransaction,
  signed: Signed,
): AsyncGenerator<string> {
  yield `${JSON.stringify({type: 'header', format: 'crowlit-receipt', version: 1, kind: 'retention', signed})}\n`;
  for await (const batch of batchesOf(db, signed.document.run)) {
    const hashes = leavesOf(batch).map(leaf => leaf.toString('hex'));
    yield `${JSON.stringify({type: 'leaves', category: batch.category, siteId: batch.site_id, hashes})}\n`;
  }
  yield `${JSON.stringify({type: 'end'})}\n`;
};
