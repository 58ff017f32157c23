import {useState} from 'react';
import type {Model, Overview} from '../../../appliance/features/models/models.schema.ts';
import {useAct} from '../../shared/act.ts';
import {request} from '../../shared/api.ts';
import {Consequence} from '../../shared/components/dialog.tsx';
import {Section} from '../../shared/components/page.tsx';
import {Note, State} from '../../shared/components/state.tsx';
import {Time} from '../../shared/components/time.tsx';
import {messageOf} from '../../shared/field-errors.ts';
import {formatBytes} from '../../shared/format.ts';
import {Accuracy, MeasureFirst} from './accuracy.tsx';
import {benchWords, isRunning, kindWords, languagesOf, path} from './words.ts';

type Act = 'verify' | 'bench' | 'measure' | 'activate' | 'fit';

const Standing = ({model, overview}: {model: Model; overview: Overview}) => {
  const {active, embedder} = overview;
  if (!model.present) return <State tone="da">Its file is gone</State>;
  if (embedder?.modelId === model.id) return <State tone="ok">Finds passages</State>;
  if (active.modelId === model.id)
    return active.onProbation ? (
      <State tone="in">Answers visitors, on probation</State>
    ) : (
      <State tone="ok">Answers visitors</State>
    );
  return active.chosen === model.id ? <State tone="at">Chosen, does not answer</State> : undefined;
};

export const ModelCard = ({model, overview}: {model: Model; overview: Overview}) => {
  const [asking, setAsking] = useState<'activate' | 'remove' | null>(null);
  const {active} = overview;
  const order = useAct((what: Act) => request('POST', `${path}/${model.id}/${what}`), path);
  const remove = useAct(() => request('DELETE', `${path}/${model.id}`), path);
  const busy = order.busy || isRunning(overview);
  const answers = active.modelId === model.id;
  const finds = model.kind === 'embedding';
  const mayScore = model.bundled || model.accuracy !== null;
  const act = (what: Act) => void order.act(what);
  const close = () => {
    setAsking(null);
    order.clear();
    remove.clear();
  };
  const button = (what: Act, label: string, main = false) => (
    <button
      type="button"
      className={main ? 'btn p' : 'btn'}
      aria-disabled={busy}
      onClick={() => !busy && act(what)}
    >
      {label}
      <span className="vh"> of {model.name}</span>
    </button>
  );
  return (
    <Section
      title={model.name}
      hint={kindWords[model.kind].word}
      aside={<Standing model={model} overview={overview} />}
    >
      <div className="panel form col">
        <dl className="kv">
          <dt>Does</dt>
          <dd>{kindWords[model.kind].meaning}</dd>
          {finds ? null : (
            <>
              <dt>Accuracy</dt>
              <dd>
                <Accuracy accuracy={model.accuracy} onCard={model.bundled} />
              </dd>
              <dt>Speed</dt>
              <dd>{benchWords(model)}</dd>
            </>
          )}
          <dt>Size</dt>
          <dd>
            {formatBytes(model.size)} on disk, about {formatBytes(model.ram)} of memory
          </dd>
          <dt>Languages</dt>
          <dd>{languagesOf(model.languages)}</dd>
          <dt>Licence</dt>
          <dd>{model.licence ?? 'Not stated in the file'}</dd>
          <dt>SHA-256</dt>
          <dd>
            <span className="mono" title={model.sha256}>
              {model.sha256.slice(0, 16)}…
            </span>
            {model.verifiedAt ? (
              <span className="dim">
                , checked <Time at={model.verifiedAt} />
              </span>
            ) : null}
          </dd>
          {model.importedAt ? (
            <>
              <dt>Imported</dt>
              <dd>
                <Time at={model.importedAt} /> by {model.importedBy ?? 'the command line'}
              </dd>
            </>
          ) : null}
        </dl>
        {order.error && asking === null ? <Note tone="da">{messageOf(order.error)}</Note> : null}
        <div className="row wrap buttons">
          {finds ? (
            overview.embedder?.modelId === model.id ? null : (
              button('fit', 'Use for finding passages', true)
            )
          ) : answers && active.problem !== null ? (
            button('activate', 'Keep this one', true)
          ) : answers ? null : (
            <button
              type="button"
              className={mayScore ? 'btn p' : 'btn'}
              aria-disabled={busy || !mayScore || !model.present}
              aria-describedby={mayScore ? undefined : `needs-${model.id}`}
              onClick={() => !busy && mayScore && model.present && setAsking('activate')}
            >
              Activate<span className="vh"> {model.name}</span>
            </button>
          )}
          {finds ? null : (
            <>
              {button('measure', model.accuracy ? 'Measure accuracy again' : 'Measure accuracy', !mayScore)}
              {button('bench', 'Measure speed')}
            </>
          )}
          {button('verify', 'Check file')}
          <span className="sp" />
          {model.bundled ? null : (
            <button type="button" className="btn d" onClick={() => setAsking('remove')}>
              Remove<span className="vh"> {model.name}</span>
            </button>
          )}
        </div>
        {mayScore || finds ? null : <MeasureFirst id={`needs-${model.id}`} />}
      </div>
      <Consequence
        open={asking === 'activate'}
        title={`Let ${model.name} answer visitors`}
        act="Activate it"
        danger={false}
        busy={order.busy}
        error={order.error}
        onClose={close}
        onAct={() => void order.act('activate').then(done => done && setAsking(null))}
      >
        <p>
          It is loaded beside {active.name ?? 'the model that answers now'}, which goes on answering until the
          new one has read a first message.
        </p>
        <p>For a minute both stay loaded. If the new one fails in that time, the other answers again.</p>
      </Consequence>
      <Consequence
        open={asking === 'remove'}
        title={`Remove ${model.name}`}
        act="Remove the model"
        busy={remove.busy}
        error={remove.error}
        onClose={close}
        onAct={() => void remove.act(undefined).then(done => done && close())}
      >
        <p>
          Its file ({formatBytes(model.size)}) and what was measured of it are deleted here. To have it again,
          import it again.
        </p>
        <p>Facts it found in conversations stay, with the words that prove them.</p>
      </Consequence>
    </Section>
  );
};
