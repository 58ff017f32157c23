import {IconMapPin} from '@tabler/icons-react';
import {Link} from '@tanstack/react-router';
import type {listConnectors} from '../../appliance/features/crm/crm.schema.ts';
import type {listDestinations} from '../../appliance/features/privacy/privacy.schema.ts';
import type {Answer} from '../shared/api.ts';
import {Empty, LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {Standing, State} from '../shared/components/state.tsx';
import {Ago} from '../shared/components/time.tsx';
import {formatDay, plural} from '../shared/format.ts';
import {useGet} from '../shared/query.ts';
import {pseudonym} from '../shared/roles.ts';
import {useSession} from '../shared/session.tsx';
import {EgressLog} from './egress-log.tsx';
import {purposeWord} from './purpose-words.ts';
import {isInsideRegion, useRegionLabel} from './regions.ts';

/** Whom a destination belongs to, where it is no connector. */
const ownerWords: Record<string, string> = {
  model_server: 'the connected model server',
  model_mirror: 'named on the Models page',
  mail: 'the mail server',
};

type Residency = Answer<typeof listDestinations>;

const Top = ({region, destinations, brokerState}: Residency) => {
  const outside = destinations.filter(destination => !isInsideRegion(destination.region, region.code));
  const declared = plural(destinations.length, 'destination');
  if (brokerState === 'stopped')
    return (
      <Standing
        tone="da"
        state="Nothing can leave this server."
        meaning="The egress broker is not running. It is the only way out, so connectors deliver nothing; what is to be sent is kept."
        next="Restart the appliance. If it stops again, its log says why."
      />
    );
  if (outside.length > 0)
    return (
      <Standing
        tone="in"
        state={`${plural(outside.length, 'destination is', 'destinations are')} declared outside ${region.label}.`}
        meaning={`Of ${declared} in all. Where a destination really stands is what a named person declared, not what was measured.`}
        next="Look at them below and decide whether they are still needed."
      />
    );
  return (
    <Standing
      tone={brokerState === 'running' ? 'ok' : 'in'}
      state={
        destinations.length === 0
          ? 'No destination is allowed.'
          : `${declared} allowed, all declared to be in this region: ${region.label}.`
      }
      meaning={`The egress broker is ${brokerState === 'running' ? 'running' : 'starting'} and refuses every host that nobody has declared. Where a host stands is what that person declared; where visitors and agents sit is theirs.`}
      next={
        destinations.length === 0
          ? 'Nothing now. A connector or a model server brings its destination with it.'
          : 'Nothing now. Look through the refused attempts below once in a while.'
      }
    />
  );
};

const ResidencyPage = () => {
  const {data, error, refetch} = useGet<Residency>('/api/admin/destinations', {every: 30_000});
  const regionLabel = useRegionLabel();
  const {role} = useSession().user;
  const administrator = role === 'administrator';
  const auditor = role === 'auditor';
  const {data: known} = useGet<Answer<typeof listConnectors>>('/api/admin/connectors', {
    enabled: administrator,
  });
  const ownerName = (id: string) => known?.connectors.find(connector => connector.id === id)?.name;
  return (
    <Page title="Residency">
      {error ? (
        <LoadFailed what="The destinations" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top {...data} />
          <Section title="This appliance keeps data in" hint={data.region.label}>
            <p className="t2" style={{maxWidth: '80ch'}}>
              {data.region.meaning}
            </p>
          </Section>
          <Section
            title="Declared destinations"
            aside={administrator ? <Link to="/admin/connectors">Add one with a connector</Link> : undefined}
          >
            {data.destinations.length === 0 ? (
              <Empty title="No destination" icon={IconMapPin}>
                Nothing outside this server can be reached. Adding a connector or a model server declares its
                host, with region, purpose and your name.
              </Empty>
            ) : (
              <div className="panel">
                <table className="table stack">
                  <thead>
                    <tr>
                      <th>Destination</th>
                      <th>Purpose</th>
                      <th>Data that goes there</th>
                      <th>Declared by</th>
                      <th>Last used</th>
                      <th>State</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.destinations.map(destination => (
                      <tr key={destination.id}>
                        <td>
                          <b className="mono break">
                            {destination.host}:{destination.port}
                          </b>
                          <small>
                            {regionLabel(destination.region)}
                            {destination.private ? ', own network' : ''}
                          </small>
                        </td>
                        <td data-l="Purpose">
                          {purposeWord(destination.purpose)}
                          {destination.owner ? (
                            <small>
                              {ownerWords[destination.purpose] ??
                                ownerName(destination.owner) ??
                                'a connector'}
                            </small>
                          ) : null}
                        </td>
                        <td data-l="Data">
                          <span className="row wrap" style={{display: 'inline-flex'}}>
                            {destination.categories.length === 0
                              ? 'None that is personal'
                              : destination.categories.map(category => (
                                  <span key={category} className="tag mono">
                                    {category}
                                  </span>
                                ))}
                          </span>
                        </td>
                        <td data-l="Declared by">
                          {auditor ? (
                            <span className="mono">{pseudonym(destination.approvedBy)}</span>
                          ) : (
                            destination.approvedBy
                          )}
                          <small>{formatDay(destination.approvedAt)}</small>
                        </td>
                        <td data-l="Last used">
                          {destination.lastUsedAt ? <Ago at={destination.lastUsedAt} /> : 'Never'}
                        </td>
                        <td data-l="State">
                          {isInsideRegion(destination.region, data.region.code) ? (
                            <State tone="ok">Allowed</State>
                          ) : (
                            <State tone="in">Outside {data.region.label}</State>
                          )}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </Section>
        </>
      ) : (
        <Loading what="the destinations" rows={6} />
      )}
      <EgressLog />
    </Page>
  );
};
export default ResidencyPage;
