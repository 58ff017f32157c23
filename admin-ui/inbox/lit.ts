/** Which fact is pointed at: its quote in the column and its words in the transcript light together. */
import {createContext, useContext} from 'react';
import {createStore, type Store, useStore} from './store.ts';

export const createLit = (): Store<string | null> => createStore<string | null>(null);
export const LitContext = createContext<Store<string | null>>(createLit());
export const useLit = <P>(pick: (lit: string | null) => P): P => useStore(useContext(LitContext), pick);

/** Brings the words into sight, and only if they are out of it. */
export const reveal = (factId: string, always: boolean): void => {
  const mark = document.querySelector<HTMLElement>(`.log mark[data-facts~="${CSS.escape(factId)}"]`);
  const log = mark?.closest<HTMLElement>('.log');
  if (!mark || !log) return;
  const [words, view] = [mark.getBoundingClientRect(), log.getBoundingClientRect()];
  if (words.top < view.top || words.bottom > view.bottom) {
    const middle = log.scrollTop + words.top - view.top - (view.height - words.height) / 2;
    log.scrollTo({top: middle});
  }
  // On a phone the facts stand below the transcript; going there is what a tap asks for.
  if (always) mark.scrollIntoView({block: 'nearest'});
};
