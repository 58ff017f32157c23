/** What an agent typed, kept through a reload of this tab and gone with it; another person's is thrown away. */
import type {Outgoing} from './thread.ts';

type Kept = {userId: string; drafts: Record<string, string>; outgoing: Record<string, readonly Outgoing[]>};
const key = 'crowlit-inbox';

const read = (userId: string): Kept => {
  const nothing: Kept = {userId, drafts: {}, outgoing: {}};
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Kept | null;
    return kept?.userId === userId ? {...nothing, ...kept} : nothing;
  } catch {
    return nothing; // storage switched off, or not ours: typing works, a reload loses it
  }
};

export const createKept = (userId: string) => {
  let kept = read(userId);
  const write = () => {
    try {
      sessionStorage.setItem(key, JSON.stringify(kept));
    } catch {
      // full or switched off
    }
  };
  return {
    draft: (conversationId: string): string => kept.drafts[conversationId] ?? '',
    setDraft: (conversationId: string, text: string): void => {
      const {[conversationId]: _, ...others} = kept.drafts;
      kept = {...kept, drafts: text === '' ? others : {...others, [conversationId]: text}};
      write();
    },
    outgoing: (): [string, Outgoing[]][] =>
      Object.entries(kept.outgoing).map(([id, items]) => [
        id,
        items.map(item => ({...item, sent: false, acked: undefined})),
      ]),
    setOutgoing: (conversationId: string, items: readonly Outgoing[]): void => {
      const {[conversationId]: _, ...others} = kept.outgoing;
      const unsent = items.filter(({acked}) => acked === undefined);
      kept = {...kept, outgoing: unsent.length === 0 ? others : {...others, [conversationId]: unsent}};
      write();
    },
    forget: (): void => {
      kept = {userId, drafts: {}, outgoing: {}};
      try {
        sessionStorage.removeItem(key);
      } catch {
        // nothing was kept
      }
    },
  };
};
export type KeptTexts = ReturnType<typeof createKept>;
