import {IconClock, IconLock, IconUserCheck} from '@tabler/icons-react';
import type {
  ConversationSummary,
  Message,
} from '../../appliance/features/conversations/conversations.schema.ts';
import {AiAvatar, PersonAvatar} from '../shared/components/person.tsx';
import {formatTime} from '../shared/format.ts';
import {nameOf} from './inbox-list.ts';
import {useNow} from './ticker.ts';
import {stopwatch, whyWords} from './words.ts';

const Since = ({at}: {at: string}) => <>{stopwatch(useNow(1000) - Date.parse(at))}</>;

/** Who answers now, in one line: dashed where the machine speaks. */
export const StateStrip = ({
  one,
  mine,
  first,
}: {
  one: ConversationSummary;
  mine: boolean;
  first: Message | undefined;
}) => {
  const name = nameOf(one);
  if (one.state === 'closed')
    return (
      <div className="strip no">
        <IconLock className="i s" aria-hidden />
        <span>
          <b>Closed.</b> Nobody answers.
        </span>
      </div>
    );
  if (one.state === 'agent')
    return (
      <div className="strip hu">
        {one.agent ? (
          <PersonAvatar name={one.agent.name} small />
        ) : (
          <IconUserCheck className="i s" aria-hidden />
        )}
        <span>
          <b>{mine ? 'You answer.' : `${one.agent?.name ?? 'A colleague'} answers.`}</b>{' '}
          <span className="x">The AI is quiet.</span>
        </span>
      </div>
    );
  if (one.waiting)
    return (
      <div className="strip hu wait">
        <IconClock className="i s" aria-hidden />
        <span>
          <b>
            Waiting for a person, <Since at={one.waiting.since} />.
          </b>{' '}
          {whyWords[one.waiting.why]}
          {one.state === 'ai' ? <span className="x"> The AI answers until then.</span> : null}
        </span>
      </div>
    );
  return (
    <div className="strip">
      <AiAvatar small />
      <span>
        <b>The AI is answering.</b>{' '}
        {first?.author.kind === 'ai' ? (
          <span className="x">
            {name} was told so at {formatTime(first.at)}.
          </span>
        ) : null}
      </span>
    </div>
  );
};
