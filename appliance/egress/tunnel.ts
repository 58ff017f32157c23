import {once} from 'node:events';
import type {Socket} from 'node:net';
import type {Readable} from 'node:stream';
import {
  codeOf,
  type Counted,
  Failure,
  observed,
  onConnection,
  type Phase,
  secured,
  type Target,
} from './connection.ts';
import {classifyAddress} from './address.ts';
import type {WireTunnel} from './rules.ts';

/** The caller's side: what it says, and what takes what it hears. No more is read until `hear` has resolved. */
export type Ends = {
  said: Readable;
  hear: (piece: Buffer, signal: AbortSignal) => Promise<void>;
};

const longestReply = 16 * 1024;
/** In each direction. */
const mostBytes = 32 * 1024 * 1024;
/** How long the other side may take to hang up once the caller has; longer where it has to have read everything first. */
const farewell = {usual: 1000, awaited: 15_000};

const wholeReply = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n$/;
const replyAndMore = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n./s;

/** One reply of SMTP, and nothing after it: what somebody adds before TLS begins must not be heard as if under it. */
const reply = async (raw: Socket, where: string, signal: AbortSignal): Promise<Buffer> => {
  let text = '';
  const whole = Promise.withResolvers<void>();
  const broken = (why: string) => whole.reject(new Failure('tls_failed', `${where} ${why}`));
  const take = (chunk: Buffer): void => {
    text += chunk.toString('latin1');
    if (wholeReply.test(text)) whole.resolve();
    else if (replyAndMore.test(text)) broken('says more than it was asked before TLS.');
    else if (text.length > longestReply) broken('does not speak SMTP.');
  };
  const gone = () =>
    whole.reject(new Failure('reset', `${where} broke the connection off before TLS was begun.`));
  const stop = () => whole.reject(signal.reason as Error);
  raw.on('data', take).once('close', gone).once('end', gone).resume();
  signal.addEventListener('abort', stop, {once: true});
  try {
    await whole.promise;
    return Buffer.from(text, 'latin1');
  } finally {
    raw.pause().off('data', take).off('close', gone).off('end', gone);
    signal.removeEventListener('abort', stop);
  }
};

/** The little that SMTP says in the clear to begin TLS (RFC 3207). Returns the server's greeting. */
const startTls = async (raw: Socket, where: string, signal: AbortSignal): Promise<Buffer> => {
  const asked = (line: string): Promise<Buffer> => {
    const answered = reply(raw, where, signal);
    raw.write(`${line}\r\n`);
    return answered;
  };
  const is = (code: number, text: Buffer) => text.toString('latin1', 0, 3) === String(code);
  const greeting = await reply(raw, where, signal);
  // a server that turns everybody away says so itself, under no TLS: the caller is to hear it
  if (!is(220, greeting)) {
    throw new Failure('reset', `${where} turned the connection away (${greeting.toString('latin1', 0, 3)}).`);
  }
  const abilities = await asked('EHLO [127.0.0.1]');
  const offered = /^250[- ]STARTTLS\s*$/im.test(abilities.toString('latin1'));
  if (!offered || !is(220, await asked('STARTTLS'))) {
    throw new Failure('tls_failed', `${where} does not begin TLS (STARTTLS), so nothing was sent.`);
  }
  return greeting;
};

/** The name was judged before; here it is its addresses, which a host's file may have changed. */
const bare = (raw: Socket, {host, addresses}: Target): Socket => {
  if (addresses.every(({address}) => classifyAddress(address) === 'loopback')) return raw;
  throw new Failure('tls_failed', `${host} is not this machine itself, so nothing was sent without TLS.`);
};

/**
 * A connection under TLS on which the caller and the other side speak. Until its certificate is verified nothing of the
 * caller's is read. `opened` says that it is.
 */
export const tunnel = (
  request: WireTunnel,
  target: Target,
  signal: AbortSignal,
  phase: Phase,
  counted: Counted,
  opened: () => void,
  {said, hear}: Ends,
): Promise<void> => {
  const where = `${target.host}:${target.port}`;
  const authorities = [...target.authorities, ...(request.authority === null ? [] : [request.authority])];
  return onConnection(target, signal, counted, async raw => {
    const greeting = request.tls === 'starttls' ? await startTls(raw, where, signal) : null;
    const under = request.untilHungUp ? observed(raw) : raw;
    const secure =
      request.tls === 'none' ? bare(raw, target) : await secured(under, {...target, authorities}, signal, []);
    phase('body');
    const hangUp = () => secure.destroy();
    signal.addEventListener('abort', hangUp, {once: true});
    let leaving: NodeJS.Timeout | undefined;
    let left = false;
    const speak = async (): Promise<void> => {
      let size = 0;
      for await (const piece of said as AsyncIterable<Buffer>) {
        size += piece.length;
        if (size > mostBytes)
          throw new Failure('bad_answer', `More than ${mostBytes} bytes went to ${where}.`);
        if (!secure.write(piece)) await once(secure, 'drain', {signal});
      }
      left = true;
      secure.end();
      leaving = setTimeout(
        () => {
          if (request.untilHungUp)
            refused = new Failure('timeout', `${where} did not hang up, so it may not have read everything.`);
          hangUp();
        },
        request.untilHungUp ? farewell.awaited : farewell.usual,
      );
    };
    const listen = async (): Promise<void> => {
      let size = 0;
      for await (const piece of secure as AsyncIterable<Buffer>) {
        size += piece.length;
        if (size > mostBytes)
          throw new Failure('answer_too_large', `${where} sent more than ${mostBytes} bytes.`);
        await hear(piece, signal);
      }
    };
    let refused: unknown;
    try {
      opened();
      if (greeting) await hear(greeting, signal);
      // what the other side does not take any more shows in its silence
      void speak().catch((error: unknown) => {
        if (error instanceof Failure) refused = error;
        if (!signal.aborted) hangUp();
      });
      await listen();
      if (request.untilHungUp && !left && refused === undefined)
        throw new Failure('reset', `${where} hung up before everything was said.`);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Failure) throw error;
      if ((!left || request.untilHungUp) && refused === undefined)
        throw new Failure('reset', `${where} broke the connection off (${codeOf(error)}).`);
    } finally {
      clearTimeout(leaving);
      signal.removeEventListener('abort', hangUp);
      secure.on('error', () => {}).destroy();
    }
    signal.throwIfAborted();
    if (refused instanceof Failure) throw refused;
  });
};
