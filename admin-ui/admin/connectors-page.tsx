import {IconPlug, IconPlus} from '@tabler/icons-react';
import {useState} from 'react';
import type {listConnectors, listConnectorTypes} from '../../appliance/features/crm/crm.schema.ts';
import type {Answer} from '../shared/api.ts';
import {Empty, LoadFailed, Loading} from '../shared/components/empty.tsx';
import {Page, Section} from '../shared/components/page.tsx';
import {Standing, State} from '../shared/components/state.tsx';
import {plural} from '../shared/format.ts';
import {useGet} from '../shared/query.ts';
import {ConnectorDetail} from './connector-detail.tsx';
import {ConnectorForm} from './connector-form.tsx';
import {type Connector, connectorState, type ConnectorType} from './connector-words.ts';
import {useRegionLabel} from './regions.ts';

const Top = ({connectors}: {connectors: Connector[]}) => {
  const on = connectors.filter(({enabled}) => enabled);
  const failing = on.find(({health}) => health.state === 'failing');
  const given = on.reduce((sum, {health}) => sum + health.failed, 0);
  const held = on.find(({destination}) => destination.state !== 'in_force');
  if (held)
    return (
      <Standing
        tone="in"
        state={
          held.destination.state === 'waiting'
            ? `“${held.name}” waits for a second person.`
            : `“${held.name}” was not approved.`
        }
        meaning="Nothing is sent there. Qualified leads are kept on this server and go out by themselves once it may be reached."
        next={
          held.destination.state === 'waiting'
            ? 'Another administrator approves it on the page Residency; with one alone it takes force after a day.'
            : 'Save it again to ask once more, or remove it.'
        }
      />
    );
  if (failing)
    return (
      <Standing
        tone="at"
        state={`“${failing.name}” does not receive leads.`}
        meaning={`${failing.health.message ?? 'The last delivery failed.'} ${failing.health.queued === 0 ? 'No lead waits for it now.' : `${plural(failing.health.queued, 'delivery', 'deliveries')} wait on this server and are tried again.`}`}
        next="Open it below and test it: the test says what exactly fails."
      />
    );
  if (on.length === 0)
    return (
      <Standing
        tone="no"
        state="No lead leaves this server."
        meaning={
          connectors.length === 0
            ? 'No connector is set up. Qualified leads are kept under Leads.'
            : 'Every connector is switched off. Qualified leads are kept under Leads.'
        }
        next={
          connectors.length === 0
            ? 'Add a connector if another system should get them.'
            : 'Test a connector, then switch it on.'
        }
      />
    );
  return (
    <Standing
      tone={given > 0 ? 'at' : 'ok'}
      state={
        given > 0
          ? `${plural(given, 'delivery', 'deliveries')} could not be made.`
          : `${plural(on.length, 'connector')} ${on.length === 1 ? 'is' : 'are'} switched on.`
      }
      meaning="Each qualified lead is stored first and sent then, with retries; the destinations below are the only ones it can go to."
      next={
        given > 0
          ? 'Look at what was given up under Deliveries, mend the receiver, and try again.'
          : 'Nothing now.'
      }
    />
  );
};

const Choose = ({
  types,
  onChoose,
  onClose,
}: {
  types: ConnectorType[];
  onChoose: (type: ConnectorType) => void;
  onClose: () => void;
}) => (
  <Section title="Add a connector">
    <div className="panel">
      <ul className="list">
        {types.map(type => (
          <li key={type.type}>
            <button type="button" onClick={() => onChoose(type)}>
              <b>{type.name}</b>
              <small>{type.description}</small>
            </button>
          </li>
        ))}
      </ul>
    </div>
    <p style={{marginTop: 12}}>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
    </p>
  </Section>
);

const ConnectorsPage = () => {
  const {data, error, refetch} = useGet<Answer<typeof listConnectors>>('/api/admin/connectors', {
    every: 30_000,
  });
  const {data: known} = useGet<Answer<typeof listConnectorTypes>>('/api/admin/connector-types');
  const [chosen, setChosen] = useState<string | null>(null);
  const [adding, setAdding] = useState<'no' | 'choose' | ConnectorType>('no');
  const regionLabel = useRegionLabel();
  const types = known?.types ?? [];
  const connectors = data?.connectors ?? [];
  const shown = connectors.find(({id}) => id === chosen) ?? connectors[0];
  const begin = () => setAdding(types.length === 1 && types[0] ? types[0] : 'choose');
  const addForm =
    adding === 'choose' ? (
      <Choose types={types} onChoose={setAdding} onClose={() => setAdding('no')} />
    ) : adding === 'no' ? null : (
      <Section title={`Add: ${adding.name}`} hint={adding.description}>
        <ConnectorForm
          type={adding}
          onClose={() => setAdding('no')}
          onSaved={({id}) => {
            setAdding('no');
            setChosen(id);
          }}
        />
      </Section>
    );
  return (
    <Page
      title="CRM connectors"
      actions={
        <button
          type="button"
          className="btn p"
          aria-expanded={adding !== 'no'}
          disabled={types.length === 0}
          onClick={begin}
        >
          <IconPlus className="i s" aria-hidden />
          Add a connector
        </button>
      }
    >
      {error ? (
        <LoadFailed what="The connectors" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top connectors={connectors} />
          {addForm}
          {connectors.length === 0 ? (
            adding === 'no' ? (
              <Empty title="No connector yet" icon={IconPlug}>
                A connector hands each qualified lead to another system of yours. You name the host and the
                region it stands in. From then on, qualified leads go there; until then nothing is sent.
              </Empty>
            ) : null
          ) : (
            <div className="lay">
              <Section title="Connectors">
                <ul className="panel list">
                  {connectors.map(connector => {
                    const {tone, word} = connectorState(connector);
                    return (
                      <li key={connector.id}>
                        <button
                          type="button"
                          aria-current={connector === shown}
                          onClick={() => setChosen(connector.id)}
                        >
                          <b>{connector.name}</b>
                          <State tone={tone}>{word}</State>
                          <small>
                            {connector.destination.host}, {regionLabel(connector.destination.region)}
                          </small>
                        </button>
                      </li>
                    );
                  })}
                </ul>
                <p className="dim s13" style={{marginTop: 10}}>
                  Secrets are sealed on this server. They can be replaced but not read back.
                </p>
              </Section>
              {shown ? (
                <ConnectorDetail
                  key={shown.id}
                  connector={shown}
                  type={types.find(({type}) => type === shown.type)}
                />
              ) : null}
            </div>
          )}
        </>
      ) : (
        <Loading what="the connectors" rows={6} />
      )}
    </Page>
  );
};
export default ConnectorsPage;
