import {AppError} from '../kit/errors.ts';

/**
 * Reads a GGUF file's header and judges whether the file is whole, before any native code sees it: llama.cpp is C++ and
 * a hostile file is input to it. Everything is bounded: counts, string lengths, tensor shapes and offsets.
 */
export type GgufValue = number | bigint | boolean | string | GgufValue[];
export type GgufTensor = {name: string; shape: number[]; type: number; offset: number; bytes: number};
export type GgufHeader = {metadata: Map<string, GgufValue>; tensors: GgufTensor[]; dataStart: number};

const limits = {entries: 4096, tensors: 20_000, string: 4 << 20, array: 2 << 20, alignment: 4096};

/** GGML type → [values in a block, bytes in a block]; a type not listed here is refused. */
export const ggmlTypes: Record<number, [number, number]> = {
  0: [1, 4], // F32
  1: [1, 2], // F16
  2: [32, 18], // Q4_0
  3: [32, 20], // Q4_1
  6: [32, 22], // Q5_0
  7: [32, 24], // Q5_1
  8: [32, 34], // Q8_0
  10: [256, 84], // Q2_K
  11: [256, 110], // Q3_K
  12: [256, 144], // Q4_K
  13: [256, 176], // Q5_K
  14: [256, 210], // Q6_K
  16: [256, 66], // IQ2_XXS
  17: [256, 74], // IQ2_XS
  18: [256, 98], // IQ3_XXS
  19: [256, 50], // IQ1_S
  20: [32, 18], // IQ4_NL
  21: [256, 110], // IQ3_S
  22: [256, 82], // IQ2_S
  23: [256, 136], // IQ4_XS
  26: [1, 4], // I32
  29: [256, 56], // IQ1_M
  30: [1, 2], // BF16
  34: [256, 54], // TQ1_0
  35: [256, 66], // TQ2_0
  39: [32, 17], // MXFP4
};

export const badModel = (message: string): AppError => new AppError('invalid', 'llm.bad_model', message);

/** Thrown when the buffer ends inside the header: the caller may come again with more of the file. */
export class HeaderCut extends Error {}

export const readGguf = (buffer: Buffer, fileSize: number): GgufHeader => {
  let at = 0;
  const take = (bytes: number) => {
    if (at + bytes > fileSize) throw badModel('The model file ends inside its header: it is truncated.');
    if (at + bytes > buffer.length) throw new HeaderCut();
    at += bytes;
    return at - bytes;
  };
  const u32 = () => buffer.readUInt32LE(take(4));
  const u64 = (what: string, limit: number) => {
    const value = buffer.readBigUInt64LE(take(8));
    if (value > BigInt(limit))
      throw badModel(`The model file's header is not credible: ${what} is ${value}.`);
    return Number(value);
  };
  const string = (limit = limits.string) => {
    const length = u64('a string length', limit);
    return buffer.toString('utf8', take(length), at);
  };
  const value = (type: number, depth: number): GgufValue => {
    switch (type) {
      case 0:
        return buffer.readUInt8(take(1));
      case 1:
        return buffer.readInt8(take(1));
      case 2:
        return buffer.readUInt16LE(take(2));
      case 3:
        return buffer.readInt16LE(take(2));
      case 4:
        return u32();
      case 5:
        return buffer.readInt32LE(take(4));
      case 6:
        return buffer.readFloatLE(take(4));
      case 7:
        return buffer.readUInt8(take(1)) !== 0;
      case 8:
        return string();
      case 9: {
        if (depth > 2) throw badModel("The model file's header nests arrays too deeply.");
        const inner = u32();
        const length = u64('an array length', limits.array);
        return Array.from({length}, () => value(inner, depth + 1));
      }
      case 10:
        return buffer.readBigUInt64LE(take(8));
      case 11:
        return buffer.readBigInt64LE(take(8));
      case 12:
        return buffer.readDoubleLE(take(8));
      default:
        throw badModel(`The model file's header holds an unknown kind of value (${type}).`);
    }
  };

  if (fileSize < 24) throw badModel('The file is too short to be a GGUF model.');
  if (buffer.toString('latin1', take(4), 4) !== 'GGUF') throw badModel('The file is not a GGUF model.');
  const version = u32();
  if (version !== 2 && version !== 3)
    throw badModel(`GGUF version ${version} is not supported (2 and 3 are).`);
  const tensorCount = u64('the number of tensors', limits.tensors);
  const entries = u64('the number of entries', limits.entries);
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < entries; i++) {
    const key = string(512);
    if (metadata.has(key)) throw badModel('The model file names the same entry twice.');
    metadata.set(key, value(u32(), 0));
  }
  const tensors = Array.from({length: tensorCount}, () => readTensor(string, u32, u64));
  const alignment = Number(metadata.get('general.alignment') ?? 32);
  if (!Number.isInteger(alignment) || alignment < 8 || alignment > limits.alignment || alignment % 8 !== 0)
    throw badModel('The model file asks for an impossible alignment.');
  const dataStart = Math.ceil(at / alignment) * alignment;
  checkTensors(tensors, alignment, fileSize - dataStart);
  return {metadata, tensors, dataStart};
};

const readTensor = (
  string: (limit: number) => string,
  u32: () => number,
  u64: (what: string, limit: number) => number,
): GgufTensor => {
  const name = string(256);
  const dimensions = u32();
  if (dimensions < 1 || dimensions > 4) throw badModel(`Tensor ${name} has ${dimensions} dimensions.`);
  const shape = Array.from({length: dimensions}, () => u64('a tensor dimension', 2 ** 31));
  const type = u32();
  const block = ggmlTypes[type];
  if (!block) throw badModel(`Tensor ${name} is of an unknown type (${type}).`);
  const values = shape.reduce((product, size) => product * size, 1);
  if (values < 1 || values > Number.MAX_SAFE_INTEGER || (shape[0] ?? 0) % block[0] !== 0)
    throw badModel(`Tensor ${name} has an impossible shape.`);
  const offset = u64('a tensor offset', Number.MAX_SAFE_INTEGER);
  return {name, shape, type, offset, bytes: (values / block[0]) * block[1]};
};

const checkTensors = (tensors: GgufTensor[], alignment: number, room: number) => {
  const names = new Set<string>();
  let end = 0;
  for (const tensor of [...tensors].sort((a, b) => a.offset - b.offset)) {
    if (names.has(tensor.name)) throw badModel(`Tensor ${tensor.name} occurs twice.`);
    names.add(tensor.name);
    if (tensor.offset % alignment !== 0 || tensor.offset < end)
      throw badModel(`Tensor ${tensor.name} overlaps another or is misplaced.`);
    end = tensor.offset + tensor.bytes;
    if (end > room) throw badModel('The model file is shorter than its header says: it is truncated.');
  }
};
