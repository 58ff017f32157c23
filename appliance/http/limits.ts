import {RateLimiterMemory, RateLimiterRes} from 'rate-limiter-flexible';
import {type Area, defaultRequestsPerMinute, type RequestsPerMinute} from './rates.ts';
import {AppError} from '../kit/errors.ts';
import type {Route} from '../kit/route.ts';
import {addressKey} from '../kit/network.ts';

const guessable = ['/api/session', '/api/host/', '/api/setup', '/api/invitations/'];

/** `path` is the route's own, not what a client wrote. */
export const areaOf = (method: Route['method'], path: string): Area => {
  if (method !== 'get' && guessable.some(start => path.startsWith(start))) return 'signIn';
  if (path.startsWith('/api/invitations/')) return 'signIn';
  if (path.startsWith('/api/visitor/')) return 'visitor';
  if (path.startsWith('/api/agent/')) return 'agent';
  if (path.startsWith('/api/admin/')) return 'admin';
  return 'other';
};

export const createLimits = (perMinute: RequestsPerMinute) => {
  const limiters = new Map<string, RateLimiterMemory>();
  const limiterFor = (name: string, points: number): RateLimiterMemory => {
    let limiter = limiters.get(name);
    if (!limiter)
      limiters.set(name, (limiter = new RateLimiterMemory({points, duration: 60, keyPrefix: name})));
    return limiter;
  };
  const take = async (name: string, points: number, ip: string): Promise<void> => {
    try {
      await limiterFor(name, points).consume(addressKey(ip));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const retryAfterSeconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
      throw new AppError(
        'too_many',
        'request.too_many',
        `Too many requests from this address. Try again in ${retryAfterSeconds} seconds.`,
        {details: {retryAfterSeconds}},
      );
    }
  };
  return {
    area: (area: Area, ip: string): Promise<void> => take(area, perMinute[area], ip),
    /** A route that names its own rate has a count of its own; it grows where its area's rate was raised. */
    route: (route: Pick<Route, 'method' | 'path'>, points: number, ip: string): Promise<void> => {
      const area = areaOf(route.method, route.path);
      const raised = Math.max(1, perMinute[area] / defaultRequestsPerMinute[area]);
      return take(`${route.method} ${route.path}`, Math.round(points * raised), ip);
    },
  };
};
export type Limits = ReturnType<typeof createLimits>;
