import type {DeviceStore, Session} from './device-store.ts';

export type SessionDeps = {
  store: DeviceStore;
  body: () => {siteId: string; locale: string; page: string; objects: boolean};
  /** One tab at a time, where the browser can say so. */
  locks: {request: <T>(name: string, work: () => Promise<T>) => Promise<T>} | null;
  base?: string;
};
/** `later`: nobody answered, or told us to come back. `refused`: asking again changes nothing. */
export type Opened = {session: Session} | 'later' | 'refused';

/** The stored session, or a new one. `bad` is a token the server has refused. */
export const createSessions = ({store, body, locks, base = ''}: SessionDeps) => {
  const open = async (bad: string | null): Promise<Opened> => {
    const stored = store.session();
    // Another tab may have opened a new one already.
    if (stored && stored.token !== bad) return {session: stored};
    try {
      const response = await fetch(`${base}/api/visitor/sessions`, {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        credentials: 'omit',
        body: JSON.stringify(body()),
      });
      if (!response.ok) return response.status >= 500 || response.status === 429 ? 'later' : 'refused';
      const {token, conversationId} = (await response.json()) as Session;
      const session = {token, conversationId};
      store.keepSession(session);
      return {session};
    } catch {
      return 'later';
    }
  };
  return async (bad: string | null): Promise<Opened> => {
    if (!locks) return open(bad);
    let asked = false;
    const once = () => {
      asked = true;
      return open(bad);
    };
    try {
      return await locks.request('crowlit-session', once);
    } catch {
      // Browsers that keep frames of other sites from storing refuse them locks as well.
      return asked ? 'later' : open(bad);
    }
  };
};
