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

/** `completed`: the perfect trees that end with this leaf, the smallest (two leaves) first. */
export const appendLeaf = (
  {size, hashes}: Peaks,
  leaf: Buffer,
): {size: number; hashes: Buffer[]; completed: Buffer[]} => {
  const next = [...hashes];
  const completed: Buffer[] = [];
  let node = leaf;
  for (let bits = size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
    node = nodeHash(next.pop() as Buffer, node);
    completed.push(node);
  }
  next.push(node);
  return {size: size + 1, hashes: next, completed};
};

const together = (hashes: readonly Buffer[]): Buffer =>
  hashes.length === 0 ? hash() : hashes.reduceRight((right, left) => nodeHash(left, right));
export const rootHash = ({hashes}: Pick<Peaks, 'hashes'>): Buffer => together(hashes);

/** A perfect tree over `2 ** level` leaves: it ends with the leaf `last`, in whose row its root is stored. */
export type Node = {level: number; last: number};
/** Leaves from the first to before the second, one side of a node: what a proof has a hash of. */
type Span = readonly [number, number];

const largestPowerBelow = (count: number): number => 2 ** Math.floor(Math.log2(count - 1));

/** The perfect trees a span consists of, largest first. */
const perfect = ([from, to]: Span): Node[] => {
  const nodes: Node[] = [];
  for (let at = from; at < to; ) {
    const level = Math.floor(Math.log2(to - at));
    at += 2 ** level;
    nodes.push({level, last: at - 1});
  }
  return nodes;
};

/** PATH(m, D[n]) of RFC 9162, section 2.1.3.1, as spans. */
const inclusionSpans = (index: number, [from, to]: Span): Span[] => {
  if (to - from <= 1) return [];
  const middle = from + largestPowerBelow(to - from);
  return index < middle
    ? [...inclusionSpans(index, [from, middle]), [middle, to]]
    : [...inclusionSpans(index, [middle, to]), [from, middle]];
};

/** SUBPROOF(m, D[n], b) of RFC 9162, section 2.1.4.1, as spans. */
const consistencySpans = (size: number, [from, to]: Span, isWhole: boolean): Span[] => {
  if (size === to) return isWhole ? [] : [[from, to]];
  const middle = from + largestPowerBelow(to - from);
  return size <= middle
    ? [...consistencySpans(size, [from, middle], isWhole), [middle, to]]
    : [...consistencySpans(size, [middle, to], false), [from, middle]];
};

/** For each hash of a proof the stored nodes it is made of: all of them together are no more than twice the tree's height. */
export type Recipe = Node[][];
export const inclusionRecipe = (index: number, size: number): Recipe =>
  inclusionSpans(index, [0, size]).map(perfect);
/** From a log of the first size to one of the second. */
export const consistencyRecipe = (from: number, to: number): Recipe =>
  from === 0 ? [] : consistencySpans(from, [0, to], true).map(perfect);
export const rootRecipe = (size: number): Recipe => [perfect([0, size])];

export const follow = (recipe: Recipe, hashOf: (node: Node) => Buffer): Buffer[] =>
  recipe.map(nodes => together(nodes.map(hashOf)));
