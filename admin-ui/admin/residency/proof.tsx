import {NativeSelect} from '@mantine/core';
import {useState} from 'react';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Section} from '../../shared/components/page.tsx';
import {Note, State, type Tone} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {pseudonym} from '../../shared/roles.ts';
import {isInsideRegion, useRegionLabel, useRegions} from '../regions.ts';
import {path, type Residency} from './words.ts';

type Place = Residency['places'][number]['place'];
const placeWords: Record<Place, string> = {
  data: 'The disk under the data directory',
  backup: 'The backup target',
};

const PlaceRow = ({
  place,
  data,
  may,
  auditor,
}: {
  place: Place;
  data: Residency;
  may: boolean;
  auditor: boolean;
}) => {
  const regions = useRegions();
  const regionLabel = useRegionLabel();
  const [region, setRegion] = useState('');
  const {act, busy, error} = useAct(
    () => request('PUT', `/api/admin/residency-places/${place}`, {region}),
    path,
  );
  const stands = data.places.find(one => one.place === place);
  return (
    <div className="panel form col">
      <div className="row wrap">
        <b>{placeWords[place]}</b>
        {stands ? (
          isInsideRegion(stands.region, data.region.code) ? (
            <State tone="ok">In {regionLabel(stands.region)}</State>
          ) : (
            <State tone="da">
              In {regionLabel(stands.region)}, outside {data.region.label}
            </State>
          )
        ) : (
          <State tone={place === 'data' ? 'at' : 'no'}>Not declared</State>
        )}
      </div>
      <p className="dim s13">
        {stands ? (
          <>
            Declared by {auditor ? pseudonym(stands.declaredBy) : stands.declaredBy},{' '}
            <Time at={stands.declaredAt} />.
          </>
        ) : (
          'No program can see in which country a disk stands. Whoever knows declares it, by name.'
        )}
      </p>
      {may ? (
        <form
          className="row wrap"
          onSubmit={event => {
            event.preventDefault();
            if (region !== '') void act(undefined).then(done => done && setRegion(''));
          }}
        >
          <NativeSelect
            aria-label={`Where it stands: ${placeWords[place].toLowerCase()}`}
            data={[
              {value: '', label: 'Choose a region'},
              ...regions.map(({code, label}) => ({value: code, label})),
            ]}
            value={region}
            onChange={event => setRegion(event.currentTarget.value)}
          />
          <button type="submit" className="btn" disabled={busy || region === ''}>
            I declare that it stands there<span className="vh">: {placeWords[place]}</span>
          </button>
        </form>
      ) : null}
      {error ? <Note tone="da">{messageOf(error)}</Note> : null}
    </div>
  );
};

/** Where what does not leave stands. */
export const Places = (props: {data: Residency; may: boolean; auditor: boolean}) => (
  <Section title="Where the data lies" hint="As people declared it">
    <div className="col">
      <PlaceRow place="data" {...props} />
      <PlaceRow place="backup" {...props} />
    </div>
  </Section>
);

const layers: {key: 'broker' | 'process' | 'host'; label: string; missing: string}[] = [
  {
    key: 'broker',
    label: 'The broker, asked for a place nobody declared',
    missing: 'It gave no answer, or let it through. Restart the appliance.',
  },
  {
    key: 'process',
    label: 'The appliance’s own process, connecting by itself',
    missing: 'Its guard was not seen. Start the appliance with crowlit serve, which sets it.',
  },
  {
    key: 'host',
    label: 'The host, with no judge before it',
    missing: 'The host’s firewall was not seen. Have it let only the egress broker’s user connect outwards.',
  },
];

/** Tried on purpose, where nobody is: what kept it in. */
export const CanarySection = ({data, may, auditor}: {data: Residency; may: boolean; auditor: boolean}) => {
  const {act, busy, error} = useAct(() => request('POST', '/api/admin/egress-canary'), path);
  const {canary} = data;
  const of = (key: (typeof layers)[number]['key']): {tone: Tone; word: string} => {
    if (!canary) return {tone: 'no', word: 'Not tried'};
    const outcome = key === 'host' ? canary.host.outcome : canary[key];
    if (outcome === 'refused') return {tone: 'ok', word: 'Refused'};
    return {tone: key === 'broker' ? 'da' : 'at', word: 'Not seen'};
  };
  return (
    <Section
      title="Tried on purpose"
      hint="Once a day, to an address where nobody is"
      aside={
        may ? (
          <button type="button" className="btn" disabled={busy} onClick={() => void act(undefined)}>
            {busy ? 'Trying' : 'Try now'}
          </button>
        ) : undefined
      }
    >
      <div className="panel">
        <table className="table stack">
          <thead>
            <tr>
              <th>Layer</th>
              <th>What it did</th>
            </tr>
          </thead>
          <tbody>
            {layers.map(({key, label, missing}) => {
              const {tone, word} = of(key);
              return (
                <tr key={key}>
                  <td>
                    {label}
                    {tone === 'at' || tone === 'da' ? <small>{missing}</small> : null}
                  </td>
                  <td data-l="What it did">
                    <State tone={tone}>{word}</State>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="dim s13" style={{marginTop: 8}}>
        {canary ? (
          <>
            Last tried <Time at={canary.at} />
            {canary.askedBy
              ? ` by ${auditor ? pseudonym(canary.askedBy) : canary.askedBy}`
              : ', by the clock'}
            .
          </>
        ) : (
          'It was not tried yet.'
        )}
      </p>
      {error ? <Note tone="da">{messageOf(error)}</Note> : null}
    </Section>
  );
};
