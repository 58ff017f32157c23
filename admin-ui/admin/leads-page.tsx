import {IconDownload, IconTarget} from '@tabler/icons-react';
import {Link, useNavigate, useSearch} from '@tanstack/react-router';
import type {Lead, listLeads} from '../../appliance/features/crm/crm.schema.ts';
import {type Answer, withQuery} from '../shared/api.ts';
import {Empty, LoadFailed, Loading, NothingMatches} from '../shared/components/empty.tsx';
import {More} from '../shared/components/more.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {Standing, State} from '../shared/components/state.tsx';
import {Time} from '../shared/components/time.tsx';
import {usePages} from '../shared/pages.ts';
import type {LeadFilter} from '../shared/router.tsx';
import {deliveryState} from './connector-words.ts';
import {LeadFilters} from './lead-filters.tsx';

export const leadName = ({name, company, email}: Lead) => name ?? company ?? email ?? 'Unnamed visitor';

const Row = ({lead}: {lead: Lead}) => (
  <tr>
    <td>
      <Link to="/leads/$leadId" params={{leadId: lead.id}}>
        <b>{leadName(lead)}</b>
      </Link>
      {lead.name && lead.company ? <small>{lead.company}</small> : null}
    </td>
    <td data-l="Score" className="r">
      <b>{lead.points}</b> <span className="dim">bar {lead.bar}</span>
    </td>
    <td data-l="Reach" className="break">
      {lead.email ?? lead.phone ?? <span className="dim">not said</span>}
      {lead.email && lead.phone ? <small>{lead.phone}</small> : null}
    </td>
    <td data-l="Website" className="t2">
      {lead.siteName}
    </td>
    <td data-l="Sent">
      {lead.delivery === null ? (
        <State tone="no">No connector</State>
      ) : (
        <State tone={deliveryState[lead.delivery].tone}>{deliveryState[lead.delivery].word}</State>
      )}
    </td>
    <td data-l="Since">
      <Time at={lead.createdAt} />
    </td>
  </tr>
);

const LeadsPage = () => {
  const filter = useSearch({from: '/console-shell/leads'});
  const navigate = useNavigate({from: '/leads'});
  const query = usePages('/api/agent/leads', filter, (page: Answer<typeof listLeads>) => page.leads, {
    every: 30_000,
  });
  const filtered = Object.values(filter).some(value => value !== undefined);
  const set = (part: LeadFilter) => void navigate({search: {...filter, ...part}, replace: true});
  const count = `${query.items.length}${query.hasNextPage ? ' or more' : ''}`;
  const none = query.first !== undefined && query.items.length === 0;
  return (
    <Page
      title="Leads"
      actions={
        <a
          className="btn"
          href={withQuery('/api/agent/leads.csv', filter)}
          download
          aria-disabled={none || undefined}
          onClick={event => {
            if (none) event.preventDefault();
          }}
        >
          <IconDownload className="i s" aria-hidden />
          {filtered ? 'These as CSV' : 'All as CSV'}
        </a>
      }
    >
      {query.first === undefined || filtered ? null : (
        <Standing
          tone={none ? 'no' : 'ok'}
          state={
            none
              ? 'No visitor has qualified yet.'
              : `${count} ${count === '1' ? 'visitor has' : 'visitors have'} qualified.`
          }
          meaning="A lead is a visitor whose own words passed the playbook’s bar. Each fact about one stands beside the words that prove it."
          next={
            none
              ? 'Nothing to do here: they appear by themselves.'
              : 'Open one to see why it qualified. Downloading the list is written to the audit log.'
          }
        />
      )}
      <Section title="Leads" hint="Newest first">
        {query.error ? null : none && !filtered ? (
          <Empty title="No leads yet" icon={IconTarget}>
            When a visitor tells the chat enough about what they need, by when and for how much, they appear
            here with their own words as proof.
          </Empty>
        ) : (
          <LeadFilters filter={filter} onChange={set} />
        )}
        {query.error ? (
          <LoadFailed what="The leads" error={query.error} onRetry={() => void query.refetch()} />
        ) : query.first === undefined ? (
          <Loading what="the leads" rows={6} />
        ) : none ? (
          filtered ? (
            <NothingMatches what="leads" onClear={() => void navigate({search: {}, replace: true})} />
          ) : null
        ) : (
          <div className="panel">
            <table className="table stack">
              <thead>
                <tr>
                  <th>Who</th>
                  <th className="r">Score</th>
                  <th>Reach</th>
                  <th>Website</th>
                  <th>Sent to CRM</th>
                  <th>Since</th>
                </tr>
              </thead>
              <tbody>
                {query.items.map(lead => (
                  <Row key={lead.id} lead={lead} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        <More query={query} />
      </Section>
    </Page>
  );
};
export default LeadsPage;
