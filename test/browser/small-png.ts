/** A screenshot with at most 256 colours: a third of the bytes, and nobody sees a difference. */
import {crc32, deflateSync, inflateSync} from 'node:zlib';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

const chunksOf = (png: Buffer) => {
  const chunks: {type: string; data: Buffer}[] = [];
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length)});
    at += length + 12;
  }
  return chunks;
};
const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
};

const paeth = (a: number, b: number, c: number): number => {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
};

/** What browsers write: 8 bits a channel, not interlaced, nothing transparent. One number a pixel. */
const pixelsOf = (png: Buffer) => {
  const chunks = chunksOf(png);
  const head = chunks.find(({type}) => type === 'IHDR')?.data;
  const [width, height, depth, kind] = [head?.readUInt32BE(0), head?.readUInt32BE(4), head?.[8], head?.[9]];
  if (!width || !height || depth !== 8 || (kind !== 2 && kind !== 6)) throw new Error('Not a screenshot.');
  const step = kind === 2 ? 3 : 4;
  const raw = inflateSync(Buffer.concat(chunks.filter(({type}) => type === 'IDAT').map(({data}) => data)));
  const bytes = Buffer.alloc(width * height * step);
  const row = width * step;
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)];
    for (let x = 0; x < row; x++) {
      const at = y * row + x;
      const left = x >= step ? (bytes[at - step] ?? 0) : 0;
      const up = y > 0 ? (bytes[at - row] ?? 0) : 0;
      const corner = x >= step && y > 0 ? (bytes[at - row - step] ?? 0) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      bytes[at] = (raw[y * (row + 1) + 1 + x] ?? 0) + guess;
    }
  }
  const pixels = new Uint32Array(width * height);
  for (let i = 0; i < pixels.length; i++) pixels[i] = bytes.readUIntBE(i * step, 3);
  return {width, height, pixels};
};

type Colour = {rgb: [number, number, number]; count: number};
const spread = (box: Colour[], channel: 0 | 1 | 2): number =>
  Math.max(...box.map(({rgb}) => rgb[channel])) - Math.min(...box.map(({rgb}) => rgb[channel]));

/** Median cut: a box of colours that is wide, and holds much of the picture, is halved first, until there are 256. */
const boxesOf = (colours: Colour[]): Colour[][] => {
  const boxes = [colours];
  while (boxes.length < 256) {
    let widest = {box: -1, channel: 0 as 0 | 1 | 2, by: 0};
    for (const [box, inside] of boxes.entries()) {
      const weight = Math.sqrt(inside.reduce((sum, {count}) => sum + count, 0));
      for (const channel of [0, 1, 2] as const) {
        const by = inside.length > 1 ? spread(inside, channel) * weight : 0;
        if (by > widest.by) widest = {box, channel, by};
      }
    }
    const box = boxes[widest.box];
    if (!box) break;
    box.sort((a, b) => a.rgb[widest.channel] - b.rgb[widest.channel]);
    boxes.push(box.splice(box.length >> 1));
  }
  return boxes;
};

export const smallPng = (png: Buffer): Buffer => {
  const {width, height, pixels} = pixelsOf(png);
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const colours = [...counts].map(
    ([pixel, count]): Colour => ({rgb: [pixel >> 16, (pixel >> 8) & 255, pixel & 255], count}),
  );
  const places = new Map<number, number>();
  const palette = Buffer.alloc(3 * 256);
  const boxes = boxesOf(colours);
  for (const [place, box] of boxes.entries()) {
    // the commonest colour stands for its box: large areas keep exactly theirs
    const [first, ...others] = box;
    const {rgb} = others.reduce((most, one) => (one.count > most.count ? one : most), first as Colour);
    palette.set(rgb, place * 3);
    for (const one of box) places.set((one.rgb[0] << 16) | (one.rgb[1] << 8) | one.rgb[2], place);
  }
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows[y * (width + 1) + 1 + x] = places.get(pixels[y * width + x] ?? 0) ?? 0;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('PLTE', palette.subarray(0, boxes.length * 3)),
    chunk('IDAT', deflateSync(rows, {level: 9, memLevel: 9})),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};
