import {createHash} from 'node:crypto';

/** The Merkle tree of RFC 9162, section 2.1: SHA-256, leaves prefixed 0x00, nodes 0x01. */
const hash = (...parts: Buffer[]): Buffer => {
  const sha = createHash('sha256');
  for (const part of parts) sha.update(part);
  return sha.digest();
};

export const leafHash = (data: Buffer): Buffer => hash(Buffer.of(0), data);
export const nodeHash = (left: Buffer, right: Buffer): Buffer => hash(Buffer.of(1), left, right);

/**
 * The roots of the perfect trees that the log consists of, largest first: for each bit of the size one. All that is
 * needed to append and to compute the root, however long the log.
 */
export type Peaks = {size: number; hashes: Buffer[]};
export const emptyPeaks: Peaks = {size: 0, hashes: []};

export const appendLeaf = ({size, hashes}: Peaks, leaf: Buffer): Peaks => {
  const next = [...hashes];
  let node = leaf;
  for (let bits = size; bits % 2 === 1; bits = Math.floor(bits / 2))
    node = nodeHash(next.pop() as Buffer, node);
  next.push(node);
  return {size: size + 1, hashes: next};
};

export const rootHash = ({hashes}: Peaks): Buffer =>
  hashes.length === 0 ? hash() : hashes.reduceRight((right, left) => nodeHash(left, right));
