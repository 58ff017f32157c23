import {createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {open, rename} from 'node:fs/promises';
import {join} from 'node:path';
import {type Place, shred, syncFolder, withPostgres} from '../../../storage/destroy.ts';
import type {Certificate, Order, SignedCertificate} from './certificate.ts';

/** What is left of an installation, or is about to be: the order to destroy it, the audit log, and in the end the certificate. */
export const remainsFolder = (directory: string): string => join(directory, 'remains');
export const names = {
  order: 'order.json',
  certificate: 'certificate.json',
  auditLog: 'audit.jsonl',
  key: 'verification-key.txt',
} as const;

const read = (file: string): unknown =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as unknown) : undefined;

/** Whole or not at all, however the process ends. */
export const writeWhole = async (file: string, content: string | AsyncIterable<string>): Promise<void> => {
  const part = `${file}.part`;
  const handle = await open(part, 'w', 0o600);
  try {
    if (typeof content === 'string') await handle.writeFile(content);
    else for await (const piece of content) await handle.write(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, file);
  syncFolder(join(file, '..'));
};

// PostgreSQL may serve several nodes, each with a data directory of its own: they learn of the end from the database
const schema = 'crowlit_remains';
const chunk = 4 * 1024 * 1024;

/** One that is there already stands. */
const publish = (
  url: string,
  name: string,
  pieces: AsyncIterable<string> | Iterable<string>,
): Promise<void> =>
  withPostgres(url, async client => {
    await client.query(`create schema if not exists ${schema}`);
    await client.query(
      `create table if not exists ${schema}.files (name text, part integer, content text not null, primary key (name, part))`,
    );
    await client.query('begin');
    let part = 0;
    for await (const content of pieces) {
      await client.query(`insert into ${schema}.files values ($1, $2, $3) on conflict do nothing`, [
        name,
        part,
        content,
      ]);
      part += 1;
    }
    await client.query('commit');
  });

const published = (url: string): Promise<Set<string>> =>
  withPostgres(url, async client => {
    const {rows: known} = await client.query<{is: string | null}>('select to_regclass($1) as is', [
      `${schema}.files`,
    ]);
    if (known[0]?.is == null) return new Set<string>();
    const {rows} = await client.query<{name: string}>(`select distinct name from ${schema}.files`);
    return new Set(rows.map(({name}) => name));
  });

const withParts = (
  url: string,
  name: string,
  work: (parts: AsyncIterable<string>) => Promise<void>,
): Promise<void> =>
  withPostgres(url, client => {
    const parts = async function* (): AsyncGenerator<string> {
      for (let part = 0; ; part += 1) {
        const {rows} = await client.query<{content: string}>(
          `select content from ${schema}.files where name = $1 and part = $2`,
          [name, part],
        );
        if (!rows[0]) return;
        yield rows[0].content;
      }
    };
    return work(parts());
  });
const fetchTo = (url: string, name: string, file: string): Promise<void> =>
  withParts(url, name, parts => writeWhole(file, parts));

type Found = {
  order: Order | undefined;
  certificate: SignedCertificate | undefined;
  /** The certificate was made by another node: this one has not destroyed yet what it holds itself. */
  elsewhere: boolean;
};

export const createRemains = ({directory, database}: Place) => {
  const folder = remainsFolder(directory);
  const at = (name: string): string => join(folder, name);
  const shared = database !== 'sqlite';

  const local = () => ({
    order: read(at(names.order)) as Order | undefined,
    certificate: read(at(names.certificate)) as SignedCertificate | undefined,
  });

  return {
    at,
    prepare: (): void => void mkdirSync(folder, {recursive: true, mode: 0o700}),
    local,

    /** What there is, here or in a database that other nodes use, too: what they left is carried out here as well. */
    find: async (): Promise<Found> => {
      const here = local();
      if (!shared || here.certificate) return {...here, elsewhere: false};
      const files = await published(database);
      if (files.size > 0) mkdirSync(folder, {recursive: true, mode: 0o700});
      // the log first: what follows stands for it
      for (const name of [names.auditLog, names.key, names.order])
        if (files.has(name) && !existsSync(at(name))) await fetchTo(database, name, at(name));
      if (!files.has(names.certificate)) return {...local(), elsewhere: false};
      const pieces: string[] = [];
      await withParts(database, names.certificate, async parts => {
        for await (const piece of parts) pieces.push(piece);
      });
      return {
        order: local().order,
        certificate: JSON.parse(pieces.join('')) as SignedCertificate,
        elsewhere: true,
      };
    },

    /** Another node's certificate stands here, too, once this one has nothing left. */
    adopt: (): Promise<void> => fetchTo(database, names.certificate, at(names.certificate)),

    /** The audit log is there already. */
    order: async (order: Order): Promise<void> => {
      const text = JSON.stringify(order);
      if (shared) {
        const log = createReadStream(at(names.auditLog), {encoding: 'utf8', highWaterMark: chunk});
        await publish(database, names.auditLog, log as AsyncIterable<string>);
        await publish(database, names.order, [text]);
      }
      await writeWhole(at(names.order), text);
    },

    /** How far it is: for whoever goes on after a crash. */
    note: (order: Order): Promise<void> => writeWhole(at(names.order), JSON.stringify(order)),

    /** The first one that is made stands, on whichever node. */
    certify: async (made: SignedCertificate, key: string): Promise<SignedCertificate> => {
      const text = `${JSON.stringify(made, null, 2)}\n`;
      if (shared) {
        await publish(database, names.key, [key]);
        await publish(database, names.certificate, [text]);
      }
      await writeWhole(at(names.key), key);
      if (shared) await fetchTo(database, names.certificate, at(names.certificate));
      else await writeWhole(at(names.certificate), text);
      return local().certificate as SignedCertificate;
    },

    /** The order holds the locked key that signed: it goes last. */
    forgetOrder: async (): Promise<void> => {
      if (shared) {
        await withPostgres(database, async client => {
          await client.query(`delete from ${schema}.files where name = $1`, [names.order]);
        });
      }
      shred(at(names.order));
    },

    /** Makes way for a new installation; what is left of the old one is kept beside it. */
    setAside: async (certificate: Certificate): Promise<string> => {
      const kept = join(directory, `deleted-${certificate.liveErasureAt.slice(0, 19).replaceAll(':', '')}`);
      if (shared) {
        await withPostgres(database, async client => {
          await client.query(`drop schema if exists ${schema} cascade`);
        });
      }
      await rename(folder, kept);
      syncFolder(directory);
      writeFileSync(join(kept, 'READ ME.txt'), `${leftWords}\n`, {mode: 0o600});
      return kept;
    },
  };
};
export type Remains = ReturnType<typeof createRemains>;

const leftWords =
  'The certificate of a deletion, the key it is verified with, and the audit log of what was deleted. `crowlit certificate verify certificate.json` checks it.';
