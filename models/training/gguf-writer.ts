/** Writes GGUF version 3. One writer for trained and for random weights, without numpy. */
export type GgufEntry =
  | {type: 'u32'; value: number}
  | {type: 'f32'; value: number}
  | {type: 'bool'; value: boolean}
  | {type: 'string'; value: string}
  | {type: 'strings'; value: string[]}
  | {type: 'f32s'; value: number[]}
  | {type: 'i32s'; value: number[]};
export type WeightFormat = 'f32' | 'f16' | 'q8_0';
/** `shape` in GGUF order: the fastest dimension first, i.e. [inputs, outputs] of a matrix. */
export type WeightTensor = {name: string; shape: number[]; values: Float32Array};

const alignment = 32;
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value: string) => {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([u64(bytes.length), bytes]);
};

const encodeEntry = (entry: GgufEntry): Buffer<ArrayBuffer> => {
  switch (entry.type) {
    case 'u32':
      return Buffer.concat([u32(4), u32(entry.value)]);
    case 'f32':
      return Buffer.concat([u32(6), Buffer.from(Float32Array.of(entry.value).buffer)]);
    case 'bool':
      return Buffer.concat([u32(7), Buffer.of(entry.value ? 1 : 0)]);
    case 'string':
      return Buffer.concat([u32(8), text(entry.value)]);
    case 'strings':
      return Buffer.concat([u32(9), u32(8), u64(entry.value.length), ...entry.value.map(text)]);
    case 'f32s':
      return Buffer.concat([
        u32(9),
        u32(6),
        u64(entry.value.length),
        Buffer.from(Float32Array.from(entry.value).buffer),
      ]);
    case 'i32s':
      return Buffer.concat([
        u32(9),
        u32(5),
        u64(entry.value.length),
        Buffer.from(Int32Array.from(entry.value).buffer),
      ]);
  }
};

const encodeHalf = (values: Float32Array) => Buffer.from(Float16Array.from(values).buffer);

/** Blocks of 32: one f16 scale, then 32 signed bytes. */
const encodeQ8 = (values: Float32Array): Buffer => {
  const bytes = Buffer.alloc((values.length / 32) * 34);
  const half = new Float16Array(1);
  for (let block = 0; block * 32 < values.length; block++) {
    const part = values.subarray(block * 32, block * 32 + 32);
    let top = 0;
    for (const value of part) top = Math.max(top, Math.abs(value));
    const scale = top / 127;
    half[0] = scale;
    bytes.set(new Uint8Array(half.buffer), block * 34);
    part.forEach((value, i) =>
      bytes.writeInt8(scale === 0 ? 0 : Math.round(value / scale), block * 34 + 2 + i),
    );
  }
  return bytes;
};

const encodeTensor = (tensor: WeightTensor, format: WeightFormat): {type: number; bytes: Buffer} => {
  // Norms are vectors: llama.cpp wants those in f32 whatever the matrices are.
  if (format === 'f32' || tensor.shape.length === 1) {
    const {buffer, byteOffset, byteLength} = tensor.values;
    return {type: 0, bytes: Buffer.from(buffer, byteOffset, byteLength)};
  }
  if (format === 'f16') return {type: 1, bytes: encodeHalf(tensor.values)};
  return {type: 8, bytes: encodeQ8(tensor.values)};
};

const padding = (length: number) => Buffer.alloc((alignment - (length % alignment)) % alignment);

export const writeGguf = (
  metadata: Record<string, GgufEntry>,
  tensors: WeightTensor[],
  format: WeightFormat,
): Buffer => {
  const entries = Object.entries(metadata);
  const header = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(entries.length)];
  for (const [key, entry] of entries) header.push(text(key), encodeEntry(entry));
  const data: Buffer[] = [];
  let offset = 0;
  for (const tensor of tensors) {
    const {type, bytes} = encodeTensor(tensor, format);
    header.push(
      text(tensor.name),
      u32(tensor.shape.length),
      ...tensor.shape.map(u64),
      u32(type),
      u64(offset),
    );
    const fill = padding(bytes.length);
    data.push(bytes, fill);
    offset += bytes.length + fill.length;
  }
  const head = Buffer.concat(header);
  return Buffer.concat([head, padding(head.length), ...data]);
};
