import {IconCpu, IconPlus, IconServer} from '@tabler/icons-react';
import {useEffect, useState} from 'react';
import type {Overview} from '../../../appliance/features/models/models.schema.ts';
import {Empty, LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Page} from '../../shared/components/page.tsx';
import {Standing} from '../../shared/components/state.tsx';
import {queryClient, useGet} from '../../shared/query.ts';
import {sessionQuery} from '../../shared/session.tsx';
import {Bring} from './bring.tsx';
import {Finder} from './finder.tsx';
import {ImportForm} from './import-form.tsx';
import {ModelCard} from './model-card.tsx';
import './models.css';
import {ServerCard} from './server-card.tsx';
import {ServerForm, type ServerUse} from './server-form.tsx';
import {TaskNote} from './task-note.tsx';
import {isRunning, path} from './words.ts';

const Top = ({active, models, server}: Overview) => {
  const name = active.name ?? 'A model';
  const onServer = active.modelId === 'server';
  if (active.problem !== null)
    return (
      <Standing
        tone="at"
        state={
          active.state === 'ready' ? `${name} answers, which is not what was chosen.` : 'No model answers.'
        }
        meaning={active.problem}
        next={
          active.chosen === 'server'
            ? 'Look after the server, or keep the one that answers.'
            : 'Check the file of the model that failed and activate it again, or keep the one that answers.'
        }
      />
    );
  if (active.state === 'loading' && onServer)
    return (
      <Standing
        tone="at"
        state="The model server does not answer."
        meaning="Until it does, facts are read by rules alone: fewer of them, names and companies above all. It is asked again all the while; after five minutes the bundled model takes over."
        next="Look after the server, or activate another model now."
      />
    );
  if (active.state === 'loading')
    return (
      <Standing
        tone="in"
        state="The model is loading."
        meaning="Until it answers, facts are read by rules alone: fewer of them, names and companies above all."
        next="Wait a moment."
      />
    );
  if (active.state === 'unavailable')
    return (
      <Standing
        tone="da"
        state="No model answers."
        meaning="Facts are read by rules alone: fewer of them, names and companies above all."
        next="Activate a model below. If that fails, the appliance’s log has the reason."
      />
    );
  if (active.onProbation)
    return (
      <Standing
        tone="in"
        state={`${name} answers, on probation.`}
        meaning="The model before it stays loaded for a minute, and answers again should this one fail."
        next="Nothing. If it holds out, it stays."
      />
    );
  const measured = models.some(({accuracy}) => accuracy !== null);
  return (
    <Standing
      tone="ok"
      state={`${name} answers visitors.`}
      meaning={`${
        onServer
          ? `It runs at ${server?.url ?? 'the model server'}, where what visitors write goes.`
          : 'It runs on this server in a process without network.'
      } A model only points at words; what it points at is read and checked by code.`}
      next={
        models.length > 1 && measured
          ? 'Compare the models below by what was measured here.'
          : 'Nothing. To try another one, bring its file.'
      }
    />
  );
};

const ModelsPage = () => {
  const {data, error, refetch} = useGet<Overview>(path, {
    every: overview => (isRunning(overview) || overview?.active.onProbation ? 700 : 15_000),
  });
  const [adding, setAdding] = useState<'file' | ServerUse | null>(null);
  // the plate at the foot of every page says where the model runs
  const answers = data?.active.modelId;
  useEffect(() => {
    if (answers) void queryClient.invalidateQueries({queryKey: sessionQuery.queryKey});
  }, [answers]);
  const brought = data?.models.filter(({bundled}) => !bundled) ?? [];
  return (
    <Page
      title="Models"
      actions={
        <>
          {data?.server ? null : (
            <button
              type="button"
              className="btn"
              aria-expanded={adding === 'answers'}
              onClick={() => setAdding('answers')}
            >
              <IconServer className="i s" aria-hidden />
              Connect a server
            </button>
          )}
          <button
            type="button"
            className="btn p"
            aria-expanded={adding === 'file'}
            onClick={() => setAdding('file')}
          >
            <IconPlus className="i s" aria-hidden />
            Import a model
          </button>
        </>
      }
    >
      {error ? (
        <LoadFailed what="The models" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top {...data} />
          {adding === 'file' ? <ImportForm overview={data} onClose={() => setAdding(null)} /> : null}
          {adding === 'answers' || adding === 'finds' ? (
            <ServerForm key={adding} use={adding} overview={data} onClose={() => setAdding(null)} />
          ) : null}
          <TaskNote task={data.task} />
          {data.models.map(model => (
            <ModelCard key={model.id} model={model} overview={data} />
          ))}
          {data.server ? (
            <ServerCard server={data.server} overview={data} onChange={() => setAdding('answers')} />
          ) : null}
          <Finder overview={data} onConnect={() => setAdding('finds')} />
          {brought.length === 0 && data.server === null && adding === null ? (
            <Empty title="No model was brought yet" icon={IconCpu}>
              The bundled one points at what visitors say and writes no sentence. A larger instruct model can
              point better and write replies; a file stays on this server, like everything it reads. A model
              server in your region can take its place.
            </Empty>
          ) : null}
          <Bring overview={data} />
        </>
      ) : (
        <Loading what="the models" rows={8} />
      )}
    </Page>
  );
};
export default ModelsPage;
