import {keepPreviousData, useInfiniteQuery} from '@tanstack/react-query';
import {request, withQuery} from './api.ts';

type Paged = {nextCursor: string | null};

/** A list that comes page by page; `items` are all pages so far. */
export const usePages = <T extends Paged, I>(
  path: string,
  filter: Record<string, string | number | undefined>,
  pick: (page: T) => I[],
  {limit = 50, every}: {limit?: number; every?: number | ((items: I[]) => number)} = {},
) => {
  const whole = withQuery(path, {...filter, limit});
  const query = useInfiniteQuery({
    queryKey: [whole],
    queryFn: ({pageParam, signal}) =>
      request<T>('GET', withQuery(path, {...filter, limit, cursor: pageParam}), undefined, {signal}),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
    placeholderData: keepPreviousData,
    ...(every === undefined
      ? {}
      : {
          refetchInterval: ({state}: {state: {data?: {pages: T[]} | undefined}}) =>
            typeof every === 'number' ? every : every(state.data?.pages.flatMap(pick) ?? []),
        }),
  });
  return {...query, first: query.data?.pages[0], items: query.data?.pages.flatMap(pick) ?? []};
};
