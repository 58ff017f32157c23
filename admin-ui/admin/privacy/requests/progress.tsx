import {Section} from '../../../shared/components/page.tsx';
import {State} from '../../../shared/components/state.tsx';
import {Time} from '../../../shared/components/time.tsx';
import {plural} from '../../../shared/format.ts';
import {crmWords, type RequestDetail, storeWords} from './words.ts';

type Erasure = RequestDetail['erasures'][number];

const One = ({erasure, index, of}: {erasure: Erasure; index: number; of: number}) => (
  <div className="panel">
    <table className="table stack">
      <caption className="vh">Erasure of visitor {index + 1}</caption>
      <thead>
        <tr>
          <th>{of > 1 ? `Visitor ${index + 1} of ${of}` : 'Store'}</th>
          <th>State</th>
          <th>When</th>
        </tr>
      </thead>
      <tbody>
        {erasure.steps.map(({store, state, rows, at}) => (
          <tr key={store}>
            <td>{storeWords[store] ?? store}</td>
            <td data-l="State">
              {state === 'done' ? (
                <State tone="ok">
                  {store === 'keys' ? 'Destroyed' : `${plural(rows ?? 0, 'record')} deleted`}
                </State>
              ) : (
                <State tone={erasure.state === 'held' ? 'at' : 'no'}>
                  {erasure.state === 'held' ? 'Held back' : 'Not yet'}
                </State>
              )}
            </td>
            <td data-l="When">{at ? <Time at={at} /> : <span className="dim">not yet</span>}</td>
          </tr>
        ))}
        {erasure.crm.map(({connector, state, error, at}, row) => (
          <tr key={`${connector} ${row}`}>
            <td>CRM: {connector}</td>
            <td data-l="State">
              <State tone={crmWords[state].tone}>{crmWords[state].word}</State>
              {error ? <small>{error}</small> : null}
            </td>
            <td data-l="When">{at ? <Time at={at} /> : <span className="dim">not yet</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** Store by store, for each visitor the request is about. */
export const Progress = ({request}: {request: RequestDetail}) =>
  request.erasures.length === 0 ? null : (
    <Section title="Erased so far" hint="Each line is a commit: what is cut off goes on where it was">
      <div className="col">
        {request.erasures.map((erasure, index) => (
          <One key={erasure.id} erasure={erasure} index={index} of={request.erasures.length} />
        ))}
      </div>
    </Section>
  );
