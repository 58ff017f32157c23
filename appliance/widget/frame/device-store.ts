/**
 * What this browser keeps, in the appliance's own origin and only after the visitor opened the chat: the token, and what
 * was said but not acknowledged yet. The transcript is not kept here. Where storage is forbidden the chat works without.
 */
import type {Outgoing} from './conversation-state.ts';

export type Session = {token: string; conversationId: string};
export type DeviceStore = ReturnType<typeof createDeviceStore>;

/** Nobody who asked for a person and left wants one called an hour later. */
const humanGoodForMs = 10 * 60_000;

/** `tab` ends with the tab: half-written words are nobody else's on a shared computer. */
export const createDeviceStore = ({
  local,
  tab,
  siteId,
  now,
}: {
  local: Storage | null;
  tab: Storage | null;
  siteId: string;
  now: () => number;
}) => {
  const sessionKey = `crowlit:${siteId}:session`;
  const lookedKey = `crowlit:${siteId}:looked`;
  const draftKey = `crowlit:${siteId}:draft`;
  /** A key an item, so that two tabs never overwrite each other's list. */
  const outPrefix = `crowlit:${siteId}:out:`;

  const attempt = <T>(work: (storage: Storage) => T, storage = local): T | null => {
    try {
      return storage && work(storage);
    } catch {
      return null; // full or forbidden
    }
  };
  const read = <T>(key: string, from = local): T | null =>
    attempt(storage => JSON.parse(storage.getItem(key) ?? 'null') as T | null, from);
  const write = (key: string, value: unknown, to = local) =>
    void attempt(storage => {
      if (value === null) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(value));
    }, to);

  return {
    session: () => read<Session>(sessionKey),
    keepSession: (session: Session | null) => {
      write(sessionKey, session);
      write(lookedKey, null);
    },
    /** Up to which message the visitor has had the chat before their eyes. */
    looked: () => read<number>(lookedKey) ?? 0,
    keepLooked: (seq: number) => write(lookedKey, seq),
    draft: () => read<string>(draftKey, tab) ?? '',
    keepDraft: (text: string) => write(draftKey, text || null, tab),
    keepOutgoing: ({clientId, kind, text, at}: Outgoing) =>
      write(outPrefix + clientId, {clientId, kind, text, at}),
    dropOutgoing: (clientId: string) => write(outPrefix + clientId, null),
    outgoing: (): Outgoing[] => {
      const keys = attempt(storage => Object.keys(storage)) ?? [];
      const items = keys.filter(key => key.startsWith(outPrefix)).map(key => read<Outgoing>(key));
      const stale = (item: Outgoing) => item.kind === 'human' && now() - Date.parse(item.at) > humanGoodForMs;
      for (const item of items) if (item && stale(item)) write(outPrefix + item.clientId, null);
      return items
        .filter((item): item is Outgoing => item !== null && !stale(item))
        .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    },
  };
};
