import {IconCircleDashed, IconFilterOff, IconPlugConnectedX} from '@tabler/icons-react';
import type {ComponentType, ReactNode} from 'react';

type Icon = ComponentType<{className?: string; 'aria-hidden'?: boolean}>;

/** Nothing here yet: what is true now, and what would bring something here. */
export const Empty = ({
  title,
  children,
  icon: Glyph = IconCircleDashed,
  action,
}: {
  title: string;
  children?: ReactNode;
  icon?: Icon;
  action?: ReactNode;
}) => (
  <div className="empty">
    <Glyph className="i" aria-hidden />
    <b>{title}</b>
    {children === undefined ? null : <p>{children}</p>}
    {action}
  </div>
);

/** There are things, but the filter hides them all. */
export const NothingMatches = ({what, onClear}: {what: string; onClear: () => void}) => (
  <Empty
    title={`No ${what} match`}
    icon={IconFilterOff}
    action={
      <button type="button" className="btn sm" onClick={onClear}>
        Clear the filter
      </button>
    }
  >
    There are others; the filter hides them.
  </Empty>
);

/** Could not load: state, meaning, next. */
export const LoadFailed = ({what, error, onRetry}: {what: string; error: Error; onRetry: () => void}) => (
  <div className="empty da" role="alert">
    <IconPlugConnectedX className="i" aria-hidden />
    <b>{what} could not be loaded</b>
    <p>{error.message}</p>
    <button type="button" className="btn sm" onClick={onRetry}>
      Try again
    </button>
  </div>
);

/** The place of what is being loaded, with its size, so that nothing jumps. */
export const Loading = ({what, rows = 4}: {what: string; rows?: number}) => (
  <div className="panel pad" aria-busy="true">
    <span className="vh" role="status">
      Loading {what}
    </span>
    <div className="col" aria-hidden>
      {Array.from({length: rows}, (_, row) => (
        <div key={row} className="skel" style={{width: `${88 - ((row * 23) % 40)}%`}} />
      ))}
    </div>
  </div>
);
