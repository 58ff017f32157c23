import {Link} from '@tanstack/react-router';
import {useState} from 'react';
import {useAct} from '../shared/act.ts';
import {request} from '../shared/api.ts';
import {Expand} from '../shared/components/expand.tsx';
import {Note, State} from '../shared/components/state.tsx';
import {Time} from '../shared/components/time.tsx';
import {Tries} from '../shared/components/tries.tsx';
import {messageOf} from '../shared/field-errors.ts';
import {formatRelative, plural} from '../shared/format.ts';
import {type Delivery, deliveryState, kindWords} from './connector-words.ts';

const Result = ({delivery}: {delivery: Delivery}) => {
  const {tone, word} = deliveryState[delivery.state];
  return (
    <>
      <State tone={tone}>
        {delivery.state === 'delivered' && delivery.attempts > 1
          ? `Delivered on try ${delivery.attempts}`
          : word}
      </State>
      {delivery.state !== 'delivered' && delivery.lastError ? (
        <small>{delivery.lastError.message}</small>
      ) : null}
      {delivery.nextAttemptAt ? <small>Next try {formatRelative(delivery.nextAttemptAt)}</small> : null}
    </>
  );
};

export const DeliveryRow = ({delivery}: {delivery: Delivery}) => {
  const [open, setOpen] = useState(false);
  const {act, busy, error} = useAct(
    () => request('POST', `/api/admin/deliveries/${delivery.id}/retry`),
    '/api/admin/deliveries',
    '/api/admin/connectors',
  );
  const under = `tries-${delivery.id}`;
  const stuck = delivery.state === 'failed' || delivery.state === 'retrying';
  return (
    <tbody>
      <tr className={open ? 'over' : ''}>
        <td>
          <Time at={delivery.createdAt} />
        </td>
        <td>
          <Link to="/leads/$leadId" params={{leadId: delivery.leadId}}>
            {kindWords[delivery.kind]}
          </Link>
        </td>
        <td data-l="Connector">{delivery.connectorName}</td>
        <td data-l="Result">
          <Result delivery={delivery} />
        </td>
        <td data-l="Tries">
          {delivery.log.length === 0 ? (
            '0'
          ) : (
            <Expand open={open} onToggle={() => setOpen(!open)} controls={under}>
              {plural(delivery.attempts, 'try', 'tries')}
            </Expand>
          )}
        </td>
        <td>
          {stuck ? (
            <div className="acts">
              <button type="button" className="btn sm" disabled={busy} onClick={() => void act(undefined)}>
                {busy ? 'Asking' : 'Try again now'}
              </button>
            </div>
          ) : null}
          {error ? <Note tone="da">{messageOf(error)}</Note> : null}
        </td>
      </tr>
      {open ? <Tries rowId={under} log={delivery.log} id={delivery.id} /> : null}
    </tbody>
  );
};
