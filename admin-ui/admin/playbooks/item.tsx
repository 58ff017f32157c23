import {IconArrowDown, IconArrowUp, IconTrash} from '@tabler/icons-react';
import type {ReactNode} from 'react';

/** One question, answer or rule: what it is, moving it, removing it, and its fields. */
export const Item = ({
  title,
  aside,
  onMove,
  first = false,
  last = false,
  onRemove,
  children,
}: {
  title: string;
  aside?: ReactNode;
  onMove?: (by: 1 | -1) => void;
  first?: boolean;
  last?: boolean;
  onRemove?: (() => void) | undefined;
  children: ReactNode;
}) => (
  <li className="panel pb-item">
    <div className="row">
      <h3>{title}</h3>
      {aside}
      <span className="sp" />
      {onMove ? (
        <>
          <button
            type="button"
            className="btn ic sm"
            aria-disabled={first}
            aria-label={`Ask ${title} earlier`}
            onClick={() => !first && onMove(-1)}
          >
            <IconArrowUp className="i s" aria-hidden />
          </button>
          <button
            type="button"
            className="btn ic sm"
            aria-disabled={last}
            aria-label={`Ask ${title} later`}
            onClick={() => !last && onMove(1)}
          >
            <IconArrowDown className="i s" aria-hidden />
          </button>
        </>
      ) : null}
      {onRemove ? (
        <button type="button" className="btn ic sm" aria-label={`Remove ${title}`} onClick={onRemove}>
          <IconTrash className="i s" aria-hidden />
        </button>
      ) : null}
    </div>
    <div className="fields">{children}</div>
  </li>
);
