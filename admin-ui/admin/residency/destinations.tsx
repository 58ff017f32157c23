import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {State} from '../../shared/components/state.tsx';
import {Ago} from '../../shared/components/time.tsx';
import {formatDay, plural} from '../../shared/format.ts';
import {pseudonym} from '../../shared/roles.ts';
import {basisWords} from '../exception.tsx';
import {purposeWord} from '../purpose-words.ts';
import {isInsideRegion, useRegionLabel} from '../regions.ts';
import {ExceptionActs} from './renew.tsx';
import {type Destination, path, type Residency} from './words.ts';

/** Whom a destination belongs to, where it is no connector. */
const ownerWords: Record<string, string> = {
  model_server: 'the connected model server',
  model_mirror: 'named on the Models page',
  mail: 'the mail server',
  audit_witness: 'a witness of the audit log',
};

const Standing = ({destination, region}: {destination: Destination; region: Residency['region']}) => {
  const {state, exception} = destination;
  if (state === 'waiting') return <State tone="in">Waits for approval</State>;
  if (state === 'refused') return <State tone="da">Not approved</State>;
  if (isInsideRegion(destination.region, region.code)) return <State tone="ok">Allowed</State>;
  if (!exception) return <State tone="da">Outside {region.label}, refused</State>;
  if (exception.ended) return <State tone="da">Exception ended, refused</State>;
  return (
    <State tone={exception.daysLeft <= 7 ? 'at' : 'in'}>
      Exception, {plural(exception.daysLeft, 'day')} left
    </State>
  );
};

const Way = ({destination, may}: {destination: Destination; may: boolean}) => {
  const {act, busy} = useAct(
    (viaProxy: boolean) => request('PUT', `${path}/${destination.id}/way`, {viaProxy}),
    path,
  );
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={destination.viaProxy && !destination.plain}
        disabled={!may || busy || destination.plain}
        onChange={event => void act(event.currentTarget.checked)}
      />
      <span className="s13">
        Through the proxy<span className="vh">: {destination.host}</span>
      </span>
    </label>
  );
};

export const Destinations = ({
  data,
  may,
  auditor,
  ownerName,
}: {
  data: Residency;
  may: boolean;
  auditor: boolean;
  ownerName: (id: string) => string | undefined;
}) => {
  const regionLabel = useRegionLabel();
  const who = (name: string) => (auditor ? <span className="mono">{pseudonym(name)}</span> : name);
  return (
    <div className="panel">
      <table className="table stack">
        <thead>
          <tr>
            <th>Destination</th>
            <th>Purpose</th>
            <th>Data that goes there</th>
            <th>Declared and approved by</th>
            <th>Last used</th>
            <th>State</th>
          </tr>
        </thead>
        <tbody>
          {data.destinations.map(destination => (
            <tr key={destination.id}>
              <td style={{minWidth: '12rem'}}>
                <b className="mono break">
                  {destination.host}:{destination.port}
                </b>
                <small>
                  {regionLabel(destination.region)}
                  {destination.private ? ', own network' : ''}
                </small>
                {data.proxy ? <Way destination={destination} may={may} /> : null}
              </td>
              <td data-l="Purpose">
                {purposeWord(destination.purpose)}
                {destination.owner ? (
                  <small>
                    {ownerWords[destination.purpose] ?? ownerName(destination.owner) ?? 'a connector'}
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
                {who(destination.declaredBy)}
                <small>{formatDay(destination.declaredAt)}</small>
                {destination.state === 'in_force' ? (
                  <small>
                    {destination.approvedBy ? (
                      <>approved by {who(destination.approvedBy)}</>
                    ) : destination.approvedAt ? (
                      'after a day, by nobody’s objection'
                    ) : (
                      'before there was an approval'
                    )}
                  </small>
                ) : null}
              </td>
              <td data-l="Last used">
                {destination.lastUsedAt ? <Ago at={destination.lastUsedAt} /> : 'Never'}
              </td>
              <td data-l="State">
                <Standing destination={destination} region={data.region} />
                {destination.exception ? (
                  <small className="break">
                    until {formatDay(destination.exception.until)}, asked by {who(destination.exception.by)}.{' '}
                    {basisWords[destination.exception.basis]}. {destination.exception.reason}
                  </small>
                ) : null}
                {may &&
                destination.state === 'in_force' &&
                !isInsideRegion(destination.region, data.region.code) ? (
                  <ExceptionActs destination={destination} />
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
