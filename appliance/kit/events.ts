/** A typed, synchronous event bus. Listeners are told after a commit; a failing one is reported, never thrown on. */
export type Events<Map extends Record<string, unknown>> = {
  on: <Name extends keyof Map>(name: Name, listener: (payload: Map[Name]) => void) => () => void;
  emit: <Name extends keyof Map>(name: Name, payload: Map[Name]) => void;
};

export const createEvents = <Map extends Record<string, unknown>>(
  onError: (error: unknown, name: keyof Map) => void,
): Events<Map> => {
  const listeners = new globalThis.Map<keyof Map, Set<(payload: never) => void>>();
  return {
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener as (payload: never) => void);
      return () => {
        set.delete(listener as (payload: never) => void);
      };
    },
    emit: (name, payload) => {
      for (const listener of listeners.get(name) ?? []) {
        try {
          (listener as (payload: unknown) => void)(payload);
        } catch (error) {
          onError(error, name);
        }
      }
    },
  };
};
