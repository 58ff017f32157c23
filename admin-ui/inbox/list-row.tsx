import {IconClock} from '@tabler/icons-react';
import {memo} from 'react';
import type {ConversationSummary} from '../../appliance/features/conversations/conversations.schema.ts';
import {AiAvatar, PersonAvatar} from '../shared/components/person.tsx';
import {type GroupKey, nameOf} from './inbox-list.ts';
import {useNow} from './ticker.ts';
import {shortAgo, snippetOf, spokenDuration, stopwatch} from './words.ts';

/** From here on somebody has waited too long. */
const lateMs = 60_000;

export const Waited = ({since}: {since: string}) => {
  const waited = Math.max(0, useNow(1000) - Date.parse(since));
  return (
    <span className={waited >= lateMs ? 'tm late' : 'tm'}>
      {waited >= lateMs ? <IconClock className="i s" aria-hidden /> : null}
      <span aria-hidden>{stopwatch(waited)}</span>
      <span className="vh">waiting {spokenDuration(waited)}</span>
    </span>
  );
};

const Ago = ({at}: {at: string}) => <span className="tm">{shortAgo(at, useNow(60_000))}</span>;

const Speaker = ({one}: {one: ConversationSummary}) => {
  if (one.state === 'agent' && one.agent) return <PersonAvatar name={one.agent.name} small />;
  return one.state === 'ai' && !one.waiting ? (
    <AiAvatar small />
  ) : (
    <PersonAvatar name={nameOf(one)} kind="visitor" small />
  );
};

/** A row of the list. Where it stands belongs to `group`; what it says is always the newest. */
export const ListRow = memo(
  ({
    one,
    group,
    current,
    onOpen,
  }: {
    one: ConversationSummary;
    group: GroupKey;
    current: boolean;
    onOpen: (id: string) => void;
  }) => {
    const waits = one.waiting && one.state !== 'agent' && one.state !== 'closed' ? one.waiting : null;
    const unread = one.unread && (group === 'waiting' || group === 'mine');
    return (
      <li>
        <a
          href={`/inbox/${one.id}`}
          className={`cv${current ? ' on' : ''}${unread ? ' un' : ''}`}
          aria-current={current ? 'true' : undefined}
          onClick={event => {
            if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
            event.preventDefault();
            onOpen(one.id);
          }}
        >
          <span className="l1">
            <b dir="auto">{nameOf(one)}</b>
            <span className="co" dir="auto">
              {one.company ?? (group === 'waiting' ? 'no company yet' : one.siteName)}
            </span>
            {waits ? <Waited since={waits.since} /> : <Ago at={one.lastMessage?.at ?? one.updatedAt} />}
          </span>
          <span className="l2">
            <Speaker one={one} />
            <span className="sn" dir="auto">
              {snippetOf(one)}
            </span>
            {unread ? <span className="vh">unread,</span> : null}
            <span className="sc" title={`Score ${one.points}, bar ${one.bar}`}>
              <span className="vh">score </span>
              {one.points}
            </span>
          </span>
        </a>
      </li>
    );
  },
);
ListRow.displayName = 'ListRow';
