import {createHash} from 'node:crypto';
import {type FileHandle, open, readFile} from 'node:fs/promises';
import {basename, resolve} from 'node:path';
import {z} from 'zod';
import type {ModelInfo} from '../adapters/llm/contract.ts';
import {isEmbedding, readEmbedding} from './embedding-settings.ts';
import {badModel, type GgufHeader, HeaderCut, readGguf} from './gguf.ts';
import {readInstruct} from './instruct-settings.ts';
import {readSettings} from './settings.ts';

/** `models/catalogue.json`: what is known of a model file before it is opened. */
export const catalogueSchema = z.array(
  z.object({
    id: z.string().regex(/^[\w.-]{1,80}$/),
    name: z.string(),
    file: z.string(),
    kind: z.enum(['labelling', 'instruct', 'embedding']),
    licence: z.string(),
    /** Exact, in bytes; null where the file was never here. */
    size: z.number().int().positive().nullable(),
    /** What its publisher's pages say, rounded; for people, never checked against. */
    approximateSize: z.number().int().positive().optional(),
    /** Null where it could not be obtained: an import then asks for the publisher's. */
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    /** Bytes of memory the inference process needs with it; rounded up where it was never run here. */
    ram: z.number().int().positive(),
    languages: z.array(z.string()),
    source: z.string(),
  }),
);
export type CatalogueEntry = z.infer<typeof catalogueSchema>[number];

const cataloguePath = resolve(import.meta.dirname, '../../models/catalogue.json');
export const bundledModelPath = resolve(import.meta.dirname, '../../models/bundled/qualifier.gguf');

export const readCatalogue = async (path = cataloguePath): Promise<CatalogueEntry[]> =>
  catalogueSchema.parse(JSON.parse(await readFile(path, 'utf8')));

/** A header is a few MB in practice (the vocabulary); past this the file is not what it claims to be. */
const largestHeader = 64 << 20;

export const readHeader = async (file: FileHandle, size: number): Promise<GgufHeader> => {
  for (let length = Math.min(size, 4 << 20); ; length = Math.min(size, length * 4)) {
    const {buffer, bytesRead} = await file.read(Buffer.alloc(length), 0, length, 0);
    try {
      return readGguf(buffer.subarray(0, bytesRead), size);
    } catch (error) {
      if (!(error instanceof HeaderCut)) throw error;
      if (length >= Math.min(size, largestHeader)) throw badModel("The model file's header does not end.");
    }
  }
};

const digest = async (file: FileHandle): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream({autoClose: false, start: 0, highWaterMark: 1 << 20}))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
};

/** Judges a model file without native code: whole, a GGUF, and the very bytes the catalogue lists under its name. */
export const inspectModel = async (
  path: string,
  catalogue: readonly CatalogueEntry[] = [],
): Promise<ModelInfo> => {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch {
    throw badModel(`There is no readable model file at ${path}.`);
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw badModel(`${path} is not a file.`);
    const header = await readHeader(file, stat.size);
    const sha256 = await digest(file);
    const listed = catalogue.find(entry => entry.file === basename(path));
    const known = catalogue.find(entry => entry.sha256 === sha256);
    if (listed?.sha256 && listed.sha256 !== sha256 && !known)
      throw badModel(
        `${basename(path)} is not the file the catalogue lists: its SHA-256 is ${sha256}, expected ${listed.sha256}. ` +
          'Restore it from the release, or import it under another name.',
      );
    return {id: known?.id ?? nameOf(header, path), sha256, kind: kindOf(header)};
  } finally {
    await file.close();
  }
};

/** The file says itself what it is; one that is none of the three is refused with the reason. */
export const kindOf = (header: GgufHeader): ModelInfo['kind'] => {
  if (header.metadata.has('crowlit.labelling')) {
    readSettings(header);
    return 'labelling';
  }
  // before the chat template: some embedding models come with the one of the model they were made of
  if (isEmbedding(header)) {
    readEmbedding(header);
    return 'embedding';
  }
  readInstruct(header);
  return 'instruct';
};

export const nameOf = (header: GgufHeader, path: string): string => {
  const name = header.metadata.get('general.name');
  const raw = typeof name === 'string' && name !== '' ? name : basename(path, '.gguf');
  return raw.replaceAll(/[^\w.-]+/gu, '-').slice(0, 80);
};
