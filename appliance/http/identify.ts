import type {IncomingHttpHeaders} from 'node:http';
import type {Caller, Role} from '../kit/route.ts';

export type SignedIn = {userId: string; role: Role; sessionId: string; csrfToken: string};
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

/** Who is asking, for routes and for sockets alike. */
export const createIdentify = (deps: IdentifyDeps) => ({
  secure: deps.secure,
  user: async (headers: IncomingHttpHeaders): Promise<{caller: Caller; csrfToken: string} | undefined> => {
    const token = cookieOf(headers.cookie, cookieName('session', deps.secure));
    if (token === undefined || token.length > 100) return undefined;
    const found = await deps.user(token);
    if (!found) return undefined;
    const {userId, role, sessionId, csrfToken} = found;
    return {caller: {kind: 'user', userId, role, sessionId}, csrfToken};
  },
  visitor: async (headers: IncomingHttpHeaders): Promise<Caller | undefined> => {
    const token = bearerOf(headers.authorization);
    if (token === undefined) return undefined;
    const found = await deps.visitor(token);
    return found && {kind: 'visitor', ...found};
  },
});
export type Identify = ReturnType<typeof createIdentify>;
