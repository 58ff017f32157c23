import {IconBell, IconInbox} from '@tabler/icons-react';
import type {ConversationSummary} from '../../appliance/features/conversations/conversations.schema.ts';
import {ApiError} from '../shared/api.ts';
import {Empty, LoadFailed} from '../shared/components/empty.tsx';
import {plural} from '../shared/format.ts';
import {nameOf} from './inbox-list.ts';
import {LineDown} from './line-down.tsx';
import {useStore} from './store.ts';
import {useNow} from './ticker.ts';
import {useInboxControl} from './use-inbox.ts';
import {spokenDuration} from './words.ts';

/** The middle of the inbox while nothing is open: what is going on, and what would bring something here. */
export const NothingOpen = ({
  waiting,
  withAi,
  known,
  broken,
  onRetry,
  onOpen,
}: {
  /** Who waits longest, first. */
  waiting: readonly ConversationSummary[];
  withAi: number;
  /** False while the list is not here: then nothing is claimed about who waits. */
  known: boolean;
  /** The conversation in the address could not be loaded. */
  broken: Error | null;
  onRetry: () => void;
  onOpen: (id: string) => void;
}) => {
  const {alerts} = useInboxControl();
  const {desktop} = useStore(alerts.store, value => value);
  const now = useNow(60_000);
  const first = waiting[0];
  const waited = first?.waiting ? spokenDuration(now - Date.parse(first.waiting.since)) : '';
  return (
    <section className="conv none" aria-label="No conversation open">
      <LineDown />
      <div className="middle">
        {broken instanceof ApiError && (broken.status === 404 || broken.status === 400) ? (
          <Empty title="This conversation is not here">
            It may have been deleted when its time to be kept was over, or the address is not right.
          </Empty>
        ) : broken ? (
          <LoadFailed what="The conversation" error={broken} onRetry={onRetry} />
        ) : !known ? null : first ? (
          <Empty
            title={`${plural(waiting.length, 'visitor waits', 'visitors wait')} for a person`}
            icon={IconInbox}
            action={
              <button type="button" className="btn p" onClick={() => onOpen(first.id)}>
                Open {nameOf(first)} <kbd aria-hidden>N</kbd>
              </button>
            }
          >
            {nameOf(first)} has waited longest: {waited}.
          </Empty>
        ) : (
          <Empty title="Nobody waits for a person" icon={IconInbox}>
            {withAi > 0
              ? `The AI is answering ${plural(withAi, 'visitor')}. `
              : 'No visitor is with the AI. '}
            Open any conversation to read along. Whoever asks for a person, or passes the bar of the playbook,
            comes to the top of the list, with a sound.
          </Empty>
        )}
        {known && desktop === 'unasked' ? (
          <div className="asknote">
            <IconBell className="i" aria-hidden />
            <p>
              <b>Working in another window?</b> A desktop notification tells you who waits. It shows a name
              and why, never what was written.
            </p>
            <button type="button" className="btn" onClick={() => void alerts.askDesktop()}>
              Allow notifications
            </button>
          </div>
        ) : null}
      </div>
    </section>
  );
};
