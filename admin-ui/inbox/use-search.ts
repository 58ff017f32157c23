import {useCallback, useEffect, useState} from 'react';
import type {ListView} from './inbox-list.ts';
import {useInboxControl} from './use-inbox.ts';

/** Looks where the open list does not reach, a moment after the last key. */
export const useSearch = (view: ListView, again: () => void) => {
  const inbox = useInboxControl();
  const [failed, setFailed] = useState<Error | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const {query, closed} = view;
  const find = useCallback(
    async (from?: string) => {
      try {
        const wanted = query.trim();
        const next = await inbox.find(wanted ? {q: wanted} : {state: 'closed', cursor: from});
        setCursor(wanted ? null : next);
        setFailed(null);
        again();
      } catch (caught) {
        setFailed(caught instanceof Error ? caught : new Error(String(caught)));
      }
    },
    [inbox, query, closed, again],
  );
  useEffect(() => {
    setCursor(null);
    if (query.trim() === '' && !closed) return undefined;
    const timer = setTimeout(() => void find(), query.trim() === '' ? 0 : 250);
    return () => clearTimeout(timer);
  }, [query, closed, find]);
  return {failed, find, more: cursor === null ? null : () => void find(cursor)};
};
