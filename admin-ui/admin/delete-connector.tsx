import {useAct} from '../shared/act.ts';
import {request} from '../shared/api.ts';
import {Consequence} from '../shared/components/dialog.tsx';
import {plural} from '../shared/format.ts';
import type {Connector} from './connector-words.ts';

export const DeleteConnector = ({
  connector,
  open,
  onClose,
}: {
  connector: Connector;
  open: boolean;
  onClose: () => void;
}) => {
  const {act, busy, error} = useAct(
    () => request('DELETE', `/api/admin/connectors/${connector.id}`),
    '/api/admin/connectors',
    '/api/admin/deliveries',
    '/api/admin/destinations',
  );
  const {queued} = connector.health;
  return (
    <Consequence
      open={open}
      title={`Delete “${connector.name}”`}
      act="Delete the connector"
      busy={busy}
      error={error}
      onClose={onClose}
      onAct={() => void act(undefined).then(done => done && onClose())}
    >
      <p>
        {queued === 0
          ? 'No delivery is waiting for it.'
          : `${plural(queued, 'delivery', 'deliveries')} waiting for it will not be made.`}
      </p>
      <p>
        <span className="mono">{connector.destination.host}</span> is no longer allowed as a destination,
        unless another connector uses it too. Its secrets are deleted here.
      </p>
      <p>Leads stay on this server. What the other system already has stays there.</p>
    </Consequence>
  );
};
