import {Textarea} from '@mantine/core';
import {useState} from 'react';
import type {getUsage, putUsage} from '../../../appliance/features/insights/usage.schema.ts';
import {useAct} from '../../shared/act.ts';
import {type Answer, type Body, request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Page, Section} from '../../shared/components/page.tsx';
import {Note, Standing, State} from '../../shared/components/state.tsx';
import {formatDay, formatNumber, plural} from '../../shared/format.ts';
import {useGet} from '../../shared/query.ts';
import {useSession} from '../../shared/session.tsx';
import {UsageSites} from './usage-sites.tsx';
import {categoryWords} from './usage-words.ts';
import './privacy.css';

type Usage = Answer<typeof getUsage>;
type Change = Body<typeof putUsage>;
const path = '/api/admin/usage';
const leastReason = 10;

const Top = ({categories, fullAddress, decided}: Usage) => {
  const on = categories.filter(({collected, measured}) => collected && measured);
  const isWhole = fullAddress && on.some(({category}) => category === 'address');
  return (
    <Standing
      tone={isWhole ? 'in' : 'ok'}
      state={
        on.length === 0
          ? 'Nothing is measured of how visitors use the chat.'
          : `${plural(on.length, 'kind', 'kinds')} of usage data ${on.length === 1 ? 'is' : 'are'} collected${isWhole ? ', with whole network addresses' : ''}.`
      }
      meaning="Only after a visitor has opened the chat, only on this server, and until they object: then what was collected of them is deleted. Before that there is no identifier, no storage and no page tracking."
      next={
        decided
          ? `Last changed by ${decided.by} on ${formatDay(decided.at)}. Notice, record and the chat itself follow each change at once.`
          : 'These are the settings it came with. Switch off what you have no use for.'
      }
    />
  );
};

const Categories = ({data, readOnly}: {data: Usage; readOnly: boolean}) => {
  const inForce = data.categories.filter(({collected}) => collected).map(({category}) => category);
  const [collected, setCollected] = useState(inForce);
  const [fullAddress, setFullAddress] = useState(data.fullAddress);
  const [reason, setReason] = useState(data.reason);
  const [asking, setAsking] = useState(false);
  const save = useAct((body: Change) => request('PUT', path, body), path, '/api/admin/documents');
  const off = data.categories.filter(
    ({category}) => inForce.includes(category) && !collected.includes(category),
  );
  const isShortened = data.fullAddress && !fullAddress && collected.includes('address');
  const isWider =
    collected.some(category => !inForce.includes(category)) || (fullAddress && !data.fullAddress);
  const isChanged =
    off.length > 0 || isWider || fullAddress !== data.fullAddress || (fullAddress && reason !== data.reason);
  const lacksReason = fullAddress && reason.trim().length < leastReason;
  const put = () =>
    save
      .act({collected, fullAddress, reason: fullAddress ? reason : ''})
      .then(done => done && setAsking(false));
  return (
    <Section title="What is collected" hint="Per visitor, after the chat was opened">
      <div className="panel">
        <table className="table stack">
          <thead>
            <tr>
              <th>Category</th>
              <th>State</th>
              <th className="r">Visitors with it now</th>
            </tr>
          </thead>
          <tbody>
            {data.categories.map(({category, measured, visitors}) => {
              const {label, what} = categoryWords[category];
              const isOn = collected.includes(category);
              return (
                <tr key={category} className={isOn === inForce.includes(category) ? '' : 'changed'}>
                  <td>
                    <b>{label}</b>
                    <small>{what}</small>
                  </td>
                  <td data-l="State">
                    {readOnly ? (
                      <State tone={isOn ? 'ok' : 'no'}>{isOn ? 'Collected' : 'Off'}</State>
                    ) : (
                      <label className="check">
                        <input
                          type="checkbox"
                          aria-label={`Collect: ${label}`}
                          checked={isOn}
                          onChange={() =>
                            setCollected(
                              isOn ? collected.filter(one => one !== category) : [...collected, category],
                            )
                          }
                        />
                        <span>{isOn ? (measured ? 'Collected' : 'To be collected') : 'Off'}</span>
                      </label>
                    )}
                    {measured ? null : <small>Not part of this version: nothing is collected yet.</small>}
                  </td>
                  <td data-l="Visitors with it now" className="r">
                    {formatNumber(visitors)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div className="panel pad col" style={{marginTop: 12}}>
        {readOnly ? (
          <p className="t2">
            {data.fullAddress
              ? `Network addresses are stored whole: ${data.reason}`
              : 'Network addresses are truncated before they are stored: IPv4 to /24, IPv6 to /48.'}
          </p>
        ) : (
          <>
            <label className="check top">
              <input type="checkbox" checked={fullAddress} onChange={() => setFullAddress(!fullAddress)} />
              <span>
                <b>Store whole network addresses.</b>{' '}
                <span className="t2">
                  Otherwise they are truncated before they are stored: IPv4 to /24, IPv6 to /48. Log and audit
                  entries hold no whole one, either way.
                </span>
              </span>
            </label>
            {fullAddress ? (
              <Textarea
                label="Why whole addresses are needed"
                description="Visitors read it in the notice, authorities in the record. At least ten characters."
                maxLength={500}
                value={reason}
                onChange={event => setReason(event.currentTarget.value)}
              />
            ) : null}
            <div className="row buttons">
              <span className="sp" />
              <button
                type="button"
                className={isChanged && !lacksReason ? 'btn p' : 'btn'}
                aria-disabled={!isChanged || lacksReason}
                onClick={() => {
                  if (isChanged && !lacksReason) setAsking(true);
                }}
              >
                Put it in force
              </button>
            </div>
          </>
        )}
        <div role="status">
          {save.result ? (
            <Note tone="ok" title="In force.">
              The notice, the record and the chat say so from now on.
            </Note>
          ) : null}
        </div>
      </div>
      <Consequence
        open={asking}
        title="Change what is collected"
        act={off.length > 0 || isShortened ? 'Change it and delete' : 'Change it'}
        busy={save.busy}
        error={save.error}
        danger={off.length > 0 || isShortened}
        onClose={() => setAsking(false)}
        onAct={() => void put()}
      >
        {off.map(({category, visitors}) => (
          <p key={category}>
            <b>{categoryWords[category].label}</b> is not collected any more, and is deleted of{' '}
            {plural(visitors, 'visitor')} now. The appliance cannot bring it back.
          </p>
        ))}
        {isShortened ? (
          <p>Whole addresses that are stored are deleted; from now on they are truncated.</p>
        ) : null}
        {isWider ? (
          <p>
            More is collected than visitors agreed to or were told of: whoever is in a chat is asked or told
            once more.
          </p>
        ) : null}
        <p>The change is written to the audit log, and makes a new version of notice and record.</p>
      </Consequence>
    </Section>
  );
};

const UsagePage = () => {
  const {data, error, refetch} = useGet<Usage>(path);
  const readOnly = useSession().user.role !== 'administrator';
  return (
    <Page title="Usage">
      {error ? (
        <LoadFailed what="What is collected" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top {...data} />
          <Categories data={data} readOnly={readOnly} />
          <UsageSites sites={data.sites} readOnly={readOnly} />
        </>
      ) : (
        <Loading what="what is collected" rows={6} />
      )}
    </Page>
  );
};
export default UsagePage;
