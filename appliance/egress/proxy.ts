import {once} from 'node:events';
import {connect, isIP, type Socket} from 'node:net';
import {classifyAddress} from './address.ts';
import {codeOf, Failure} from './connection.ts';
import type {OutboundProxy} from './contract.ts';
import type {Lookup} from './resolve.ts';

const longestHead = 16 * 1024;
const reachable = new Set(['public', 'loopback', 'private', 'shared']);

/** The proxy's own address; where a name leads to link-local or nowhere, it is no proxy. */
const addressOf = async (host: string, lookup: Lookup): Promise<{address: string; family: number}> => {
  const found = isIP(host) > 0 ? [{address: host, family: isIP(host)}] : await lookup(host).catch(() => []);
  const [first] = found;
  if (!first) throw new Failure('proxy_failed', `The name of the outbound proxy, ${host}, is not known.`);
  if (found.some(({address}) => !reachable.has(classifyAddress(address))))
    throw new Failure('proxy_failed', `The outbound proxy ${host} leads to ${first.address}, which is none.`);
  return first;
};

/** The head of the proxy's answer and not a byte more: what follows it is the other side's. */
const readHead = async (raw: Socket, name: string, signal: AbortSignal): Promise<string> => {
  const head = Promise.withResolvers<string>();
  let text = '';
  const take = (): void => {
    for (let byte = raw.read(1) as Buffer | null; byte; byte = raw.read(1) as Buffer | null) {
      text += byte.toString('latin1');
      if (text.endsWith('\r\n\r\n')) return head.resolve(text);
      if (text.length > longestHead)
        return head.reject(new Failure('proxy_failed', `${name} does not answer like a proxy.`));
    }
  };
  const gone = () => head.reject(new Failure('proxy_failed', `${name} cut the connection.`));
  const stop = () => head.reject(signal.reason as Error);
  raw.on('readable', take).once('end', gone).once('close', gone);
  signal.addEventListener('abort', stop, {once: true});
  try {
    return await head.promise;
  } finally {
    raw.off('readable', take).off('end', gone).off('close', gone);
    signal.removeEventListener('abort', stop);
  }
};

const refusal = (name: string, status: number, target: string): Failure =>
  status === 407
    ? new Failure(
        'proxy_refused',
        `${name} wants a sign-in (407). Give the file with its user and password as outboundProxy.credentialsFile, or compare what is in it.`,
      )
    : new Failure(
        'proxy_refused',
        `${name} does not let the appliance reach ${target} (${status}). Ask who runs it to allow this host.`,
      );

/** A connection to the other side by HTTP CONNECT (RFC 9110, 9.3.6). What goes over it is the caller's TLS. */
export const throughProxy = async (
  proxy: OutboundProxy,
  {host, port}: {host: string; port: number},
  lookup: Lookup,
  signal: AbortSignal,
): Promise<Socket> => {
  const name = `The outbound proxy ${proxy.host}:${proxy.port}`;
  const target = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const {address, family} = await addressOf(proxy.host, lookup);
  signal.throwIfAborted();
  const raw = connect({host: address, family, port: proxy.port});
  raw.on('error', () => {});
  try {
    await once(raw, 'connect', {signal}).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new Failure('proxy_failed', `${name} cannot be reached (${codeOf(error)}).`);
    });
    const login =
      proxy.login && Buffer.from(`${proxy.login.user}:${proxy.login.password}`).toString('base64');
    raw.write(
      [
        `CONNECT ${target} HTTP/1.1`,
        `Host: ${target}`,
        ...(login === null ? [] : [`Proxy-Authorization: Basic ${login}`]),
        '\r\n',
      ].join('\r\n'),
    );
    const status = Number(
      /^HTTP\/1\.[01] (\d{3})/.exec(await readHead(raw, name, signal))?.[1] ?? Number.NaN,
    );
    if (Number.isNaN(status)) throw new Failure('proxy_failed', `${name} does not answer like a proxy.`);
    if (status < 200 || status > 299) throw refusal(name, status, target);
    return raw;
  } catch (error) {
    raw.destroy();
    throw error;
  }
};
