import {closeSync, openSync, readdirSync, readFileSync, readSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import type {Storage, TableDeclaration} from '../../appliance/storage/index.ts';
import {reveal} from '../../appliance/storage/opaque.ts';

/** A text in every dress it might lie about in. */
const dresses = (text: string): Buffer[] => {
  const plain = Buffer.from(text);
  const base64 = [0, 1, 2].map(shift => {
    const encoded = Buffer.concat([Buffer.alloc(shift), plain])
      .toString('base64')
      .replaceAll('=', '');
    // what the neighbours decide is left out
    return encoded.slice(shift === 0 ? 0 : shift + 1, encoded.length - 2);
  });
  return [
    plain,
    Buffer.from(text.toLowerCase()),
    Buffer.from(text, 'utf16le'),
    Buffer.from(encodeURIComponent(text)),
    Buffer.from(plain.toString('hex')),
    Buffer.from(JSON.stringify(text).slice(1, -1)),
    ...base64.map(encoded => Buffer.from(encoded)),
  ];
};

/** As JavaScript keeps strings in memory. */
const inJavaScript = (text: string): Buffer[] => [Buffer.from(text), Buffer.from(text, 'utf16le')];

export type Canaries = Record<string, string>;

/** The names of the canaries that are in there. */
export const found = (canaries: Canaries, content: Buffer | string, dressed = dresses): string[] => {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
  return Object.entries(canaries)
    .filter(([, text]) => dressed(text).some(dress => bytes.includes(dress)))
    .map(([name]) => name);
};

const filesIn = (directory: string): string[] =>
  readdirSync(directory).flatMap(name => {
    const path = join(directory, name);
    const stat = statSync(path, {throwIfNoEntry: false});
    return stat?.isDirectory() ? filesIn(path) : stat?.isFile() ? [path] : [];
  });

/** `file: canary` for each that lies in a file of the folder; and how many files were looked into. */
export const inFiles = (canaries: Canaries, directory: string): {looked: number; hits: string[]} => {
  const files = filesIn(directory);
  return {
    looked: files.length,
    hits: files.flatMap(file => found(canaries, readFileSync(file)).map(name => `${file}: ${name}`)),
  };
};

/** Every page of an encrypted file as it is under its key, free ones included. */
export const decrypted = (file: string, key: Buffer): Buffer => {
  const Sqlite = createRequire(import.meta.url)('better-sqlite3-multiple-ciphers') as new (
    name: string,
  ) => {
    pragma: (text: string) => unknown;
    serialize: () => Buffer;
    close: () => void;
  };
  const connection = new Sqlite(file);
  connection.pragma(`cipher='sqlcipher'`);
  connection.pragma(`key="x'${key.toString('hex')}'"`);
  const content = connection.serialize();
  connection.close();
  return content;
};

/** Everything of every table that opens: what is plain as it stands, what is sealed with the keys that are there. */
export const readable = async (storage: Storage, tables: readonly TableDeclaration[]): Promise<string> => {
  const texts: string[] = [];
  for (const {table, columns} of tables.filter(({room}) => room !== 'storage')) {
    const rows: Record<string, unknown>[] = await storage.db(table);
    texts.push(
      JSON.stringify(rows, (_, value: unknown) =>
        Buffer.isBuffer(value) ? value.toString('latin1') : value,
      ),
    );
    for (const row of rows)
      for (const [name, value] of Object.entries(row))
        if (name.endsWith('_personal') && value !== null) texts.push(String(reveal(value as never)));
    for (const [name, column] of Object.entries(columns)) {
      if (column.kind !== 'sealed') continue;
      const [purpose] = column.purposes;
      if (!purpose) continue;
      const stored = `${name}_sealed`;
      const declaration = tables.find(one => one.table === table) as TableDeclaration;
      const person = typeof declaration.person === 'string' ? [declaration.person] : [];
      const narrow = rows.map(row =>
        Object.fromEntries([declaration.rowId, ...person, stored].map(key => [key, row[key]])),
      );
      const opened = await storage.personal
        .reader(purpose)
        .open<Record<string, string | null>>(table, narrow);
      texts.push(...opened.map(row => row[name] ?? ''));
    }
  }
  return texts.join('\n');
};

const childrenOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`)
    .flatMap(task => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '))
    .filter(text => text !== '')
    .flatMap(text => [Number(text), ...childrenOf(Number(text))]);

/** What the process and its children hold in memory. `undefined`: this user may not look. */
export const inMemory = (canaries: Canaries, pid: number): {bytes: number; hits: string[]} | undefined => {
  let bytes = 0;
  const hits = new Set<string>();
  for (const one of [pid, ...childrenOf(pid)]) {
    let handle: number;
    try {
      handle = openSync(`/proc/${one}/mem`, 'r');
    } catch {
      return undefined;
    }
    try {
      for (const line of readFileSync(`/proc/${one}/maps`, 'utf8').split('\n')) {
        const range = /^([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ (\d+)/.exec(line);
        // what a file holds was looked into there
        if (!range || range[3] !== '0') continue;
        const [from, to] = [Number.parseInt(range[1] ?? '', 16), Number.parseInt(range[2] ?? '', 16)];
        // in pieces that overlap by more than a canary is long
        for (let at = from; at < to; at += 8_000_000) {
          const piece = Buffer.alloc(Math.min(8_004_096, to - at));
          try {
            const read = readSync(handle, piece, 0, piece.length, at);
            bytes += read;
            for (const name of found(canaries, piece.subarray(0, read), inJavaScript))
              hits.add(`${one}: ${name}`);
          } catch {
            // a region that cannot be read, such as [vvar]
          }
        }
      }
    } finally {
      closeSync(handle);
    }
  }
  return {bytes, hits: [...hits]};
};
