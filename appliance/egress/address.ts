import {isIPv4, isIPv6} from 'node:net';
import {domainToASCII} from 'node:url';

/**
 * What an address is, after the IANA special-purpose registries. Only `public` is reachable for an ordinary destination;
 * `loopback`, `private` and `shared` only for one that is declared private; the others never, link-local among
 * them (169.254.169.254 hands out cloud credentials).
 */
export type AddressKind =
  | 'public'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'link_local'
  | 'multicast'
  | 'unspecified'
  | 'reserved'
  | 'invalid';

const value4 = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

const ranges4: [string, number, AddressKind][] = [
  ['0.0.0.0', 32, 'unspecified'],
  ['0.0.0.0', 8, 'reserved'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'shared'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link_local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  ['192.31.196.0', 24, 'reserved'],
  ['192.52.193.0', 24, 'reserved'],
  ['192.88.99.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['192.175.48.0', 24, 'reserved'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
];

const kind4 = (value: number): AddressKind =>
  ranges4.find(
    ([base, bits]) => Math.floor(value / 2 ** (32 - bits)) === Math.floor(value4(base) / 2 ** (32 - bits)),
  )?.[2] ?? 'public';

/** The eight groups of an IPv6 address that `isIPv6` accepts, as one number. */
const value6 = (address: string): bigint => {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const low = dotted?.[2] === undefined ? 0 : value4(dotted[2]);
  const plain = dotted
    ? `${dotted[1]}${Math.floor(low / 65_536).toString(16)}:${(low % 65_536).toString(16)}`
    : address;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(zeros).fill('0'), ...after].reduce(
    (sum, group) => (sum << 16n) | BigInt(`0x${group}`),
    0n,
  );
};

const within = (value: bigint, base: string, bits: number): boolean =>
  value >> BigInt(128 - bits) === value6(base) >> BigInt(128 - bits);

const ranges6: [string, number, AddressKind][] = [
  ['::', 128, 'unspecified'],
  ['::1', 128, 'loopback'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link_local'],
  // site-local: deprecated, still routed in old networks
  ['fec0::', 10, 'private'],
  ['ff00::', 8, 'multicast'],
  // Teredo, ORCHID, benchmarking and the rest of the protocol assignments
  ['2001::', 23, 'reserved'],
  ['2001:db8::', 32, 'reserved'],
  ['2620:4f:8000::', 48, 'reserved'],
  ['3fff::', 20, 'reserved'],
];

/** Prefixes that carry an IPv4 address: it decides, however it is wrapped. The number is where its 32 bits end. */
const wrapping: [string, number, number][] = [
  ['::ffff:0:0', 96, 0],
  // IPv4-translated (RFC 2765) and IPv4-compatible (RFC 4291): both obsolete, both understood by some stacks
  ['::ffff:0:0:0', 96, 0],
  ['::', 96, 0],
  // NAT64
  ['64:ff9b::', 96, 0],
  // 6to4
  ['2002::', 16, 80],
];

export const classifyAddress = (address: string): AddressKind => {
  if (isIPv4(address)) return kind4(value4(address));
  // a zone (`fe80::1%eth0`) names an interface of this machine
  if (!isIPv6(address) || address.includes('%')) return 'invalid';
  const value = value6(address);
  const special = ranges6.find(([base, bits]) => within(value, base, bits));
  if (special) return special[2];
  const wrapped = wrapping.find(([base, bits]) => within(value, base, bits));
  if (wrapped) return kind4(Number((value >> BigInt(wrapped[2])) & 0xffff_ffffn));
  // 2000::/3 is the only space given out; what is not in it is none of ours, local-use NAT64 (64:ff9b:1::/48) included
  return within(value, '2000::', 3) ? 'public' : 'reserved';
};

/** This machine itself, by the address or by the name that never means another one (RFC 6761). */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || classifyAddress(host) === 'loopback';

export const mayReach = (kind: AddressKind, privateNetwork: boolean): boolean =>
  privateNetwork ? kind === 'loopback' || kind === 'private' || kind === 'shared' : kind === 'public';

/**
 * One spelling for each host: lower case, IDN as punycode, no trailing dot, no brackets; an IPv4 address in any of the
 * spellings that browsers and libc take (decimal, octal, hex, short) becomes its four numbers, so that it is judged as
 * what it is. Null for what is not a host alone.
 */
export const canonicalHost = (host: string): string | null => {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (isIPv6(bare)) return bare.includes('%') ? null : new URL(`http://[${bare}]`).hostname.slice(1, -1);
  // domainToASCII would cut at / ? # and read userinfo and a port
  if (bare !== host || bare.length > 253 || /[\s/?#@:\\%[\]<>^|]/.test(bare)) return null;
  const ascii = domainToASCII(bare).replace(/\.$/, '');
  if (isIPv4(ascii)) return ascii;
  return /^(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/.test(ascii) ? ascii : null;
};
