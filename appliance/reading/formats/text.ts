import type {Blocks} from '../blocks.ts';
import {Refused} from '../refused.ts';

const decode = (bytes: Buffer, encoding: string): string | undefined => {
  try {
    return new TextDecoder(encoding, {fatal: true}).decode(bytes);
  } catch {
    return undefined;
  }
};

/** UTF-8, UTF-16 where its mark says so, else what Windows wrote. What holds NUL is no text. */
export const textOf = (bytes: Buffer): string => {
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  const text = (wide && decode(bytes, wide)) ?? decode(bytes, 'utf-8') ?? decode(bytes, 'windows-1252');
  if (text === undefined || text.includes('\0')) throw new Refused('unknown_kind');
  return text;
};

export const readText = (text: string, blocks: Blocks): void => {
  for (const paragraph of text.split(/\n\s*\n/)) blocks.text(paragraph);
};
