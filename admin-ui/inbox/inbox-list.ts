/** Which conversation stands where in the list, and what keeps still while somebody points at it. */
import type {ConversationSummary} from '../../appliance/features/conversations/conversations.schema.ts';

export type GroupKey = 'waiting' | 'ai' | 'mine' | 'others' | 'earlier' | 'closed';
export type Group = {key: GroupKey; ids: readonly string[]};
export type ListView = {query: string; closed: boolean};

const order: readonly GroupKey[] = ['waiting', 'ai', 'mine', 'others', 'earlier', 'closed'];
/** The AI's conversations stay in sight this long after the visitor left. */
const recentMs = 30 * 60_000;

export const groupOf = (one: ConversationSummary, meId: string, now: number): GroupKey => {
  if (one.state === 'closed') return 'closed';
  if (one.state === 'agent') return one.agent?.id === meId ? 'mine' : 'others';
  if (one.state === 'waiting' || one.waiting) return 'waiting';
  return one.online || now - Date.parse(one.updatedAt) < recentMs ? 'ai' : 'earlier';
};

export const nameOf = (one: Pick<ConversationSummary, 'visitorName' | 'visitorNumber'>): string =>
  one.visitorName ?? `Visitor ${one.visitorNumber}`;

const matches = (one: ConversationSummary, wanted: string) =>
  [nameOf(one), one.company, one.siteName, one.lastMessage?.text].some(text =>
    text?.toLocaleLowerCase().includes(wanted),
  );

const waitingSince = ({waiting, updatedAt}: ConversationSummary) => waiting?.since ?? updatedAt;
export const compare = (key: GroupKey) => (a: ConversationSummary, b: ConversationSummary) => {
  // Who waits longest comes first; everywhere else what happened last.
  const [x, y] = key === 'waiting' ? [waitingSince(a), waitingSince(b)] : [b.updatedAt, a.updatedAt];
  return x < y ? -1 : x > y ? 1 : a.id < b.id ? -1 : 1;
};

export const arrange = (
  conversations: Iterable<ConversationSummary>,
  meId: string,
  {query, closed}: ListView,
  now: number,
): Group[] => {
  const wanted = query.trim().toLocaleLowerCase();
  const groups = new Map<GroupKey, ConversationSummary[]>(order.map(key => [key, []]));
  for (const one of conversations) {
    if (wanted && !matches(one, wanted)) continue;
    const key = groupOf(one, meId, now);
    // A search looks everywhere, also among the closed.
    if (key !== 'closed' || closed || wanted) groups.get(key)?.push(one);
  }
  return [...groups]
    .filter(([, list]) => list.length > 0)
    .map(([key, list]) => ({key, ids: list.sort(compare(key)).map(({id}) => id)}));
};

const places = (groups: readonly Group[]) =>
  new Map(groups.flatMap(({key, ids}) => ids.map(id => [id, key])));

/**
 * What is shown while the list must keep still, and how many conversations wait to take their place: new ones, and those
 * that belong elsewhere by now. Nothing shown moves or goes.
 */
export const hold = (
  held: readonly Group[] | null,
  live: readonly Group[],
): {groups: readonly Group[]; behind: number; waiting: number} => {
  if (!held) return {groups: live, behind: 0, waiting: 0};
  const before = places(held);
  const moved = [...places(live)].filter(([id, key]) => before.get(id) !== key);
  return {
    groups: held,
    behind: moved.length,
    waiting: moved.filter(([, key]) => key === 'waiting').length,
  };
};

/** The neighbour in the order shown; the first one where none is open. */
export const neighbour = (
  groups: readonly Group[],
  open: string | null,
  step: 1 | -1,
): string | undefined => {
  const ids = groups.flatMap(group => group.ids);
  const at = open === null ? -1 : ids.indexOf(open);
  return at === -1 ? ids[0] : ids[at + step];
};
