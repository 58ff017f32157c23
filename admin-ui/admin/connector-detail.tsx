import {Link} from '@tanstack/react-router';
import {useState} from 'react';
import type {
  listDeliveries,
  testConnector,
  updateConnector,
} from '../../appliance/features/crm/crm.schema.ts';
import {useAct} from '../shared/act.ts';
import {type Answer, type Body, request, withQuery} from '../shared/api.ts';
import {Empty} from '../shared/components/empty.tsx';
import {Section} from '../shared/components/page.tsx';
import {Note, State} from '../shared/components/state.tsx';
import {Ago, Time} from '../shared/components/time.tsx';
import {messageOf} from '../shared/field-errors.ts';
import {plural} from '../shared/format.ts';
import {useGet} from '../shared/query.ts';
import {AwaitsApproval} from './awaits-approval.tsx';
import {ConnectorForm} from './connector-form.tsx';
import {
  type Connector,
  connectorState,
  type ConnectorType,
  deliveryState,
  kindWords,
} from './connector-words.ts';
import {DeleteConnector} from './delete-connector.tsx';
import {useRegionLabel} from './regions.ts';

const path = '/api/admin/connectors';

const Recent = ({connector}: {connector: Connector}) => {
  const {data} = useGet<Answer<typeof listDeliveries>>(
    withQuery('/api/admin/deliveries', {connectorId: connector.id, limit: 5}),
    {every: 30_000},
  );
  const deliveries = data?.deliveries ?? [];
  return (
    <Section
      title="Last deliveries"
      aside={
        <Link to="/admin/deliveries" search={{connectorId: connector.id}}>
          All of them
        </Link>
      }
    >
      {deliveries.length === 0 ? (
        <Empty title="Nothing was sent yet">
          {connector.enabled
            ? 'The next lead that passes the playbook’s bar goes here.'
            : 'Leads that qualify while it is switched off are not sent to it.'}
        </Empty>
      ) : (
        <div className="panel">
          <table className="table stack">
            <thead>
              <tr>
                <th>Time</th>
                <th>What</th>
                <th>Result</th>
                <th>Tries</th>
              </tr>
            </thead>
            <tbody>
              {deliveries.map(({id, leadId, kind, createdAt, state, attempts, lastError}) => (
                <tr key={id}>
                  <td>
                    <Time at={createdAt} />
                  </td>
                  <td>
                    <Link to="/leads/$leadId" params={{leadId}}>
                      {kindWords[kind]}
                    </Link>
                  </td>
                  <td data-l="Result">
                    <State tone={deliveryState[state].tone}>{deliveryState[state].word}</State>
                    {lastError && state !== 'delivered' ? <small>{lastError.message}</small> : null}
                  </td>
                  <td data-l="Tries">{attempts}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
};

const Health = ({connector}: {connector: Connector}) => {
  const {health, destination} = connector;
  const regionLabel = useRegionLabel();
  return (
    <dl className="kv">
      <dt>Connects to</dt>
      <dd>
        <span className="mono">
          {destination.host}:{destination.port}
        </span>
        {destination.private ? ' inside your own network' : null}
      </dd>
      <dt>Declared to be in</dt>
      <dd>{regionLabel(destination.region)}</dd>
      <dt>Last heard</dt>
      <dd>
        {health.lastAt ? <Ago at={health.lastAt} /> : 'Never'}
        {health.message ? `: ${health.message}` : null}
      </dd>
      <dt>Waiting</dt>
      <dd>{plural(health.queued, 'delivery', 'deliveries')}</dd>
      <dt>Given up</dt>
      <dd>
        {health.failed === 0 ? (
          'None'
        ) : (
          <Link to="/admin/deliveries" search={{connectorId: connector.id, state: 'failed'}}>
            {plural(health.failed, 'delivery', 'deliveries')}
          </Link>
        )}
      </dd>
    </dl>
  );
};

export const ConnectorDetail = ({
  connector,
  type,
}: {
  connector: Connector;
  type: ConnectorType | undefined;
}) => {
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const change = useAct(
    (body: Body<typeof updateConnector>) => request('PATCH', `${path}/${connector.id}`, body),
    path,
  );
  const test = useAct(
    () => request<Answer<typeof testConnector>>('POST', `${path}/${connector.id}/test`),
    path,
    '/api/admin/egress-attempts',
  );
  const {tone, word} = connectorState(connector);
  const tested = test.result?.value;
  if (editing && type)
    return (
      <Section title={`Change “${connector.name}”`}>
        <ConnectorForm
          type={type}
          connector={connector}
          onClose={() => setEditing(false)}
          onSaved={() => setEditing(false)}
        />
      </Section>
    );
  return (
    <div style={{minWidth: 0}}>
      <Section title={connector.name} hint={type?.name} aside={<State tone={tone}>{word}</State>}>
        <div className="panel form col">
          <AwaitsApproval
            state={connector.destination.state}
            meanwhile="Leads that qualify until then are kept, and go out in order."
          />
          <Health connector={connector} />
          {tested ? (
            <Note tone={tested.ok ? 'ok' : 'da'} title={tested.message}>
              {tested.mend ?? (connector.enabled ? undefined : 'You can switch it on.')}
            </Note>
          ) : null}
          {test.error ? (
            <Note tone="da" title="The test could not run.">
              {messageOf(test.error)}
            </Note>
          ) : null}
          {change.error ? <Note tone="da">{messageOf(change.error)}</Note> : null}
          <div className="row wrap buttons">
            <button
              type="button"
              className={connector.enabled || tested?.ok ? 'btn' : 'btn p'}
              disabled={test.busy}
              onClick={() => void test.act(undefined)}
            >
              {test.busy ? 'Testing' : 'Send a test'}
            </button>
            <button
              type="button"
              className={!connector.enabled && tested?.ok ? 'btn p' : 'btn'}
              disabled={change.busy}
              onClick={() => void change.act({enabled: !connector.enabled})}
            >
              {connector.enabled ? 'Switch off' : 'Switch on'}
            </button>
            <button type="button" className="btn" disabled={!type} onClick={() => setEditing(true)}>
              Change
            </button>
            <span className="sp" />
            <button type="button" className="btn d" onClick={() => setRemoving(true)}>
              Delete
            </button>
          </div>
          <p className="dim s13">The test is signed like a lead and carries no data of any person.</p>
        </div>
      </Section>
      <Recent connector={connector} />
      <DeleteConnector connector={connector} open={removing} onClose={() => setRemoving(false)} />
    </div>
  );
};
