import {useState} from 'react';
import type {Overview, Server} from '../../../appliance/features/models/models.schema.ts';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {Section} from '../../shared/components/page.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {AwaitsApproval} from '../awaits-approval.tsx';
import {useRegionLabel} from '../regions.ts';
import {Accuracy, MeasureFirst} from './accuracy.tsx';
import {benchWords, isRunning, kindWords, path, serverPath} from './words.ts';

type Act = 'verify' | 'bench' | 'measure' | 'activate';

const Standing = ({
  server,
  active,
  testing,
}: {
  server: Server;
  active: Overview['active'];
  testing: boolean;
}) => {
  if (active.modelId === 'server') {
    if (active.state !== 'ready') return <State tone="da">Does not answer at present</State>;
    return active.onProbation ? (
      <State tone="in">Answers visitors, on probation</State>
    ) : (
      <State tone="ok">Answers visitors</State>
    );
  }
  if (active.chosen === 'server') return <State tone="at">Chosen, does not answer</State>;
  if (server.state !== 'in_force')
    return <State tone="in">{server.state === 'waiting' ? 'Waits for approval' : 'Not approved'}</State>;
  if (testing) return <State tone="in">Being tested</State>;
  if (server.usable) return <State tone="no">Connected</State>;
  return <State tone="da">{server.problem === null ? 'Not tested' : 'Cannot be used'}</State>;
};

/** The connected server: what is known of it, and the way into service. */
export const ServerCard = ({
  server,
  overview,
  onChange,
}: {
  server: Server;
  overview: Overview;
  onChange: () => void;
}) => {
  const [asking, setAsking] = useState<'activate' | 'remove' | null>(null);
  const regionLabel = useRegionLabel();
  const {active, task} = overview;
  const order = useAct((what: Act) => request('POST', `${path}/server/${what}`), path);
  const remove = useAct(() => request('DELETE', serverPath), path, '/api/admin/destinations');
  const busy = order.busy || isRunning(overview);
  const testing = isRunning(overview) && task?.modelId === 'server' && task.kind === 'verify';
  const answers = active.modelId === 'server';
  const mayScore = server.accuracy !== null;
  const close = () => {
    setAsking(null);
    order.clear();
    remove.clear();
  };
  const button = (what: Act, label: string, possible = true, main = false) => (
    <button
      type="button"
      className={main ? 'btn p' : 'btn'}
      aria-disabled={busy || !possible}
      onClick={() => !busy && possible && void order.act(what)}
    >
      {label}
      <span className="vh"> of the model server</span>
    </button>
  );
  return (
    <Section
      title={server.name}
      hint="On a model server"
      aside={<Standing server={server} active={active} testing={testing} />}
    >
      <div className="panel form col">
        <AwaitsApproval state={server.state} meanwhile="The test begins then." />
        {server.problem !== null && !testing ? (
          <Note tone="da" title="The last test failed.">
            {server.problem}
          </Note>
        ) : null}
        <dl className="kv">
          <dt>Does</dt>
          <dd>{kindWords.instruct.meaning} Its grammar keeps it to words that were written.</dd>
          <dt>Accuracy</dt>
          <dd>
            <Accuracy accuracy={server.accuracy} />
          </dd>
          <dt>Speed</dt>
          <dd>{benchWords(server)}</dd>
          <dt>Address</dt>
          <dd>
            <span className="mono break">{server.url}</span>
            {server.private ? ' inside your own network' : null}
          </dd>
          <dt>Declared to be in</dt>
          <dd>{regionLabel(server.region)}</dd>
          <dt>Key</dt>
          <dd>{server.hasKey ? 'Set; it cannot be read back' : 'None'}</dd>
          <dt>Connected</dt>
          <dd>
            <Time at={server.connectedAt} /> by {server.connectedBy ?? 'a former user'}
          </dd>
          <dt>Tested</dt>
          <dd>{server.testedAt ? <Time at={server.testedAt} /> : 'Not yet'}</dd>
        </dl>
        {order.error && asking === null ? <Note tone="da">{messageOf(order.error)}</Note> : null}
        <div className="row wrap buttons">
          {answers && active.problem !== null ? (
            button('activate', 'Keep this one', true, true)
          ) : answers ? null : (
            <button
              type="button"
              className={mayScore && server.usable ? 'btn p' : 'btn'}
              aria-disabled={busy || !mayScore || !server.usable}
              aria-describedby={mayScore ? undefined : 'needs-server'}
              onClick={() => !busy && mayScore && server.usable && setAsking('activate')}
            >
              Activate<span className="vh"> the model server</span>
            </button>
          )}
          {button(
            'measure',
            mayScore ? 'Measure accuracy again' : 'Measure accuracy',
            server.usable,
            server.usable && !mayScore,
          )}
          {button('bench', 'Measure speed', server.usable)}
          {button('verify', 'Test again', true, !server.usable)}
          <button type="button" className="btn" onClick={onChange}>
            Change<span className="vh"> the connection of the model server</span>
          </button>
          <span className="sp" />
          <button type="button" className="btn d" onClick={() => setAsking('remove')}>
            Disconnect<span className="vh"> the model server</span>
          </button>
        </div>
        {mayScore ? null : <MeasureFirst id="needs-server" />}
      </div>
      <Consequence
        open={asking === 'activate'}
        title={`Let ${server.name} answer visitors`}
        act="Activate it"
        danger={false}
        busy={order.busy}
        error={order.error}
        onClose={close}
        onAct={() => void order.act('activate').then(done => done && setAsking(null))}
      >
        <p>
          What visitors write goes to <span className="mono break">{server.url}</span> from then on.{' '}
          {active.name ?? 'The model that answers now'} goes on answering until the server has read a first
          message.
        </p>
        <p>
          If the server fails in the first minute, the other answers again. Is it away for five minutes later
          on, the bundled model takes over until the server is back.
        </p>
      </Consequence>
      <Consequence
        open={asking === 'remove'}
        title="Disconnect the model server"
        act="Disconnect it"
        busy={remove.busy}
        error={remove.error}
        onClose={close}
        onAct={() => void remove.act(undefined).then(done => done && close())}
      >
        <p>
          Its key and what was measured of it are deleted here, and its address can no longer be reached. What
          the server itself keeps of what it read is for whoever runs it to say.
        </p>
        <p>Facts it found in conversations stay, with the words that prove them.</p>
      </Consequence>
    </Section>
  );
};
