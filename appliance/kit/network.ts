import {isIPv4, isIPv6} from 'node:net';

/** IPv6 hands every customer a /48 or so: what is counted by address counts that network, or the count would mean nothing. */
export const addressKey = (ip: string): string =>
  ip.includes(':') && !ip.startsWith('::ffff:') ? (truncateAddress(ip) ?? ip) : ip;

/** This machine itself, and a proxy that runs on it. */
export const isOwnAddress = (ip: string): boolean => ip === '::1' || /^(?:::ffff:)?127\./.test(ip);

/** Of IPv4 that came in over a socket for both. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** Keeps the network, drops the person: /24 of IPv4, /48 of IPv6. Null for what is no address. */
export const truncateAddress = (address: string): string | null => {
  const plain = plainAddress(address);
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0`;
  if (!isIPv6(plain)) return null;
  const [head = '', tail] = (plain.split('%')[0] ?? '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return `${groups.slice(0, 3).join(':')}::`;
};
