import {Empty, LoadFailed, Loading, NothingMatches} from '../shared/components/empty.tsx';

/** The list without a row: still loading, could not load, nothing matches, nothing there. */
export const ListEmpty = ({
  listed,
  empty,
  filtered,
  onRetry,
  onClear,
}: {
  listed: 'loading' | 'ready' | {failed: Error};
  empty: boolean;
  filtered: boolean;
  onRetry: () => void;
  onClear: () => void;
}) => {
  if (typeof listed === 'object')
    return (
      <div className="pad">
        <LoadFailed what="The conversations" error={listed.failed} onRetry={onRetry} />
      </div>
    );
  if (!empty) return null;
  if (listed === 'loading')
    return (
      <div className="pad">
        <Loading what="the conversations" rows={6} />
      </div>
    );
  return (
    <div className="pad">
      {filtered ? (
        <NothingMatches what="conversations" onClear={onClear} />
      ) : (
        <Empty title="No conversation is open">
          As soon as a visitor opens the chat on one of your websites, the conversation appears here. Whoever
          asks for a person, or passes the bar of the playbook, comes first, with a sound.
        </Empty>
      )}
    </div>
  );
};
