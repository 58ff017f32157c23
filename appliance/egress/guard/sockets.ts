import dgram from 'node:dgram';
import net from 'node:net';
import {constants} from 'node:os';
import {binding, replace} from './patch.ts';
import type {Rules} from './rules.ts';

/** What a handle of libuv answers instead of a connection; `net` makes `connect EACCES` of it. */
const denied = -constants.errno.EACCES;

type ConnectOptions = {path?: unknown; host?: unknown; port?: unknown};
/** `connect` takes options, a port and a host, a path, or what `net` has made of these already: an array of options. */
const optionsOf = (args: unknown[]): ConnectOptions => {
  const [first, second] = args;
  if (Array.isArray(first)) return optionsOf(first as unknown[]);
  if (typeof first === 'object' && first !== null) return first;
  if (typeof first === 'string' && !/^\d+$/.test(first)) return {path: first};
  return {port: first, ...(typeof second === 'string' ? {host: second} : {})};
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Null, or what was asked for and may not be. */
const judge = (rules: Rules, args: unknown[]): string | null => {
  const {path, host, port} = optionsOf(args);
  // the same test as in `net`: an empty path is none
  if (path) return rules.mayOpen(textOf(path)) ? null : `the Unix socket ${textOf(path).slice(0, 120)}`;
  const name = textOf(host) || 'localhost';
  return rules.mayConnect(name, Number(port))
    ? null
    : `a connection to ${name.slice(0, 260)}:${Number(port)}`;
};

export const guardSockets = (rules: Rules): void => {
  // The upper gate: `net`, `tls`, `http`, `https`, `http2`, `fetch`, `WebSocket`, undici, ws, pg and all others come
  // through here with the host still in words, and fail as any connection fails, with an error that says what to do.
  const prototype = net.Socket.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  replace(
    prototype,
    'connect',
    original =>
      function (this: net.Socket, ...args: unknown[]) {
        const what = judge(rules, args);
        if (what === null) return original.apply(this, args);
        const error = rules.refuse(what);
        // callers write at once and listen a moment later, so it fails no earlier than a real connection would
        Object.assign(this, {connecting: true});
        setImmediate(() => this.destroy(error));
        return this;
      },
  );

  // The lower gate: the handles under it, where a host is an address already. It holds for a `lookup` of
  // somebody's own making and for who takes the handle itself; it can only say EACCES.
  const deny = (what: string): number => {
    rules.refuse(what);
    return denied;
  };
  const tcp = binding('tcp_wrap').TCP.prototype;
  for (const method of ['connect', 'connect6']) {
    replace(
      tcp,
      method,
      original =>
        function (this: unknown, request: unknown, address: unknown, port: unknown, ...rest: unknown[]) {
          if (!rules.mayReachAddress(textOf(address), Number(port))) {
            return deny(`a connection to ${textOf(address)}:${Number(port)}`);
          }
          return original.call(this, request, address, port, ...rest);
        },
    );
  }
  replace(
    binding('pipe_wrap').Pipe.prototype,
    'connect',
    original =>
      function (this: unknown, request: unknown, path: unknown, ...rest: unknown[]) {
        if (!rules.mayOpen(textOf(path))) return deny(`the Unix socket ${textOf(path).slice(0, 120)}`);
        return original.call(this, request, path, ...rest);
      },
  );

  // Nothing of ours speaks UDP, and on loopback it would reach the resolver.
  const datagram = dgram.Socket.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const method of ['bind', 'connect', 'send']) {
    replace(datagram, method, () => () => {
      throw rules.refuse('a UDP socket');
    });
  }
  const udp = binding('udp_wrap').UDP.prototype;
  for (const method of ['bind', 'bind6', 'connect', 'connect6', 'send', 'send6'])
    replace(udp, method, () => () => deny('a UDP socket'));
};
