import {IconMapPin} from '@tabler/icons-react';
import {Link} from '@tanstack/react-router';
import type {listConnectors} from '../../../appliance/features/crm/crm.schema.ts';
import type {Answer} from '../../shared/api.ts';
import {Empty, LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Standing} from '../../shared/components/state.tsx';
import {plural} from '../../shared/format.ts';
import {useGet} from '../../shared/query.ts';
import {useSession} from '../../shared/session.tsx';
import {isInsideRegion} from '../regions.ts';
import {Destinations} from './destinations.tsx';
import {EgressLog} from './egress-log.tsx';
import {CanarySection, Places} from './proof.tsx';
import {Waiting} from './waiting.tsx';
import {path, type Residency} from './words.ts';

const Top = ({region, destinations, brokerState, waiting}: Residency) => {
  // what waits, and what lies outside without an exception that goes on, is not reached
  const inForce = destinations.filter(
    ({state, exception, region: place}) =>
      state === 'in_force' &&
      (isInsideRegion(place, region.code) || (exception !== null && !exception.ended)),
  );
  const outside = inForce.filter(one => !isInsideRegion(one.region, region.code));
  const declared = plural(inForce.length, 'destination');
  if (brokerState === 'stopped')
    return (
      <Standing
        tone="da"
        state="Nothing can leave this server."
        meaning="The egress broker is not running. It is the only way out, so connectors deliver nothing; what is to be sent is kept."
        next="Restart the appliance. If it stops again, its log says why."
      />
    );
  if (waiting.length > 0)
    return (
      <Standing
        tone="in"
        state={`${plural(waiting.length, 'destination waits', 'destinations wait')} for a second person.`}
        meaning="Somebody asked that more may leave this server. Nothing goes there before another administrator approves it, or a day has passed where there is only one."
        next="Read below what would go where. Approve it only if you know of it."
      />
    );
  if (outside.length > 0)
    return (
      <Standing
        tone="in"
        state={`${plural(outside.length, 'exception lets', 'exceptions let')} data go outside ${region.label}.`}
        meaning={`Of ${declared} in all. Where a destination really stands is what a named person declared, not what was measured.`}
        next="Look at them below and end those that are no longer needed; each ends by itself, too."
      />
    );
  return (
    <Standing
      tone={brokerState === 'running' ? 'ok' : 'in'}
      state={
        inForce.length === 0
          ? 'No destination is allowed.'
          : `${declared} allowed, all declared to be in this region: ${region.label}.`
      }
      meaning={`The egress broker is ${brokerState === 'running' ? 'running' : 'starting'} and refuses every host that nobody has declared. Where a host stands is what that person declared; where visitors and agents sit is theirs.`}
      next={
        inForce.length === 0
          ? 'Nothing now. A connector or a model server brings its destination with it.'
          : 'Nothing now. Look through the refused attempts below once in a while.'
      }
    />
  );
};

const ResidencyPage = () => {
  const {data, error, refetch} = useGet<Residency>(path, {every: 30_000});
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
          <Waiting data={data} may={administrator} auditor={auditor} />
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
                host, with region, purpose and your name, and another administrator approves it.
              </Empty>
            ) : (
              <Destinations data={data} may={administrator} auditor={auditor} ownerName={ownerName} />
            )}
          </Section>
          <Places data={data} may={administrator} auditor={auditor} />
          <CanarySection data={data} may={administrator} auditor={auditor} />
        </>
      ) : (
        <Loading what="the destinations" rows={6} />
      )}
      <EgressLog />
    </Page>
  );
};
export default ResidencyPage;
