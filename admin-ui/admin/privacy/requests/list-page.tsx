import {IconUserQuestion} from '@tabler/icons-react';
import {Link} from '@tanstack/react-router';
import {useState} from 'react';
import type {listRequests} from '../../../../appliance/features/privacy/requests/requests.schema.ts';
import type {Answer} from '../../../shared/api.ts';
import {Empty, LoadFailed, Loading} from '../../../shared/components/empty.tsx';
import {Segments} from '../../../shared/components/expand.tsx';
import {More} from '../../../shared/components/more.tsx';
import {Page, Section} from '../../../shared/components/page.tsx';
import {Standing, State} from '../../../shared/components/state.tsx';
import {Time} from '../../../shared/components/time.tsx';
import {plural} from '../../../shared/format.ts';
import {usePages} from '../../../shared/pages.ts';
import {useSession} from '../../../shared/session.tsx';
import {NewRequest} from './new-request.tsx';
import {clockOf, kindOf, path, stateWords, type SubjectRequest} from './words.ts';

type Counts = Answer<typeof listRequests>['counts'];

const Top = ({counts: {open, overdue}, acts}: {counts: Counts; acts: boolean}) => (
  <Standing
    tone={overdue > 0 ? 'da' : open > 0 ? 'at' : 'ok'}
    state={
      overdue > 0
        ? `${plural(overdue, 'request is', 'requests are')} overdue.`
        : open > 0
          ? `${plural(open, 'request is', 'requests are')} open.`
          : 'No request is open.'
    }
    meaning="People are answered within one month; with a reason that they are told, within three (Art. 12(3)). What needs no decision, such as a copy asked for in the chat, is done at once and only listed here."
    next={
      open === 0
        ? 'Nothing now. If somebody wrote or called, enter it here, so that its clock runs.'
        : acts
          ? 'Open the oldest one and carry it out, answer it, or refuse it with the reason.'
          : 'An administrator carries requests out. You see how each stands, and its papers.'
    }
  />
);

const Row = ({request}: {request: SubjectRequest}) => {
  const clock = clockOf(request);
  const state = stateWords[request.state];
  return (
    <tr>
      <td>
        <Link to="/admin/requests/$requestId" params={{requestId: request.id}}>
          <b>{kindOf(request)}</b>
        </Link>
        <small className="mono">{request.id.slice(-8)}</small>
      </td>
      <td data-l="Asked">
        <Time at={request.createdAt} />
        <small>{request.origin === 'widget' ? 'in the chat' : 'entered here'}</small>
      </td>
      <td data-l="State">
        <State tone={state.tone}>{state.word}</State>
      </td>
      <td data-l="Deadline">
        <State tone={clock.tone}>{clock.word}</State>
        {request.extended ? <small>extended by two months</small> : null}
      </td>
      <td data-l="About">{plural(request.persons, 'visitor')}</td>
    </tr>
  );
};

const RequestsPage = () => {
  const [state, setState] = useState<'open' | 'closed'>('open');
  const acts = useSession().user.role === 'administrator';
  const query = usePages(path, {state}, (page: Answer<typeof listRequests>) => page.requests, {
    every: 15_000,
  });
  return (
    <Page title="Requests">
      {query.error ? (
        <LoadFailed what="The requests" error={query.error} onRetry={() => void query.refetch()} />
      ) : query.first === undefined ? (
        <Loading what="the requests" rows={6} />
      ) : (
        <>
          <Top counts={query.first.counts} acts={acts} />
          <Section
            title={state === 'open' ? 'Open' : 'Closed'}
            hint={state === 'open' ? 'Oldest first' : 'Newest first'}
            aside={
              <Segments
                label="Which requests"
                options={[
                  {value: 'open', label: `Open (${query.first.counts.open})`},
                  {value: 'closed', label: `Closed (${query.first.counts.closed})`},
                ]}
                value={state}
                onChange={setState}
              />
            }
          >
            {query.items.length === 0 ? (
              <Empty
                title={state === 'open' ? 'Nobody waits for an answer' : 'Nothing was closed yet'}
                icon={IconUserQuestion}
              >
                Visitors ask in the privacy panel of the chat: for a copy, a correction, an objection, an
                erasure, or a person to review how they were rated. Their open chat proves that it is theirs,
                or a code sent to their address. What reaches you by letter or telephone is entered below.
              </Empty>
            ) : (
              <div className="panel">
                <table className="table stack">
                  <thead>
                    <tr>
                      <th>What</th>
                      <th>Asked</th>
                      <th>State</th>
                      <th>Deadline</th>
                      <th>About</th>
                    </tr>
                  </thead>
                  <tbody>
                    {query.items.map(request => (
                      <Row key={request.id} request={request} />
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <More query={query} />
          </Section>
          {acts ? <NewRequest /> : null}
          <p className="dim s13">
            The{' '}
            <a href="/api/admin/erasure-ledger.jsonl" download>
              erasure ledger
            </a>{' '}
            names who was erased by pseudonyms that only this appliance can make. Keep it with your backups: a
            copy of before is cleared by it.
          </p>
        </>
      )}
    </Page>
  );
};
export default RequestsPage;
