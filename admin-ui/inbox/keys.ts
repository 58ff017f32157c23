import {useEffect, useRef} from 'react';
import {createStore} from './store.ts';

/** The single keys, in the order in which the sheet lists them. */
export const shortcuts = {
  t: 'Take over, or accept',
  r: 'Write a reply',
  h: 'Hand back to the AI',
  c: 'Close the conversation',
  n: 'Open who waits longest',
  j: 'Next conversation',
  k: 'Previous conversation',
  '/': 'Search',
  '?': 'This list',
} as const;
export type Shortcut = keyof typeof shortcuts;

const storageKey = 'crowlit-inbox-keys';
const remembered = (): boolean => {
  try {
    return localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
};
/** Some people's tools type single keys by accident; then they can be switched off. */
export const singleKeys = createStore(remembered());
export const setSingleKeys = (on: boolean): void => {
  singleKeys.set(on);
  try {
    localStorage.setItem(storageKey, on ? 'on' : 'off');
  } catch {
    // remembered until the page is left
  }
};

const busyElsewhere = (target: EventTarget | null): boolean =>
  !(target instanceof HTMLElement) ||
  target.isContentEditable ||
  target.closest('input, textarea, select, [role="menu"], [role="dialog"]') !== null ||
  document.querySelector('[role="dialog"], [role="menu"]') !== null;

export const useShortcuts = (handlers: Partial<Record<Shortcut, () => void>>): void => {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return;
      if (event.repeat || !singleKeys.get() || busyElsewhere(event.target)) return;
      const key = event.key.toLowerCase();
      const run = Object.hasOwn(shortcuts, key) ? latest.current[key as Shortcut] : undefined;
      if (!run) return;
      event.preventDefault();
      run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
};
