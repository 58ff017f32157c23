import {realpathSync} from 'node:fs';
import {isIP} from 'node:net';
import {resolve} from 'node:path';
import {AppError} from '../../kit/errors.ts';
import {canonicalHost, classifyAddress} from '../address.ts';

export type Allowed =
  | {host: string; port: number}
  /** A Unix socket. */
  | {path: string};
/** One of our own programs. Without `network` it must be started with `--permission` and without `--allow-net`. */
export type Program = {entry: string; network?: boolean};

export type GuardOptions = {
  allow: readonly Allowed[];
  children?: readonly Program[];
  /** Scripts that may run in a worker thread. Each must install the guard itself: a thread has modules of its own. */
  workers?: readonly string[];
  /** Told of each refusal: something in here tried to reach out past the broker. */
  onRefused?: (error: AppError) => void;
};

export type Rules = ReturnType<typeof createRules>;

/** Resolvers answer here: a question to one of them carries its name out of the box. */
const resolverPorts = new Set([53, 853, 5353]);

const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
};

export const createRules = (options: GuardOptions) => {
  const hosts = new Map<string, Set<number>>();
  const addresses = new Map<string, Set<number>>();
  const sockets = new Set<string>();
  const add = (map: Map<string, Set<number>>, key: string, ports: Iterable<number>) =>
    map.set(key, new Set([...(map.get(key) ?? []), ...ports]));

  for (const one of options.allow) {
    if ('path' in one) {
      sockets.add(resolve(one.path));
      continue;
    }
    const host = canonicalHost(one.host);
    if (host === null) throw new AppError('invalid', 'egress.bad_guard', `"${one.host}" is not a host.`);
    add(isIP(host) > 0 ? addresses : hosts, host, [one.port]);
  }
  const children = new Map(
    (options.children ?? []).map(({entry, network}) => [real(entry), network === true]),
  );
  const workers = new Set((options.workers ?? []).map(real));

  const refuse = (what: string): AppError => {
    const error = new AppError(
      'forbidden',
      'egress.direct_connection_refused',
      `This process reaches only its own machine and its database: ${what} was refused. Whatever must leave goes through the egress broker: an administrator adds the destination, and the code calls egress.send().`,
      {details: {refused: what}},
    );
    options.onRefused?.(error);
    return error;
  };

  const mayReachAddress = (address: string, port: number): boolean => {
    const plain = canonicalHost(address);
    if (plain === null) return false;
    return (
      (classifyAddress(plain) === 'loopback' && !resolverPorts.has(port)) ||
      addresses.get(plain)?.has(port) === true
    );
  };

  return {
    refuse,
    mayReachAddress,
    mayOpen: (path: string): boolean => !path.startsWith('\0') && sockets.has(resolve(path)),
    /** Before a name is looked up: is this somewhere we may connect to? The address is judged again afterwards. */
    mayConnect: (host: string, port: number): boolean => {
      if (isIP(host) > 0) return mayReachAddress(host, port);
      const name = canonicalHost(host);
      if (name === null) return false;
      if (name === 'localhost') return !resolverPorts.has(port);
      return isIP(name) > 0 ? mayReachAddress(name, port) : hosts.get(name)?.has(port) === true;
    },
    mayResolve: (host: string): boolean => {
      if (isIP(host) > 0) return true;
      const name = canonicalHost(host);
      return name !== null && (name === 'localhost' || isIP(name) > 0 || hosts.has(name));
    },
    /** What an allowed name turned out to be; connecting there is allowed on the name's ports. */
    remember: (host: string, found: readonly string[]): void => {
      const ports = hosts.get(canonicalHost(host) ?? '');
      if (ports) for (const address of found) add(addresses, canonicalHost(address) ?? address, ports);
    },
    mayRun: (file: string, args: readonly string[], env: readonly string[]): boolean => {
      if (file !== process.execPath) return false;
      const script = args.findIndex((arg, index) => index > 0 && !arg.startsWith('-'));
      const network = children.get(real(args[script] ?? ''));
      if (script < 1 || network === undefined) return false;
      const flags = args.slice(1, script);
      return (
        flags.every(flag => harmless.test(flag)) &&
        !env.some(pair => /^(?:NODE_OPTIONS|LD_PRELOAD|LD_LIBRARY_PATH|LD_AUDIT)=/.test(pair)) &&
        (network || (flags.includes('--permission') && !flags.some(flag => flag.startsWith('--allow-net'))))
      );
    },
    mayThread: (file: string): boolean => workers.has(real(file)),
  };
};

/** Flags that bring in no other code: anything not known here refuses the start. */
const harmless =
  /^--(?:permission|allow-(?:net|addons|worker|child-process|wasi)|allow-fs-(?:read|write)=.*|use-system-ca|disable-warning=\w+|no-warnings|max-(?:old|semi)-space-size=\d+|stack-size=\d+|v8-pool-size=\d+|expose-gc|title=\S+|enable-source-maps|disable-sigusr1)$/;
