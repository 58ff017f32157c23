import type {IncomingHttpHeaders} from 'node:http';
import {AppError} from '../kit/errors.ts';
import type {Caller, Role, UserCaller} from '../kit/route.ts';

/** How far a sign-in has come. `complete`: no second factor is missing. `recent`: proved within a quarter of an hour. */
export type Proof = {complete: boolean; recent: boolean};
export type SignedIn = {userId: string; role: Role; sessionId: string; csrfToken: string} & Proof;
export type Identified = {caller: UserCaller; csrfToken: string} & Proof;
export type VisitorSession = {visitorId: string; conversationId: string; siteId: string};
export type IdentifyDeps = {
  /** True where browsers reach the appliance over TLS: then the cookie is bound to this host and never sent in the clear. */
  secure: boolean;
  user: (sessionToken: string) => Promise<SignedIn | undefined>;
  visitor: (token: string) => Promise<VisitorSession | undefined>;
};

const cookieNames = {session: 'crowlit_session'} as const;

/** `__Host-` makes the browser refuse the cookie without Secure, with a Domain, or from another host. */
export const cookieName = (name: string, secure: boolean): string => {
  const plain = name in cookieNames ? cookieNames[name as keyof typeof cookieNames] : `crowlit_${name}`;
  return secure ? `__Host-${plain}` : plain;
};

const cookieOf = (header: string | undefined, name: string): string | undefined => {
  for (const part of header?.split(';') ?? []) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
};

const bearerOf = (header: string | undefined): string | undefined =>
  /^Bearer ([\w.~+/-]{1,200}=*)$/i.exec(header ?? '')?.[1];

/** The user, if the list holds their role and nothing is missing of their sign-in; for routes and for sockets alike. */
export const checkRole = (
  user: Identified | undefined,
  roles: readonly Role[],
  {beforeSecondFactor = false} = {},
): Identified => {
  if (!user) throw new AppError('unauthenticated', 'request.unauthenticated', 'Sign in first.');
  if (!roles.includes(user.caller.role)) {
    throw new AppError(
      'forbidden',
      'request.role',
      'Your role does not allow this. An administrator can do it.',
    );
  }
  if (!user.complete && !beforeSecondFactor)
    throw new AppError('forbidden', 'accounts.second_factor_needed', 'Set up your second factor first.');
  return user;
};

/** Who is asking, for routes and for sockets alike. */
export const createIdentify = (deps: IdentifyDeps) => ({
  secure: deps.secure,
  user: async (headers: IncomingHttpHeaders): Promise<Identified | undefined> => {
    const token = cookieOf(headers.cookie, cookieName('session', deps.secure));
    if (token === undefined || token.length > 100) return undefined;
    const found = await deps.user(token);
    if (!found) return undefined;
    const {userId, role, sessionId, ...rest} = found;
    return {caller: {kind: 'user', userId, role, sessionId}, ...rest};
  },
  visitor: async (headers: IncomingHttpHeaders): Promise<Caller | undefined> => {
    const token = bearerOf(headers.authorization);
    if (token === undefined) return undefined;
    const found = await deps.visitor(token);
    return found && {kind: 'visitor', ...found};
  },
});
export type Identify = ReturnType<typeof createIdentify>;
