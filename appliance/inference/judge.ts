import {open} from 'node:fs/promises';
import {basename} from 'node:path';
import type {ModelInfo} from '../adapters/llm/contract.ts';
import {architectures} from './architectures.ts';
import {readEmbedding} from './embedding-settings.ts';
import {badModel, type GgufHeader} from './gguf.ts';
import {readInstruct} from './instruct-settings.ts';
import {kindOf, nameOf, readHeader} from './model-file.ts';

/** What a model file says of itself. Sizes in bytes; null where it says nothing. */
export type Judged = {
  name: string;
  kind: ModelInfo['kind'];
  architecture: string;
  size: number;
  /** What the inference process needs at least: weights, the memory of one conversation, and itself. */
  ram: number;
  licence: string | null;
  languages: string[];
};

/** Node, the library and its buffers, as measured with the bundled model. */
const processBytes = 192 << 20;
const textIn = (header: GgufHeader, key: string): string | null => {
  const value = header.metadata.get(key);
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 120) : null;
};

const bytesBeside = (kind: ModelInfo['kind'], header: GgufHeader): number => {
  if (kind === 'labelling') return 0;
  return kind === 'instruct' ? readInstruct(header).bytesOfSequence : readEmbedding(header).bytes;
};

/** Judges a file by its header and length alone, without native code and without reading the weights. */
export const judgeModel = async (path: string): Promise<Judged> => {
  const file = await open(path, 'r').catch(() => {
    throw badModel(`${path} cannot be read. Check the path and that the appliance’s user may read it.`);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw badModel(`${path} is not a file.`);
    const header = await readHeader(file, stat.size);
    const architecture = textIn(header, 'general.architecture') ?? 'none';
    if (!architectures.has(architecture))
      throw badModel(`The architecture “${architecture.slice(0, 60)}” is not one this appliance can run.`);
    const kind = kindOf(header);
    const languages = header.metadata.get('general.languages');
    return {
      name: textIn(header, 'general.name') ?? nameOf(header, basename(path)),
      kind,
      architecture,
      size: stat.size,
      ram: stat.size + processBytes + bytesBeside(kind, header),
      licence: textIn(header, 'general.license'),
      languages: Array.isArray(languages) ? languages.slice(0, 40).map(one => String(one).slice(0, 12)) : [],
    };
  } finally {
    await file.close();
  }
};
