import {IconCpu, IconPlus} from '@tabler/icons-react';
import {useState} from 'react';
import type {Overview} from '../../../appliance/features/models/models.schema.ts';
import {Empty, LoadFailed, Loading} from '../../shared/components/empty.tsx';
import {Page} from '../../shared/components/page.tsx';
import {Standing} from '../../shared/components/state.tsx';
import {useGet} from '../../shared/query.ts';
import {Bring} from './bring.tsx';
import {ImportForm} from './import-form.tsx';
import {ModelCard} from './model-card.tsx';
import './models.css';
import {TaskNote} from './task-note.tsx';
import {isRunning, path} from './words.ts';

const Top = ({active, models}: Overview) => {
  const name = active.name ?? 'A model';
  if (active.problem !== null)
    return (
      <Standing
        tone="at"
        state={
          active.state === 'ready' ? `${name} answers, which is not what was chosen.` : 'No model answers.'
        }
        meaning={active.problem}
        next="Check the file of the model that failed and activate it again, or keep the one that answers."
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
      meaning="It runs on this server in a process without network. A model only points at words; what it points at is read and checked by code."
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
  const [adding, setAdding] = useState(false);
  const brought = data?.models.filter(({bundled}) => !bundled) ?? [];
  return (
    <Page
      title="Models"
      actions={
        <button type="button" className="btn p" aria-expanded={adding} onClick={() => setAdding(true)}>
          <IconPlus className="i s" aria-hidden />
          Import a model
        </button>
      }
    >
      {error ? (
        <LoadFailed what="The models" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Top {...data} />
          {adding ? <ImportForm overview={data} onClose={() => setAdding(false)} /> : null}
          <TaskNote task={data.task} />
          {data.models.map(model => (
            <ModelCard key={model.id} model={model} overview={data} />
          ))}
          {brought.length === 0 && !adding ? (
            <Empty title="No model was brought yet" icon={IconCpu}>
              The bundled one points at what visitors say and writes no sentence. A larger instruct model can
              point better and write replies; it stays on this server, like everything it reads.
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
