import type {Destination, EgressAttempt, OutboundProxy} from './contract.ts';
import {type Counted, Failure, type Phase, type Target} from './connection.ts';
import {type Answer, exchange, type Sink} from './exchange.ts';
import {throughProxy} from './proxy.ts';
import {type Lookup, resolve, type Resolved} from './resolve.ts';
import {judge, type Verdict, type WireRequest, type WireTunnel} from './rules.ts';
import {type Ends, tunnel} from './tunnel.ts';

export type Settings = {destinations: Destination[]; authorities: string[]; proxy?: OutboundProxy | null};
export type Result = {
  attempt: EgressAttempt;
  answer: Answer | null;
  error: {code: string; message: string; denied: boolean} | null;
};

/** The broker's own limits, whatever a request asks for. */
export const limits = {
  connect: 30_000,
  headers: 120_000,
  total: 300_000,
  /** Of an answer that is handed on as it comes. */
  streamed: 24 * 3_600_000,
  answer: 16 * 1024 * 1024,
  request: 32 * 1024 * 1024,
  inFlight: 64,
};

/** How soon an exception that ended is noticed by what is under way. */
const recheckEvery = 1000;

/** Judges, resolves, connects, counts. Knows nothing of processes, sockets or the database. */
export const createBroker = (lookup: Lookup) => {
  let destinations = new Map<string, Destination>();
  let authorities: string[] = [];
  let proxy: OutboundProxy | null = null;
  /** What is under way, so that it ends when what allowed it does. */
  const underWay = new Set<{still: () => Verdict; cut: (failure: Failure) => void}>();
  let inFlight = 0;

  type Denied = {denied: {code: string; message: string}};
  /** What is done once it is clear that it may be, and where. */
  type Work = (
    target: Target,
    signal: AbortSignal,
    phase: Phase,
    counted: Counted,
  ) => Promise<Answer | undefined>;

  const attempt = async (
    request: WireRequest | WireTunnel,
    destination: Destination | undefined,
    aborted: AbortSignal,
    counted: Counted,
    work: Work,
    streamed: boolean,
  ): Promise<Answer | Denied | undefined> => {
    const verdict = judge(request, destination);
    if (verdict.denied || !destination)
      return {denied: verdict.denied ?? {code: 'egress.unknown_destination', message: ''}};
    const {host} = verdict;
    const {port, plain} = destination;
    if (inFlight > limits.inFlight) throw new Failure('busy', 'Too many requests are under way. Try again.');

    const stop = new AbortController();
    const after = (milliseconds: number, what: string) =>
      setTimeout(
        () =>
          stop.abort(new Failure('timeout', `${host}:${port}: ${what} took longer than ${milliseconds} ms.`)),
        milliseconds,
      );
    const total = after(
      Math.min(request.timeouts.total, streamed ? limits.streamed : limits.total),
      'the whole exchange',
    );
    let phase = after(Math.min(request.timeouts.connect, limits.connect), 'connecting');
    const signal = AbortSignal.any([stop.signal, aborted]);
    // as far as the caller's clock has come since, so that one that is set forward ends an exception, too
    const apart = Date.parse(request.at) - Date.now();
    const now = () => new Date(Date.now() + apart).toISOString();
    const mine = {
      still: () => judge({...request, at: now()}, destinations.get(request.destination)),
      cut: (failure: Failure) => stop.abort(failure),
    };
    underWay.add(mine);
    const watch = destination.exception ? setInterval(recheck, recheckEvery) : undefined;
    const way = plain || destination.viaProxy !== true ? null : proxy;
    try {
      const resolved = await Promise.race([
        resolve(host, destination.private, lookup).catch((): Resolved => {
          // behind a proxy only the proxy may know the names of the world
          if (way && !destination.private) return {addresses: []};
          throw new Failure('name_not_found', `The name ${host} is not known to this server's DNS.`);
        }),
        new Promise<never>((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
      ]);
      if ('refused' in resolved) return {denied: {code: 'egress.address_refused', message: resolved.refused}};
      const next: Phase = name => {
        clearTimeout(phase);
        if (name === 'headers')
          phase = after(Math.min(request.timeouts.headers, limits.headers), 'the answer');
        else if (name === 'body' && request.timeouts.idle !== undefined)
          phase = after(request.timeouts.idle, 'the next piece');
      };
      const through = way
        ? (until: AbortSignal) => throughProxy(way, {host, port}, lookup, until)
        : undefined;
      const target = {host, port, plain, addresses: resolved.addresses, authorities, through};
      return await work(target, signal, next, counted);
    } finally {
      clearTimeout(total);
      clearTimeout(phase);
      clearInterval(watch);
      underWay.delete(mine);
    }
  };

  /** Cuts what is no longer allowed: its exception has ended, or its destination is gone. */
  const recheck = (): void => {
    for (const {still, cut} of underWay) {
      const {denied} = still();
      if (denied) cut(new Failure(denied.code.slice('egress.'.length), denied.message));
    }
  };

  /** Never throws: what happened is in the result, and in the attempt for the log. */
  const handle = async (
    request: WireRequest | WireTunnel,
    aborted: AbortSignal,
    work: Work,
    streamed = false,
  ): Promise<Result> => {
    const destination = destinations.get(request.destination);
    const began = performance.now();
    const counted = {bytesOut: 0, bytesIn: 0};
    inFlight += 1;
    const outcome = await attempt(request, destination, aborted, counted, work, streamed).catch(
      (error: unknown) =>
        error instanceof Failure
          ? error
          : aborted.aborted
            ? new Failure('aborted', 'The request was given up.')
            : new Failure('unavailable', `The egress broker could not make the request (${String(error)}).`),
    );
    inFlight -= 1;
    const denied = outcome && 'denied' in outcome ? outcome.denied : null;
    const error =
      denied ?? (outcome instanceof Failure ? {code: outcome.code, message: outcome.message} : null);
    return {
      attempt: {
        at: request.at,
        destination: request.destination,
        host: destination?.host ?? '',
        port: destination?.port ?? 0,
        purpose: request.purpose,
        region: destination?.region ?? null,
        categories: destination?.categories ?? [],
        outcome: denied ? 'denied' : error ? 'failed' : 'allowed',
        reason: error ? error.code.slice('egress.'.length) : null,
        ...counted,
        ms: Math.round(performance.now() - began),
      },
      answer: outcome && 'status' in outcome ? outcome : null,
      error: error && {...error, denied: denied !== null},
    };
  };

  return {
    apply: (settings: Settings): void => {
      destinations = new Map(settings.destinations.map(one => [one.id, one]));
      authorities = settings.authorities;
      proxy = settings.proxy ?? null;
      recheck();
    },
    /** One HTTP exchange. With a sink the body goes there, and is not in the result. */
    handle: (request: WireRequest, aborted: AbortSignal, sink?: Sink): Promise<Result> =>
      handle(
        request,
        aborted,
        (target, signal, phase, counted) => {
          const {answer} = request;
          const taken: Sink | undefined =
            sink &&
            (async (...piece) => {
              // whoever takes a piece may take their time
              phase('taken');
              await sink(...piece);
              phase('body');
            });
          return exchange(
            sink ? request : {...request, answer: {...answer, limit: Math.min(answer.limit, limits.answer)}},
            target,
            signal,
            phase,
            counted,
            taken,
          );
        },
        sink !== undefined,
      ),
    /** A connection for the caller's own words; `opened` is told when it stands, and the result says how it ended. */
    tunnel: (request: WireTunnel, aborted: AbortSignal, ends: Ends, opened: () => void): Promise<Result> =>
      handle(request, aborted, async (target, signal, phase, counted) => {
        await tunnel(request, target, signal, phase, counted, opened, ends);
        return undefined;
      }),
  };
};
