import {keepPreviousData, QueryClient, useQuery} from '@tanstack/react-query';
import {ApiError, request} from './api.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // What the appliance refused it refuses again; only a lost connection is worth another try.
      retry: (count, error) => count < 2 && error instanceof ApiError && error.status === 0,
      staleTime: 5_000,
      refetchOnWindowFocus: true,
    },
    mutations: {retry: false},
  },
});

/** GET `path`; the path is the cache key, so `queryClient.invalidateQueries({queryKey: [path]})` refreshes it. */
export const useGet = <T>(
  path: string,
  {every, enabled = true}: {every?: number | ((data: T | undefined) => number); enabled?: boolean} = {},
) =>
  useQuery<T>({
    queryKey: [path],
    queryFn: ({signal}) => request<T>('GET', path, undefined, {signal}),
    placeholderData: keepPreviousData,
    enabled,
    ...(every === undefined
      ? {}
      : {refetchInterval: ({state}) => (typeof every === 'number' ? every : every(state.data))}),
  });
