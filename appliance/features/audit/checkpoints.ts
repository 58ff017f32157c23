import {createPrivateKey} from 'node:crypto';
import type {Clock} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import {newId} from '../../kit/ids.ts';
import type {DatabaseOrTransaction, Reader, Storage, Transaction} from '../../storage/index.ts';
import type {AuditEntry, Leaves} from './leaves.ts';
import {rootHash} from '../../kit/merkle.ts';
import {newSigningKey, signCheckpoint, type SigningKey} from './note.ts';
import {type Signed, signDocument} from './signed.ts';

/** No two are of one size: each is made of more entries than the one before. */
export type Checkpoint = {size: number; at: string; root_hash: string; key_id: string; note: string};
type KeyRow = {
  id: string;
  name: string;
  public_key: string;
  created_at: string;
  retired_at: string | null;
  private_key: string;
};

const keyTable = 'audit_keys';
const checkpointTable = 'audit_checkpoints';
const system: AuditEntry['actor'] = {kind: 'system', id: null};

const rewritten = (what: string): AppError =>
  new AppError(
    'conflict',
    'audit.rewritten',
    `${what} No checkpoint was made: it would say that all is right. Keep a copy of the database, and compare an export with the checkpoints your witness holds.`,
  );

/** What makes a root the appliance's word: keys, and checkpoints signed with them. */
export const createCheckpoints = (deps: {storage: Storage; clock: Clock; reader: Reader; leaves: Leaves}) => {
  const {storage, clock, leaves} = deps;

  const last = async (db: DatabaseOrTransaction): Promise<Checkpoint | undefined> =>
    db(checkpointTable).orderBy('size', 'desc').first();

  const signingKey = async (trx: Transaction): Promise<SigningKey | undefined> => {
    const rows = await trx(keyTable).whereNull('retired_at').orderBy('id', 'desc').limit(1);
    const [row] = await deps.reader.open<KeyRow>(keyTable, rows);
    return (
      row && {
        name: row.name,
        id: row.public_key.split('+')[1] as string,
        publicKey: row.public_key,
        privateKey: row.private_key,
      }
    );
  };

  /** The log's name is made with its first key, and kept by those that follow. */
  const addKey = async (
    trx: Transaction,
    name: string,
    actor: AuditEntry['actor'],
    before: SigningKey | undefined,
  ): Promise<SigningKey> => {
    const key = newSigningKey(name);
    const at = clock.iso();
    if (before) await trx(keyTable).whereNull('retired_at').update({retired_at: at});
    const [row] = await storage.personal.seal(keyTable, [
      {
        id: newId(),
        name,
        public_key: key.publicKey,
        private_key: key.privateKey,
        created_at: at,
        retired_at: null,
      },
    ]);
    await trx(keyTable).insert(row);
    await leaves.append(trx, {
      actor,
      action: before ? 'audit.key_replaced' : 'audit.key_made',
      detail: before ? {before: before.publicKey, after: key.publicKey} : {key: key.publicKey},
    });
    return key;
  };

  const firstKey = (trx: Transaction): Promise<SigningKey> =>
    addKey(trx, `crowlit-audit/${newId()}`, system, undefined);

  /** A few reads: the stored nodes still give what was signed last, and what the next one is about to sign. */
  const refuseRewritten = async (trx: Transaction, before: Checkpoint | undefined): Promise<void> => {
    const peaks = await leaves.peaks(trx);
    if (before && before.size > peaks.size)
      throw rewritten(`The audit log has ${peaks.size} entries, and ${before.size} were signed before.`);
    const then = before && (await leaves.rootAt(trx, before.size));
    if (before && then?.toString('hex') !== before.root_hash)
      throw rewritten(`The first ${before.size} entries of the audit log are not those that were signed.`);
    const now = await leaves.rootAt(trx, peaks.size);
    if (now?.equals(rootHash(peaks)) !== true)
      throw rewritten('The entries of the audit log do not give its root.');
  };

  const currentKey = async (trx: Transaction): Promise<SigningKey> =>
    (await signingKey(trx)) ?? addKey(trx, `crowlit-audit/${newId()}`, system, undefined);

  const sign = async (
    trx: Transaction,
    keys: readonly [SigningKey, ...SigningKey[]],
  ): Promise<Checkpoint> => {
    const peaks = await leaves.peaks(trx);
    const root = rootHash(peaks);
    const at = clock.iso();
    const checkpoint = {
      size: peaks.size,
      at,
      root_hash: root.toString('hex'),
      key_id: keys[0].id,
      note: signCheckpoint({size: peaks.size, root, at}, keys),
    };
    await trx(checkpointTable).insert(checkpoint);
    return checkpoint;
  };

  /** Signs the log as it is now; the last one again where nothing was added. Undefined while the log is empty. */
  const makeIn = async (trx: Transaction): Promise<Checkpoint | undefined> => {
    const {size} = await leaves.peaks(trx, {lock: true});
    if (size === 0) return undefined;
    const before = await last(trx);
    await refuseRewritten(trx, before);
    if (before?.size === size) return before;
    return sign(trx, [await currentKey(trx)]);
  };

  return {
    last: () => last(storage.db),
    make: () => storage.transaction(makeIn),

    /** With the key that signs the log: receipts and certificates are the same appliance's word. */
    signed: async <T>(kind: string, document: T, trx?: Transaction): Promise<Signed<T>> => {
      const key = trx ? await currentKey(trx) : await storage.transaction(currentKey);
      return signDocument(key, kind, document);
    },

    /** From now on another key signs. Both sign the checkpoint of the change, so that who trusts the old one can follow. */
    replaceKey: async (actorId: string): Promise<Checkpoint> =>
      storage.transaction(async trx => {
        await makeIn(trx);
        const before = await signingKey(trx);
        if (!before)
          throw new AppError(
            'conflict',
            'audit.no_key',
            'There is no key yet: the first checkpoint makes one.',
          );
        const after = await addKey(trx, before.name, {kind: 'user', id: actorId}, before);
        return sign(trx, [after, before]);
      }),

    keys: async (): Promise<{publicKey: string; createdAt: string; retiredAt: string | null}[]> =>
      (await storage.db(keyTable).orderBy('id').select('public_key', 'created_at', 'retired_at')).map(
        row => ({publicKey: row.public_key, createdAt: row.created_at, retiredAt: row.retired_at}),
      ),

    /** The key that signs, locked under a passphrase: for the last word of an installation, once its key store is gone. */
    lockedKey: async (passphrase: string): Promise<{id: string; publicKey: string; locked: string}> => {
      const key = await storage.transaction(signingKey);
      if (!key)
        throw new AppError('conflict', 'audit.no_key', 'There is no key yet: a checkpoint makes one.');
      const der = Buffer.from(key.privateKey, 'base64');
      const locked = createPrivateKey({key: der, format: 'der', type: 'pkcs8'}).export({
        format: 'pem',
        type: 'pkcs8',
        cipher: 'aes-256-cbc',
        passphrase,
      });
      return {id: key.id, publicKey: key.publicKey, locked};
    },

    /** Those over more entries than that, the smallest first, a page at a time. */
    after: async (size: number, limit: number): Promise<Checkpoint[]> =>
      storage.db(checkpointTable).where('size', '>', size).orderBy('size').limit(limit),
  };
};
export type Checkpoints = ReturnType<typeof createCheckpoints>;
