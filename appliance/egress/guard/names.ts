import dns from 'node:dns';
import {binding, replace} from './patch.ts';
import type {Rules} from './rules.ts';

type Functions = Record<string, (...args: unknown[]) => unknown>;
type Found = string | {address: string} | {address: string}[];

const addressesOf = (found: Found): string[] =>
  typeof found === 'string'
    ? [found]
    : Array.isArray(found)
      ? found.map(({address}) => address)
      : [found.address];

/** A name that is asked for leaves the box with the question, so only the machine's own and the database's are asked. */
export const guardNames = (rules: Rules): void => {
  const refused = (host: unknown): Error =>
    rules.refuse(`looking up the name "${String(host).slice(0, 260)}"`);
  const may = (host: unknown): boolean =>
    host === '' || host == null || (typeof host === 'string' && rules.mayResolve(host));

  // getaddrinfo, in words ...
  replace(dns as unknown as Functions, 'lookup', original => (...args: unknown[]) => {
    const [host] = args;
    const callback = args.at(-1);
    if (typeof callback !== 'function') return original(...args);
    if (!may(host)) {
      const error = refused(host);
      setImmediate(() => callback(error));
      return undefined;
    }
    const remember = (error: unknown, found: Found, ...rest: unknown[]) => {
      if (!error) rules.remember(String(host), addressesOf(found));
      callback(error, found, ...rest);
    };
    return original(...args.slice(0, -1), remember);
  });
  replace(dns.promises as unknown as Functions, 'lookup', original => async (...args: unknown[]) => {
    if (!may(args[0])) throw refused(args[0]);
    const found = (await original(...args)) as Found;
    rules.remember(String(args[0]), addressesOf(found));
    return found;
  });
  // ... and beneath, for who took `lookup` before the guard came
  const cares = binding('cares_wrap');
  replace(cares, 'getaddrinfo', original => (request: unknown, host: unknown, ...rest: unknown[]) => {
    if (!may(host)) throw refused(host);
    return original(request, host, ...rest);
  });

  // address to name
  for (const [target, name] of [
    [dns, 'lookupService'],
    [dns.promises, 'lookupService'],
    [cares, 'getnameinfo'],
  ] as [Functions, string][]) {
    replace(target, name, () => (address: unknown) => {
      throw refused(address);
    });
  }

  // every `resolve*` and `reverse` of dns, dns.promises and both Resolvers asks through one of these
  const channel = cares.ChannelWrap.prototype as Functions;
  const queries = Object.getOwnPropertyNames(channel).filter(name => /^(?:query|getHostByAddr)/.test(name));
  if (queries.length < 10) throw new TypeError('this Node resolves names in a way the guard does not know');
  for (const name of queries) {
    replace(channel, name, () => (_request: unknown, host: unknown) => {
      throw refused(host);
    });
  }
};
