import {NativeSelect} from '@mantine/core';
import {IconSend} from '@tabler/icons-react';
import {useNavigate, useSearch} from '@tanstack/react-router';
import type {listConnectors, listDeliveries} from '../../appliance/features/crm/crm.schema.ts';
import type {Answer} from '../shared/api.ts';
import {Empty, LoadFailed, Loading, NothingMatches} from '../shared/components/empty.tsx';
import {More} from '../shared/components/more.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {Standing} from '../shared/components/state.tsx';
import {plural} from '../shared/format.ts';
import {usePages} from '../shared/pages.ts';
import {useGet} from '../shared/query.ts';
import type {DeliveryFilter} from '../shared/router.tsx';
import {type Connector, deliveryState, deliveryStates} from './connector-words.ts';
import {DeliveryRow} from './delivery-row.tsx';

const path = '/api/admin/deliveries';
/** While something is on its way, one wants to see it arrive. */
const isMoving = ({state}: {state: string}) => state !== 'delivered' && state !== 'failed';
const pace = (moving = false) => (moving ? 2_000 : 15_000);

const Top = ({connectors}: {connectors: Connector[]}) => {
  const queued = connectors.reduce((sum, {health}) => sum + health.queued, 0);
  const failed = connectors.reduce((sum, {health}) => sum + health.failed, 0);
  if (failed > 0)
    return (
      <Standing
        tone="da"
        state={`${plural(failed, 'delivery was', 'deliveries were')} given up.`}
        meaning={`The other system refused ${failed === 1 ? 'it' : 'them'}, or did not answer until the tries were used up. Every lead is on this server, complete.`}
        next="Open one to see each try, mend what it says, and try again."
      />
    );
  if (queued > 0)
    return (
      <Standing
        tone="in"
        state={`${plural(queued, 'delivery', 'deliveries')} on the way.`}
        meaning={`${queued === 1 ? 'It is' : 'They are'} stored here, and sent again and again until the other system has confirmed ${queued === 1 ? 'it' : 'them'}.`}
        next="Nothing now. Whatever keeps failing is shown here."
      />
    );
  return (
    <Standing
      tone={connectors.length === 0 ? 'no' : 'ok'}
      state={connectors.length === 0 ? 'Nothing is sent anywhere.' : 'Nothing is waiting.'}
      meaning={
        connectors.length === 0
          ? 'There is no connector. Qualified leads are kept under Leads.'
          : 'Every delivery so far was confirmed by the other system, or there was none.'
      }
      next="Nothing now."
    />
  );
};

const DeliveriesPage = () => {
  const filter = useSearch({from: '/console-shell/admin/deliveries'});
  const navigate = useNavigate({from: '/admin/deliveries'});
  const query = usePages(path, filter, (page: Answer<typeof listDeliveries>) => page.deliveries, {
    every: deliveries => pace(deliveries.some(isMoving)),
  });
  // The sentence above the log must not say otherwise than the log.
  const moving = query.items.some(isMoving);
  const {data: known} = useGet<Answer<typeof listConnectors>>('/api/admin/connectors', {
    every: answer => pace(moving || answer?.connectors.some(({health}) => health.queued > 0)),
  });
  const connectors = known?.connectors ?? [];
  const filtered = filter.state !== undefined || filter.connectorId !== undefined;
  const set = (part: DeliveryFilter) => void navigate({search: {...filter, ...part}, replace: true});
  return (
    <Page title="Deliveries">
      {known ? <Top connectors={connectors} /> : null}
      <Section title="Sync log" hint="Newest first">
        <div className="filters">
          <NativeSelect
            label="Connector"
            data={[{value: '', label: 'All'}, ...connectors.map(({id, name}) => ({value: id, label: name}))]}
            value={filter.connectorId ?? ''}
            onChange={event => set({connectorId: event.currentTarget.value || undefined})}
          />
          <NativeSelect
            label="State"
            data={[
              {value: '', label: 'All'},
              ...deliveryStates.map(state => ({value: state, label: deliveryState[state].word})),
            ]}
            value={filter.state ?? ''}
            onChange={event =>
              set({state: deliveryStates.find(state => state === event.currentTarget.value)})
            }
          />
        </div>
        {query.error ? (
          <LoadFailed what="The deliveries" error={query.error} onRetry={() => void query.refetch()} />
        ) : query.first === undefined ? (
          <Loading what="the deliveries" rows={6} />
        ) : query.items.length === 0 ? (
          filtered ? (
            <NothingMatches
              what="deliveries"
              onClear={() => set({state: undefined, connectorId: undefined})}
            />
          ) : (
            <Empty title="Nothing was sent yet" icon={IconSend}>
              As soon as a lead passes the playbook’s bar and a connector is switched on, each try to deliver
              it is listed here, with what the other system answered.
            </Empty>
          )
        ) : (
          <div className="panel">
            <table className="table stack">
              <thead>
                <tr>
                  <th>Time</th>
                  <th>What</th>
                  <th>Connector</th>
                  <th>Result</th>
                  <th>Tries</th>
                  <th>
                    <span className="vh">Actions</span>
                  </th>
                </tr>
              </thead>
              {query.items.map(delivery => (
                <DeliveryRow key={delivery.id} delivery={delivery} />
              ))}
            </table>
          </div>
        )}
        <More query={query} />
      </Section>
    </Page>
  );
};
export default DeliveriesPage;
