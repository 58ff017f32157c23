import {useState} from 'react';
import {queryClient} from './query.ts';

/** Everything under these paths is asked again: `refresh('/api/admin/connectors')`. */
export const refresh = (...prefixes: string[]) =>
  queryClient.invalidateQueries({
    predicate: ({queryKey: [path]}) =>
      typeof path === 'string' && prefixes.some(prefix => path.startsWith(prefix)),
  });

/** One act of a person: what it answers, or what went wrong, stays beside it until the next. */
export const useAct = <In, Out>(run: (input: In) => Promise<Out>, ...refreshes: string[]) => {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [result, setResult] = useState<{value: Out} | null>(null);
  const act = async (input: In): Promise<{value: Out} | null> => {
    setBusy(true);
    setError(null);
    setResult(null);
    try {
      const answer = {value: await run(input)};
      setResult(answer);
      await refresh(...refreshes);
      return answer;
    } catch (caught) {
      setError(caught);
      return null;
    } finally {
      setBusy(false);
    }
  };
  const clear = () => {
    setError(null);
    setResult(null);
  };
  return {act, busy, error, result, clear};
};
