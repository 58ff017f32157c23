import {open} from 'node:fs/promises';
import {basename} from 'node:path';
import type {ModelInfo} from '../adapters/llm/contract.ts';
import {instructArchitectures, labellingArchitecture} from './architectures.ts';
import {badModel, type GgufHeader} from './gguf.ts';
import {nameOf, readHeader} from './model-file.ts';
import {readSettings} from './settings.ts';

/** What a model file says of itself. Sizes in bytes; null where it says nothing. */
export type Judged = {
  name: string;
  kind: ModelInfo['kind'];
  architecture: string;
  size: number;
  /** What the inference process will need: weights, the cache of one context, and itself. */
  ram: number;
  licence: string | null;
  languages: string[];
};

/** Node, the library and its buffers, as measured with the bundled model. */
const processBytes = 192 << 20;
/** Longer contexts are not asked for. */
const longestContext = 4096;

const numberIn = (header: GgufHeader, key: string): number | undefined => {
  const value = header.metadata.get(key);
  // some architectures have another number for each layer
  const largest = Array.isArray(value) ? Math.max(0, ...value.map(Number)) : Number(value);
  return value !== undefined && Number.isFinite(largest) && largest > 0 ? largest : undefined;
};
const textIn = (header: GgufHeader, key: string): string | null => {
  const value = header.metadata.get(key);
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 120) : null;
};

/** Keys and values of every layer, 16 bits each. */
const cacheBytes = (header: GgufHeader, architecture: string): number => {
  const of = (key: string) => numberIn(header, `${architecture}.${key}`);
  const heads = of('attention.head_count') ?? 1;
  const width = of('attention.key_length') ?? (of('embedding_length') ?? 0) / heads;
  const context = Math.min(of('context_length') ?? longestContext, longestContext);
  return Math.ceil(4 * (of('block_count') ?? 0) * context * (of('attention.head_count_kv') ?? heads) * width);
};

const kindOf = (header: GgufHeader, architecture: string): Judged['kind'] => {
  if (header.metadata.has('crowlit.labelling')) {
    if (architecture !== labellingArchitecture)
      throw badModel(`A labelling model has the architecture ${labellingArchitecture}, not ${architecture}.`);
    readSettings(header);
    return 'labelling';
  }
  if (!instructArchitectures.has(architecture))
    throw badModel(`The architecture “${architecture.slice(0, 60)}” is not one this appliance can run.`);
  if (textIn(header, 'tokenizer.chat_template') === null)
    throw badModel(
      'The file has no chat template: it is a base model, which follows no instructions. Take the “instruct” or “chat” variant.',
    );
  return 'instruct';
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
    if ((numberIn(header, 'split.count') ?? 1) > 1)
      throw badModel(
        'This is one part of a model in several files. Join them first (llama-gguf-split --merge), then import the whole.',
      );
    const architecture = textIn(header, 'general.architecture') ?? 'unknown';
    const kind = kindOf(header, architecture);
    const languages = header.metadata.get('general.languages');
    return {
      name: textIn(header, 'general.name') ?? nameOf(header, basename(path)),
      kind,
      architecture,
      size: stat.size,
      ram: stat.size + processBytes + (kind === 'labelling' ? 0 : cacheBytes(header, architecture)),
      licence: textIn(header, 'general.license'),
      languages: Array.isArray(languages) ? languages.slice(0, 40).map(one => String(one).slice(0, 12)) : [],
    };
  } finally {
    await file.close();
  }
};
