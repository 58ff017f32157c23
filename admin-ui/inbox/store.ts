import {useSyncExternalStore} from 'react';

/** A value and who wants to know when it changes. */
export const createStore = <T>(initial: T) => {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: (): T => value,
    set: (next: T): void => {
      if (next === value) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
export type Store<T> = ReturnType<typeof createStore<T>>;

/** `pick` answers with something that is the same object while it has not changed. */
export const useStore = <T, P>(store: Store<T>, pick: (value: T) => P): P =>
  useSyncExternalStore(store.subscribe, () => pick(store.get()));
