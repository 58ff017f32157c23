import {AppError} from '../../kit/errors.ts';
import type {Activation} from './activation.ts';
import type {ModelsDeps, Running} from './models.deps.ts';
import type {Task} from './models.schema.ts';
import type {Subject} from './subject.ts';
import type {Tasks, Work} from './tasks.ts';

const refuseUnmeasured = ({name, bundled, accuracy}: Subject): void => {
  if (bundled || accuracy) return;
  throw new AppError(
    'conflict',
    'models.not_measured',
    `How accurate ${name} is was not measured here, so it may not score visitors. Press “Measure accuracy” (or run \`crowlit model measure\`), look at the result, then activate it.`,
  );
};

/** Speed and accuracy as measured here, and the way into service. */
export const createTrials = (
  deps: ModelsDeps & {tasks: Tasks; activation: Activation; serving: () => boolean},
) => {
  const {storage, clock, host, version, tasks, activation} = deps;

  const start = (subject: Subject, kind: Task['kind'], work: Pick<Work, 'unit' | 'total' | 'run'>) =>
    tasks.start({kind, modelId: subject.id, name: subject.name, ...work});
  const audit = (actorId: string | null, action: string, {key, name}: Subject, detail = {}) =>
    storage.transaction(trx => deps.audit(trx, {actorId, action, subjectId: key, detail: {name, ...detail}}));

  /** Beside the one that answers visitors. */
  const apart = async <Result>(
    subject: Subject,
    signal: AbortSignal,
    work: (running: Running) => Promise<Result>,
  ): Promise<Result> => {
    activation.refuseTooHungry(subject);
    const running = await subject.open();
    const stop = () => void running.close();
    signal.addEventListener('abort', stop);
    try {
      await running.ready();
      return await work(running);
    } finally {
      signal.removeEventListener('abort', stop);
      await running.close();
    }
  };

  return {
    bench: (subject: Subject) =>
      start(subject, 'bench', {
        unit: 'turns',
        total: 1,
        run: (progress, signal) =>
          apart(subject, signal, async running => {
            const measured = await deps.bench(running, subject.path, progress);
            await subject.note({bench: {...measured, at: clock.iso(), host}});
            return `${subject.name} takes ${Math.round(measured.turnMs)} ms for a turn.`;
          }),
      }),
    measure: (subject: Subject, actorId: string | null) =>
      start(subject, 'measure', {
        unit: 'dialogues',
        total: 1,
        run: (progress, signal) =>
          apart(subject, signal, async running => {
            const measured = await deps.measure(running, progress, signal);
            // half of a run says nothing about the model
            if (measured.unanswered * 20 > measured.turns) {
              throw new AppError(
                'unavailable',
                'models.too_many_failures',
                `${subject.name} gave no answer on ${measured.unanswered} of ${measured.turns} turns, so nothing was measured. Is ${subject.path === undefined ? 'the server too slow or too busy' : 'this machine too slow for it, or too short of memory'}?`,
              );
            }
            await subject.note({accuracy: {...measured, at: clock.iso(), host, version}});
            const f1 = measured.f1?.toFixed(2) ?? 'none';
            await audit(actorId, 'model.measured', subject, {f1, turns: measured.turns});
            return `${subject.name}: F1 over facts ${f1}, on ${measured.dialogues} dialogues.`;
          }),
      }),
    activate: (subject: Subject, actorId: string | null) => {
      refuseUnmeasured(subject);
      const info = deps.inService.info();
      const answers = info !== undefined && (info.sha256 ?? 'server') === subject.key;
      return start(subject, 'activate', {
        unit: 'steps',
        total: 1,
        run: async (_progress, signal) => {
          // the process that opens a file checks it again; here the reason is said in plain words
          await subject.check(() => undefined, signal);
          const serving = deps.serving();
          const way = !serving ? 'choose' : answers ? 'keep' : 'activate';
          await activation[way](subject);
          await audit(actorId, 'model.activated', subject, {forNextStart: !serving});
          return serving
            ? `${subject.name} answers visitors now.`
            : `${subject.name} is loaded at the next start of the appliance.`;
        },
      });
    },
  };
};
