import {TextInput} from '@mantine/core';
import {IconDownload} from '@tabler/icons-react';
import {type FormEvent, useState} from 'react';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Section} from '../../shared/components/page.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {fieldErrors, messageOf} from '../../shared/field-errors.ts';
import {formatBytes, formatNumber, plural} from '../../shared/format.ts';
import {type CancellationView, type Current, dayIn, newPassphrase, path} from './words.ts';

type Export = CancellationView['exports'][number];

const stateOf = (one: Export) => {
  if (one.state === 'ready') return <State tone="ok">Ready</State>;
  if (one.state === 'failed') return <State tone="da">Failed</State>;
  return <State tone="in">Being written</State>;
};

const Row = ({one}: {one: Export}) => (
  <tr>
    <td>
      <Time at={one.requestedAt} />
      <div className="dim s13">{one.requestedBy}</div>
    </td>
    <td data-l="State">
      {stateOf(one)}
      {one.state === 'running' ? (
        <div className="t2 s13">
          <progress
            aria-label="Tables written"
            max={one.tablesTotal}
            value={one.tablesDone}
            className="progress"
          />
          <div>
            {formatNumber(one.tablesDone)} of {plural(one.tablesTotal, 'table')},{' '}
            {plural(one.rowsDone, 'row')}
          </div>
        </div>
      ) : null}
      {one.problem === null ? null : <div className="t2 s13">{one.problem}</div>}
    </td>
    <td data-l="File">
      {one.bytes === null ? null : (
        <>
          {formatBytes(one.bytes)}, {plural(one.rowsDone, 'row')}
          <div className="hash dim">SHA-256 {one.sha256}</div>
        </>
      )}
    </td>
    <td className="acts">
      {one.state === 'ready' && one.here ? (
        <a className="btn sm" href={`${path}/exports/${one.id}`} download>
          <IconDownload className="i s" aria-hidden />
          Download
        </a>
      ) : null}
      {one.state === 'ready' && !one.here ? <span className="t2 s13">It lies on {one.host}</span> : null}
    </td>
  </tr>
);

/** Everything, in one archive that opens without this appliance. */
export const LastExport = ({data, current}: {data: CancellationView; current: Current}) => {
  const [passphrase, setPassphrase] = useState('');
  const [kept, setKept] = useState(false);
  const start = useAct((value: string) => request('POST', `${path}/exports`, {passphrase: value}), path);
  const wrong = fieldErrors(start.error);
  const running = data.exports.some(({state}) => state === 'running');
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (await start.act(passphrase)) {
      setPassphrase('');
      setKept(false);
    }
  };
  return (
    <Section title="Last export" hint={`Can be downloaded until ${dayIn(current.endsAt, current.timeZone)}`}>
      <form className="panel form col" onSubmit={event => void send(event)} noValidate>
        <p className="t2">
          One zip archive with everything the account owns: a file of JSON Lines for each table, documents’
          passages, playbooks, settings, the audit log, and a manifest with hashes. Passwords, keys and
          one-time links are left out. It is encrypted with AES-256 under a passphrase; 7-Zip, WinZip and many
          others open it.
        </p>
        <div className="row wrap top">
          <TextInput
            className="grow"
            label="Passphrase"
            description="At least 20 characters. It is kept nowhere: without it nobody opens the archive."
            autoComplete="off"
            spellCheck={false}
            value={passphrase}
            error={wrong['passphrase']}
            onChange={event => setPassphrase(event.currentTarget.value)}
          />
          <button
            type="button"
            className="btn"
            onClick={() => {
              setPassphrase(newPassphrase());
              setKept(false);
            }}
          >
            Make one up
          </button>
        </div>
        <label className="check">
          <input type="checkbox" checked={kept} onChange={event => setKept(event.currentTarget.checked)} />I
          have kept the passphrase in a safe place.
        </label>
        {start.error && wrong['passphrase'] === undefined ? (
          <Note tone="da">{messageOf(start.error)}</Note>
        ) : null}
        <div className="row buttons">
          <span className="sp" />
          <button
            type="submit"
            className="btn p"
            disabled={start.busy || running || !kept || passphrase === ''}
          >
            {running ? 'Being written' : 'Write the export'}
          </button>
        </div>
      </form>
      {data.exports.length === 0 ? null : (
        <div className="panel" style={{marginTop: 14}}>
          <table className="table stack">
            <thead>
              <tr>
                <th scope="col">Asked for</th>
                <th scope="col">State</th>
                <th scope="col">File</th>
                <th scope="col">
                  <span className="vh">Download</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.exports.map(one => (
                <Row key={one.id} one={one} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
};
