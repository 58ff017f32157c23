import type {listPassages, Passage} from '../../../appliance/features/knowledge/knowledge.schema.ts';
import {useInfiniteQuery} from '@tanstack/react-query';
import {type Answer, request, withQuery} from '../../shared/api.ts';
import {LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {More} from '../../shared/components/more.tsx';
import {State} from '../../shared/components/state.tsx';
import {path} from './words.ts';

/** A passage as it can be quoted, with where it stands. */
export const PassageView = ({passage}: {passage: Passage}) => (
  <>
    <p className="dim s13 break">
      {[passage.page === null ? '' : `Page ${passage.page}`, passage.heading.join(' › ')]
        .filter(part => part !== '')
        .join(', ') || 'Without a heading'}
    </p>
    <blockquote className="kn-text break" lang={passage.language} dir="auto">
      {passage.text}
    </blockquote>
  </>
);

/** What was read of a document, in its order. */
export const Passages = ({documentId}: {documentId: string}) => {
  const whole = `${path}/${documentId}/passages`;
  const query = useInfiniteQuery({
    queryKey: [whole],
    queryFn: ({pageParam, signal}) =>
      request<Answer<typeof listPassages>>('GET', withQuery(whole, {after: pageParam}), undefined, {signal}),
    initialPageParam: 0,
    getNextPageParam: ({next}) => next,
  });
  if (query.error)
    return <LoadFailed what="The text" error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading what="the text" />;
  return (
    <>
      <ol className="kn-passages">
        {query.data.pages
          .flatMap(({passages}) => passages)
          .map(passage => (
            <li key={passage.id}>
              {passage.givesOrders ? (
                <State tone="at">Never quoted: it tells a model what to do</State>
              ) : null}
              <PassageView passage={passage} />
            </li>
          ))}
      </ol>
      <More query={query} label="Show more of it" />
    </>
  );
};
