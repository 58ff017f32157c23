import {IconDownload} from '@tabler/icons-react';
import {Link, useParams} from '@tanstack/react-router';
import type {getRequest} from '../../../../appliance/features/privacy/requests/requests.schema.ts';
import type {Answer} from '../../../shared/api.ts';
import {LoadFailed, Loading} from '../../../shared/components/empty.tsx';
import {Page, Section} from '../../../shared/components/page.tsx';
import {Standing, State} from '../../../shared/components/state.tsx';
import {Time} from '../../../shared/components/time.tsx';
import {formatDay, plural} from '../../../shared/format.ts';
import {languageName} from '../../../shared/languages.tsx';
import {useGet} from '../../../shared/query.ts';
import {useSession} from '../../../shared/session.tsx';
import {Acts} from './acts.tsx';
import {Progress} from './progress.tsx';
import {
  clockOf,
  kindOf,
  kindWords,
  outcomeWords,
  path,
  proofWords,
  type RequestDetail,
  stateWords,
} from './words.ts';

const Top = ({request, acts}: {request: RequestDetail; acts: boolean}) => {
  const {tone, word} = stateWords[request.state];
  const clock = clockOf(request);
  const held = request.erasures.find(({kept}) => kept !== null)?.kept;
  return (
    <Standing
      tone={request.overdue ? 'da' : tone}
      state={request.overdue ? `${word}, overdue.` : `${word}.`}
      meaning={
        held
          ? `${held.why === 'legal_hold' ? 'A legal hold keeps the data' : 'The law asks for it to be kept: it is restricted (Art. 18)'}${held.until ? ` until ${formatDay(held.until)}` : ''}: ${held.reason}. The erasure goes on by itself once that ends.`
          : request.outcome
            ? `${outcomeWords[request.outcome] ?? request.outcome}. ${clock.word}.`
            : `${kindWords[request.kind].means} ${clock.word}.`
      }
      next={
        request.state === 'held'
          ? 'Tell the person why (Art. 12(4)); nothing else until the hold ends.'
          : request.state === 'open'
            ? acts
              ? 'Carry it out, answer it, or refuse it below.'
              : 'An administrator carries it out.'
            : request.state === 'running'
              ? request.erasures.some(({crm}) => crm.some(({state}) => state === 'failed'))
                ? 'Delete the record in the CRM by hand, then confirm it below.'
                : 'Nothing now; it goes on by itself.'
              : 'Nothing now.'
      }
    />
  );
};

const Downloads = ({request}: {request: RequestDetail}) => {
  const copy = request.kind === 'access' || request.kind === 'portability';
  const files = [
    ...(copy
      ? (['pdf', 'html', 'json'] as const).map(type => ({
          href: `${path}/${request.id}/export/${type}`,
          label: `Copy as ${type.toUpperCase()}`,
        }))
      : []),
    ...(request.hasCertificate
      ? (['pdf', 'json'] as const).map(type => ({
          href: `${path}/${request.id}/certificate/${type}`,
          label: `Certificate as ${type.toUpperCase()}`,
        }))
      : []),
  ];
  if (files.length === 0) return null;
  return (
    <Section
      title="Papers"
      hint={`In ${languageName(request.language)}; each download of a copy is in the audit log`}
    >
      <div className="row wrap">
        {files.map(({href, label}) => (
          <a key={href} className="btn sm" href={href} download>
            <IconDownload className="i s" aria-hidden />
            {label}
          </a>
        ))}
      </div>
    </Section>
  );
};

const About = ({request}: {request: RequestDetail}) => (
  <Section title="The request">
    <dl className="panel pad kv">
      <dt>Asked</dt>
      <dd>
        <Time at={request.createdAt} />{' '}
        {request.origin === 'widget' ? 'in the chat' : `entered by ${request.openedBy ?? 'a former user'}`}
      </dd>
      <dt>Identity</dt>
      <dd>{request.proof ? `Proved ${proofWords[request.proof]}` : 'Not proved'}</dd>
      <dt>Address</dt>
      <dd>{request.address ?? <span className="dim">none, or gone with the erasure</span>}</dd>
      <dt>About</dt>
      <dd>{plural(request.persons, 'visitor')}</dd>
      <dt>Their words</dt>
      <dd>{request.words ?? <span className="dim">none</span>}</dd>
      {request.extension ? (
        <>
          <dt>Extended, since</dt>
          <dd>{request.extension}</dd>
        </>
      ) : null}
      {request.answer ? (
        <>
          <dt>{request.state === 'refused' ? 'Reason of the refusal' : 'Answer'}</dt>
          <dd>{request.answer}</dd>
        </>
      ) : null}
      {request.closedBy ? (
        <>
          <dt>Closed by</dt>
          <dd>{request.closedBy}</dd>
        </>
      ) : null}
    </dl>
  </Section>
);

const Conversations = ({request}: {request: RequestDetail}) =>
  request.conversations.length === 0 ? null : (
    <Section title="Their conversations">
      <ul className="panel pad col" style={{gap: 6}}>
        {request.conversations.map(({id}) => (
          <li key={id}>
            <Link to="/inbox/$conversationId" params={{conversationId: id}} className="mono break">
              {id}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );

const RequestPage = () => {
  const {requestId} = useParams({from: '/console-shell/admin/requests/$requestId'});
  const acts = useSession().user.role === 'administrator';
  const {data, error, refetch} = useGet<Answer<typeof getRequest>>(`${path}/${requestId}`, {
    every: answer => (answer?.request.state === 'running' ? 1_500 : 30_000),
  });
  return (
    <Page
      title={data ? kindOf(data.request) : 'Request'}
      actions={
        <Link to="/admin/requests" className="btn">
          All requests
        </Link>
      }
    >
      {error ? (
        <LoadFailed what="The request" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top request={data.request} acts={acts} />
          <div className="two w">
            <div>
              {acts && (data.request.state === 'open' || data.request.state === 'running') ? (
                <Acts request={data.request} />
              ) : null}
              <Progress request={data.request} />
              <Downloads request={data.request} />
            </div>
            <div>
              <About request={data.request} />
              {acts ? <Conversations request={data.request} /> : null}
            </div>
          </div>
          <p className="dim s13">
            <State tone="no">{data.request.id}</State>
          </p>
        </>
      ) : (
        <Loading what="the request" rows={8} />
      )}
    </Page>
  );
};
export default RequestPage;
