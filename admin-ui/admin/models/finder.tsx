import {useState} from 'react';
import type {Embedder, Overview} from '../../../appliance/features/models/models.schema.ts';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {Section} from '../../shared/components/page.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {formatNumber} from '../../shared/format.ts';
import {languages} from '../../shared/languages.tsx';
import {AwaitsApproval} from '../awaits-approval.tsx';
import {useRegionLabel} from '../regions.ts';
import {embedderPath, embeddingServerPath, f1Words, isRunning, path} from './words.ts';

/** Off, and what would turn it on. */
const Off = ({overview, onConnect}: {overview: Overview; onConnect: () => void}) => (
  <div className="panel form col">
    <p>
      Passages are found by the words a question has in common with them. A model that finds them by their
      meaning too answers questions in other words than the document’s. The bundled model cannot do that.
    </p>
    <p className="dim s13">
      {overview.models.some(({kind}) => kind === 'embedding')
        ? 'Choose one above, or connect a server that has one.'
        : 'Import an embedding model’s file, or connect a server that has one.'}{' '}
      Before it is used it is tried on questions and passages whose answers are known.
    </p>
    <div className="row wrap buttons">
      <button type="button" className="btn" onClick={onConnect}>
        Connect an embedding server
      </button>
    </div>
  </div>
);

const Tried = ({fit}: {fit: NonNullable<Embedder['fit']>}) => (
  <>
    <p className="dim s13" id="tried">
      Tried on known questions and passages, some of which do not belong together. A passage is quoted for its
      meaning only above the bar, which lies above every wrong one.
    </p>
    <table className="table stack" aria-describedby="tried">
      <thead>
        <tr>
          <th>Questions in</th>
          <th>Found, same language</th>
          <th>Found, another language</th>
          <th>Bar</th>
        </tr>
      </thead>
      <tbody>
        {languages.map(({value, label}) => {
          const {own, foreign} = fit[value];
          const found = ({hits, of}: typeof own) =>
            `${formatNumber(hits)} of ${formatNumber(of)}${hits * 3 >= of ? '' : ', not used'}`;
          return (
            <tr key={value}>
              <td>{label}</td>
              <td data-l="Found, same language">{found(own)}</td>
              <td data-l="Found, another language">{found(foreign)}</td>
              <td data-l="Bar">{f1Words(own.bar)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  </>
);

const Chosen = ({
  embedder,
  overview,
  onConnect,
}: {
  embedder: Embedder;
  overview: Overview;
  onConnect: () => void;
}) => {
  const [asking, setAsking] = useState(false);
  const regionLabel = useRegionLabel();
  const test = useAct(() => request('POST', `${embeddingServerPath}/test`), path);
  const off = useAct(() => request('DELETE', embedderPath), path, '/api/admin/destinations');
  const {name, server, problem, fit} = embedder;
  const busy = test.busy || isRunning(overview);
  const close = () => {
    setAsking(false);
    off.clear();
  };
  return (
    <div className="panel form col">
      {server ? <AwaitsApproval state={server.state} meanwhile="The trial begins then." /> : null}
      {problem !== null && !busy ? (
        <Note tone="da" title="It did not pass its trial.">
          {problem}
        </Note>
      ) : null}
      <dl className="kv">
        <dt>Model</dt>
        <dd>{name}</dd>
        <dt>Runs</dt>
        <dd>
          {server ? (
            <>
              <span className="mono break">{server.url}</span>
              {server.private ? ' inside your own network' : null}, declared to be in{' '}
              {regionLabel(server.region)}
            </>
          ) : (
            'On this server, in a process without network'
          )}
        </dd>
        {server ? (
          <>
            <dt>Key</dt>
            <dd>{server.hasKey ? 'Set; it cannot be read back' : 'None'}</dd>
          </>
        ) : null}
        <dt>Chosen</dt>
        <dd>
          <Time at={embedder.chosenAt} /> by {embedder.chosenBy ?? 'a former user'}
        </dd>
      </dl>
      {fit ? <Tried fit={fit} /> : null}
      {test.error ? <Note tone="da">{messageOf(test.error)}</Note> : null}
      <div className="row wrap buttons">
        {server ? (
          <>
            <button
              type="button"
              className={embedder.usable ? 'btn' : 'btn p'}
              aria-disabled={busy}
              onClick={() => !busy && void test.act(undefined)}
            >
              Try again<span className="vh"> the server that finds passages</span>
            </button>
            <button type="button" className="btn" onClick={onConnect}>
              Change<span className="vh"> the connection of the server that finds passages</span>
            </button>
          </>
        ) : null}
        <span className="sp" />
        <button type="button" className="btn d" onClick={() => setAsking(true)}>
          Turn off<span className="vh"> finding by meaning</span>
        </button>
      </div>
      <Consequence
        open={asking}
        title="Find passages by their words alone"
        act="Turn it off"
        busy={off.busy}
        error={off.error}
        onClose={close}
        onAct={() => void off.act(undefined).then(done => done && close())}
      >
        <p>
          Questions in other words than a document’s go to a colleague from then on. What {name} made of the
          passages is deleted here{server ? ', and so are the server’s key and its destination' : ''}.
        </p>
        <p>The documents stay, and so does the model’s file. Turned on again, every passage is read again.</p>
      </Consequence>
    </div>
  );
};

const Standing = ({embedder, overview}: {embedder: Embedder | null; overview: Overview}) => {
  if (isRunning(overview) && overview.task?.kind === 'fit') return <State tone="in">Being tried</State>;
  if (!embedder) return <State tone="no">Off</State>;
  return embedder.usable ? <State tone="ok">On</State> : <State tone="da">Not usable</State>;
};

/** Which model finds passages by their meaning, and how well it did on known ones. */
export const Finder = ({overview, onConnect}: {overview: Overview; onConnect: () => void}) => {
  const {embedder} = overview;
  return (
    <Section
      title="Finding passages by meaning"
      hint="Beside the model that answers"
      aside={<Standing embedder={embedder} overview={overview} />}
    >
      {embedder ? (
        <Chosen embedder={embedder} overview={overview} onConnect={onConnect} />
      ) : (
        <Off overview={overview} onConnect={onConnect} />
      )}
    </Section>
  );
};
