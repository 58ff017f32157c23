import {IconArrowLeft, IconMessageCircle} from '@tabler/icons-react';
import {Link, useParams} from '@tanstack/react-router';
import type {getLead} from '../../appliance/features/crm/crm.schema.ts';
import type {FactView} from '../../appliance/kit/schema.ts';
import type {Answer} from '../shared/api.ts';
import {Empty, LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {Score} from '../shared/components/score.tsx';
import {Standing, State} from '../shared/components/state.tsx';
import {Time} from '../shared/components/time.tsx';
import {fieldWord} from '../shared/field-words.ts';
import {formatInstant} from '../shared/format.ts';
import {useGet} from '../shared/query.ts';
import {mayOpen} from '../shared/nav-items.ts';
import {useSession} from '../shared/session.tsx';
import {deliveryState} from './connector-words.ts';
import {numberFacts} from '../inbox/evidence.ts';
import {leadName} from './leads-page.tsx';

const Facts = ({facts}: {facts: FactView[]}) =>
  facts.length === 0 ? (
    <Empty title="No facts">Nothing the visitor wrote was recognised as a fact.</Empty>
  ) : (
    <ol className="panel facts">
      {numberFacts(facts).map(({id, field, display, evidence, number}) => (
        <li key={id}>
          <span className="lab">
            {fieldWord(field)}
            <span>{number}</span>
          </span>
          <b>{display}</b>
          <blockquote className="quote">
            <span>“{evidence.quote}”</span>
            <span className="dim nowrap">
              <Time at={evidence.at} />
            </span>
          </blockquote>
        </li>
      ))}
    </ol>
  );

const LeadPage = () => {
  const {leadId} = useParams({from: '/console-shell/leads/$leadId'});
  const {data, error, refetch} = useGet<Answer<typeof getLead>>(`/api/agent/leads/${leadId}`);
  const {user} = useSession();
  const lead = data?.lead;
  const sent = lead?.delivery;
  return (
    <>
      <Link to="/leads" className="backlink">
        <IconArrowLeft className="i s" aria-hidden />
        Leads
      </Link>
      <Page
        title={lead ? leadName(lead) : 'Lead'}
        actions={
          lead && mayOpen(user.role, '/inbox') ? (
            <Link className="btn" to="/inbox/$conversationId" params={{conversationId: lead.conversationId}}>
              <IconMessageCircle className="i s" aria-hidden />
              Open the conversation
            </Link>
          ) : null
        }
      >
        {error ? (
          <LoadFailed what="This lead" error={error} onRetry={() => void refetch()} />
        ) : lead ? (
          <>
            <Standing
              tone={lead.score.qualified ? 'ok' : 'no'}
              state={`${lead.points} points, with a bar of ${lead.bar}.`}
              meaning={`From “${lead.siteName}”, ${formatInstant(lead.createdAt)}. Every fact below was said by the visitor; looking at this page is written to the audit log.`}
              next={
                sent === 'failed'
                  ? 'It could not be sent to your CRM. See why under Deliveries.'
                  : sent === null || sent === undefined
                    ? 'It is not sent anywhere: no connector is set up.'
                    : 'Nothing now.'
              }
              {...(sent === 'failed' && user.role === 'administrator'
                ? {
                    action: (
                      <Link className="btn" to="/admin/deliveries" search={{state: 'failed'}}>
                        Go to the deliveries
                      </Link>
                    ),
                  }
                : {})}
            />
            <div className="two w">
              <Section title="Facts" hint="In the visitor’s words">
                <Facts facts={lead.facts} />
              </Section>
              <div>
                <Section title="Reach">
                  <div className="panel pad">
                    <dl className="kv">
                      <dt>Name</dt>
                      <dd>{lead.name ?? <span className="dim">not said</span>}</dd>
                      <dt>Company</dt>
                      <dd>{lead.company ?? <span className="dim">not said</span>}</dd>
                      <dt>E-mail</dt>
                      <dd>
                        {lead.email ? (
                          <a href={`mailto:${lead.email}`}>{lead.email}</a>
                        ) : (
                          <span className="dim">not said</span>
                        )}
                      </dd>
                      <dt>Phone</dt>
                      <dd>
                        {lead.phone ? (
                          <a href={`tel:${lead.phone.replaceAll(/[^+\d]/g, '')}`}>{lead.phone}</a>
                        ) : (
                          <span className="dim">not said</span>
                        )}
                      </dd>
                      <dt>Deletion</dt>
                      <dd>
                        {lead.legalHold ? (
                          <State tone="in">Legal hold, not deleted</State>
                        ) : (
                          'When its period ends'
                        )}
                        {user.role === 'administrator' && !lead.legalHold ? (
                          <>
                            {' '}
                            <Link to="/admin/retention" search={{hold: lead.id}}>
                              Place a legal hold
                            </Link>
                          </>
                        ) : null}
                      </dd>
                      <dt>Sent to CRM</dt>
                      <dd>
                        {sent === null || sent === undefined ? (
                          <State tone="no">No connector</State>
                        ) : (
                          <State tone={deliveryState[sent].tone}>{deliveryState[sent].word}</State>
                        )}
                      </dd>
                    </dl>
                  </div>
                </Section>
                <Section title="Score">
                  <div className="panel pad">
                    <Score score={lead.score} />
                    {lead.score.missing.length === 0 ? null : (
                      <p className="dim s13" style={{marginTop: 14}}>
                        Not said yet: {lead.score.missing.map(fieldWord).join(', ')}
                      </p>
                    )}
                  </div>
                </Section>
              </div>
            </div>
          </>
        ) : (
          <Loading what="the lead" rows={8} />
        )}
      </Page>
    </>
  );
};
export default LeadPage;
