import {IconArrowUpRight, IconRefresh} from '@tabler/icons-react';
import {Link} from '@tanstack/react-router';
import type {overview} from '../../appliance/features/operations/operations.schema.ts';
import type {Answer} from '../shared/api.ts';
import {Empty, LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {Standing, State, type Tone} from '../shared/components/state.tsx';
import {Ago} from '../shared/components/time.tsx';
import {formatBytes, formatNumber, formatTime, plural} from '../shared/format.ts';
import {useGet} from '../shared/query.ts';
import {useSession} from '../shared/session.tsx';

type Overview = Answer<typeof overview>;
type Finding = Overview['findings'][number];

const toneOf: Record<Finding['severity'], Tone> = {ok: 'ok', unknown: 'no', attention: 'at', danger: 'da'};
const wordOf = {ok: 'In order', unknown: 'Not seen', attention: 'Needs attention', danger: 'Broken'};
const rank = {danger: 0, attention: 1, unknown: 2, ok: 3};
const serviceTone = {running: 'ok', starting: 'in', stopped: 'da'} as const;
const serviceWord = {running: 'Running', starting: 'Starting', stopped: 'Stopped'};

const Top = ({data}: {data: Overview}) => {
  const sorted = data.findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
  const worst = sorted[0];
  const open = sorted.filter(({severity}) => severity !== 'ok');
  if (!worst) return null;
  if (open.length === 0)
    return (
      <Standing
        tone="ok"
        state={`All ${formatNumber(sorted.length)} checks passed.`}
        meaning={`They ran on this server at ${formatTime(data.checkedAt)}. What each one saw is listed below; nothing else was checked.`}
        next="Nothing now."
      />
    );
  const others = open.length - 1;
  return (
    <Standing
      tone={toneOf[worst.severity]}
      // “Stopped.” or “It comes from …” says too little without the name of what was checked.
      state={`${worst.check}: ${worst.state}`}
      meaning={
        <>
          {worst.meaning}
          {others === 0
            ? null
            : ` ${plural(others, 'other check')} below ${others === 1 ? 'needs' : 'need'} a person too.`}
        </>
      }
      next={worst.mend ?? 'Nothing can be done from here.'}
    />
  );
};

const Checks = ({findings}: {findings: Finding[]}) => (
  <div className="panel">
    <table className="table stack">
      <thead>
        <tr>
          <th>Check</th>
          <th>Result</th>
          <th>What was seen</th>
        </tr>
      </thead>
      <tbody>
        {findings
          .toSorted((a, b) => rank[a.severity] - rank[b.severity])
          .map(({check, severity, state, meaning, mend}) => (
            <tr key={check}>
              <td className="nowrap">
                <b>{check}</b>
              </td>
              <td>
                <State tone={toneOf[severity]}>{wordOf[severity]}</State>
              </td>
              <td className="break">
                {state}
                <small>{meaning}</small>
                {mend === null ? null : (
                  <small className="mend">
                    <b>To do:</b> {mend}
                  </small>
                )}
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  </div>
);

const Services = ({services}: {services: Overview['services']}) => (
  <div className="panel">
    <table className="table stack">
      <thead>
        <tr>
          <th>Service</th>
          <th>State</th>
          <th>Now</th>
        </tr>
      </thead>
      <tbody>
        {services.map(({name, note, state, now}) => (
          <tr key={name}>
            <td>
              <b>{name}</b>
              <small>{note}</small>
            </td>
            <td data-l="State">
              <State tone={serviceTone[state]}>{serviceWord[state]}</State>
            </td>
            <td data-l="Now">{now}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const Today = ({today}: {today: Overview['today']}) => (
  <div className="panel pad">
    <dl className="kv ends">
      <dt>Conversations</dt>
      <dd>
        <Link to="/inbox">{formatNumber(today.conversations)}</Link>
      </dd>
      <dt>Qualified</dt>
      <dd>
        <Link to="/leads">{formatNumber(today.qualified)}</Link>
      </dd>
      <dt>Waiting for a person</dt>
      <dd>{today.waiting === 0 ? '0' : <Link to="/inbox">{formatNumber(today.waiting)}</Link>}</dd>
      <dt>Deliveries waiting</dt>
      <dd>{formatNumber(today.deliveriesQueued)}</dd>
      <dt>Deliveries failed</dt>
      <dd>
        {today.deliveriesFailed === 0 ? (
          '0'
        ) : (
          <Link to="/admin/deliveries" search={{state: 'failed'}}>
            {formatNumber(today.deliveriesFailed)}
          </Link>
        )}
      </dd>
    </dl>
  </div>
);

const LeftThisServer = ({hosts}: {hosts: Overview['leftThisServer']}) =>
  hosts.length === 0 ? (
    <Empty title="Nothing left this server" icon={IconArrowUpRight}>
      The only way out is the egress broker, and nobody asked it for anything.
    </Empty>
  ) : (
    <div className="panel pad">
      <dl className="kv ends">
        {hosts.map(({host, requests, bytes, denied}) => (
          <div key={host} style={{display: 'contents'}}>
            <dt className="mono break">{host}</dt>
            <dd>
              {requests > 0 ? `${plural(requests, 'request')}, ${formatBytes(bytes)}` : null}
              {requests > 0 && denied > 0 ? ', ' : null}
              {denied > 0 ? <b>{formatNumber(denied)} refused</b> : null}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );

const OverviewPage = () => {
  const {data, error, refetch, isFetching} = useGet<Overview>('/api/admin/overview', {every: 60_000});
  const {region} = useSession().session.appliance;
  return (
    <Page
      title="Overview"
      actions={
        <>
          {data ? (
            <span className="dim s13" aria-live="polite">
              Checked <Ago at={data.checkedAt} />
            </span>
          ) : null}
          <button type="button" className="btn" disabled={isFetching} onClick={() => void refetch()}>
            <IconRefresh className="i s" aria-hidden />
            {isFetching ? 'Checking' : 'Check now'}
          </button>
        </>
      }
    >
      {error ? (
        <LoadFailed what="The overview" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top data={data} />
          <div className="two w">
            <div>
              <Section title="Checks" hint="Each ran on this server">
                <Checks findings={data.findings} />
              </Section>
              <Section title="Services">
                <Services services={data.services} />
              </Section>
            </div>
            <div>
              <Section title="Today">
                <Today today={data.today} />
              </Section>
              <Section
                title="Left this server"
                hint="last 24 hours"
                aside={<Link to="/admin/residency">{region?.label ?? 'Residency'}</Link>}
              >
                <LeftThisServer hosts={data.leftThisServer} />
              </Section>
            </div>
          </div>
        </>
      ) : (
        <Loading what="the overview" rows={8} />
      )}
    </Page>
  );
};
export default OverviewPage;
