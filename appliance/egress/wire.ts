/** A value in a header or trailer of the broker's own socket, whose limit is raised for it on both sides. */
export const packed = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
export const unpacked = (text: string | string[] | undefined): unknown =>
  JSON.parse(Buffer.from(String(text), 'base64').toString());
export const packedLimit = 128 * 1024;
