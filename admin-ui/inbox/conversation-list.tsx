import {IconArchive, IconKeyboard, IconSearch} from '@tabler/icons-react';
import {memo, type Ref, useCallback, useEffect, useMemo, useRef, useState} from 'react';
import {LoadFailed} from '../shared/components/empty.tsx';
import {AlertsMenu} from './alerts-menu.tsx';
import {arrange, type Group, hold, type ListView} from './inbox-list.ts';
import {LineDown} from './line-down.tsx';
import {ListEmpty} from './list-empty.tsx';
import {ListRow} from './list-row.tsx';
import {PresenceMenu} from './presence-menu.tsx';
import {useNow} from './ticker.ts';
import {useInbox, useInboxControl} from './use-inbox.ts';
import {useSearch} from './use-search.ts';
import {groupWords} from './words.ts';

const moveFocus = (scroller: HTMLElement, step: 1 | -1) => {
  const rows = [...scroller.querySelectorAll<HTMLElement>('a.cv')];
  const at = rows.findIndex(row => row === document.activeElement);
  rows[at + step]?.focus();
};

export const ConversationList = memo(
  ({
    open,
    onOpen,
    onShown,
    onShortcuts,
    search,
  }: {
    open: string | null;
    onOpen: (id: string) => void;
    /** Told the order on the screen, for J and K. */
    onShown: (groups: readonly Group[]) => void;
    onShortcuts: () => void;
    search: Ref<HTMLInputElement>;
  }) => {
    const inbox = useInboxControl();
    const conversations = useInbox(state => state.conversations);
    const meId = useInbox(state => state.meId);
    const listed = useInbox(state => state.listed);
    const minute = useNow(60_000);
    const [view, setView] = useState<ListView>({query: '', closed: false});
    const [folded, setFolded] = useState(true);
    const [pointer, setPointer] = useState(false);
    const [focus, setFocus] = useState(false);
    const again = useCallback(() => setView(now => ({...now})), []);
    const found = useSearch(view, again);
    const acted = useInbox(state => state.acted);
    useEffect(again, [acted, again]);
    const live = useMemo(
      () => arrange(conversations.values(), meId, view, minute),
      [conversations, meId, view, minute],
    );

    const [frozen, setFrozen] = useState<{view: ListView; groups: readonly Group[]} | null>(null);
    const holding = listed === 'ready' && (pointer || focus);
    const wanted = holding ? (frozen?.view === view ? frozen : {view, groups: live}) : null;
    if (wanted !== frozen) setFrozen(wanted);
    const {groups, behind, waiting} = hold(wanted?.groups ?? null, live);
    const searching = view.query.trim() !== '';
    // Who asked for the closed ones wants to see them; they stand last.
    const closed = useRef<HTMLElement>(null);
    const closedShown = view.closed && groups.some(({key}) => key === 'closed');
    useEffect(() => {
      if (closedShown) closed.current?.scrollIntoView({block: 'start'});
    }, [closedShown]);
    useEffect(
      () => onShown(groups.filter(({key}) => key !== 'earlier' || !folded || searching)),
      [groups, folded, searching, onShown],
    );

    return (
      <section className="lst" aria-label="Conversations">
        <div className="lh">
          <h1>Inbox</h1>
          <span className="sp" />
          <PresenceMenu />
          <AlertsMenu />
        </div>
        <div className="srch">
          <IconSearch className="i s" aria-hidden />
          <input
            ref={search}
            type="search"
            aria-label="Search conversations"
            placeholder="Search"
            maxLength={100}
            value={view.query}
            onChange={({currentTarget: {value}}) => setView(now => ({...now, query: value}))}
            onKeyDown={event => {
              if (event.key !== 'Escape') return;
              setView(now => ({...now, query: ''}));
              event.currentTarget.blur();
            }}
          />
          <kbd aria-hidden>/</kbd>
        </div>
        <div
          className="rows"
          onPointerEnter={({pointerType}) => setPointer(pointerType !== 'touch')}
          onPointerLeave={() => setPointer(false)}
          onFocus={() => setFocus(true)}
          onBlur={({currentTarget, relatedTarget}) => setFocus(currentTarget.contains(relatedTarget))}
          onKeyDown={event => {
            if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
            event.preventDefault();
            moveFocus(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1);
          }}
        >
          {groups.map(({key, ids}) => {
            const closedFold = key === 'earlier' && folded && !searching;
            return (
              <section
                key={key}
                ref={key === 'closed' ? closed : undefined}
                aria-label={groupWords[key]}
                className={key === 'waiting' ? 'gr waiting' : 'gr'}
              >
                <h2>
                  {key === 'earlier' && !searching ? (
                    <button type="button" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
                      {groupWords[key]}
                    </button>
                  ) : (
                    groupWords[key]
                  )}{' '}
                  <span>{ids.length}</span>
                </h2>
                {closedFold ? null : (
                  <ul>
                    {ids.map(id => {
                      const one = conversations.get(id);
                      return one ? (
                        <ListRow key={id} one={one} group={key} current={id === open} onOpen={onOpen} />
                      ) : null;
                    })}
                  </ul>
                )}
              </section>
            );
          })}
          <ListEmpty
            listed={listed}
            empty={groups.length === 0}
            filtered={searching || view.closed}
            onRetry={() => void inbox.reload()}
            onClear={() => setView({query: '', closed: false})}
          />
          {found.failed ? (
            <div className="pad">
              <LoadFailed
                what="Further conversations"
                error={found.failed}
                onRetry={() => void found.find()}
              />
            </div>
          ) : null}
          {found.more ? (
            <div className="pad">
              <button type="button" className="btn" onClick={found.more}>
                Show earlier ones
              </button>
            </div>
          ) : null}
        </div>
        {behind > 0 ? (
          <button
            type="button"
            className={waiting > 0 ? 'behind hu' : 'behind'}
            onClick={() => setFrozen(holding ? {view, groups: live} : null)}
          >
            <b>{behind} new</b>
            {waiting > 0 ? `, ${waiting} waiting for a person` : ''}
            <span className="sp" />
            Show
          </button>
        ) : null}
        <div className="lf">
          <LineDown />
          <button
            type="button"
            className="btn q sm"
            aria-pressed={view.closed}
            onClick={() => setView(now => ({...now, closed: !now.closed}))}
          >
            <IconArchive className="i s" aria-hidden />
            {view.closed ? 'Hide closed' : 'Show closed'}
          </button>
          <span className="sp" />
          <button
            type="button"
            className="btn q sm ic"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts"
            onClick={onShortcuts}
          >
            <IconKeyboard className="i" aria-hidden />
          </button>
        </div>
      </section>
    );
  },
);
ConversationList.displayName = 'ConversationList';
