import {AppError, isAppError} from '../../kit/errors.ts';
import {bundledChoice, type Choice} from './choice.ts';
import type {ModelFiles} from './files.ts';
import type {ModelsDeps} from './models.deps.ts';
import type {Subject} from './subject.ts';
import {gigabytes} from './words.ts';

export type Target = Pick<Subject, 'key' | 'name' | 'ram' | 'bundled' | 'open'>;

const chosen = ({bundled, key, name}: Target): Pick<Choice, 'model' | 'name'> =>
  bundled ? {model: null, name: null} : {model: key, name};
const whyOf = (error: unknown): string => (isAppError(error) ? error.message : 'It could not be loaded.');

/** Which model answers: changed while visitors are served, and taken back when the new one fails. */
export const createActivation = (deps: ModelsDeps & {files: ModelFiles; bundled: () => Promise<Target>}) => {
  const {files, inService, log} = deps;
  let choice: Choice = files.choice();
  let closed = false;

  let writing: Promise<void> = Promise.resolve();
  const save = async (next: Choice): Promise<void> => {
    choice = next;
    const before = writing;
    const write = async (): Promise<void> => {
      await before.catch(() => undefined);
      await files.choose(next);
    };
    await (writing = write());
  };
  const saveLater = (next: Choice): void => {
    if (closed) return;
    save(next).catch((error: unknown) =>
      log.error({err: error}, 'which model is chosen could not be written'),
    );
  };
  const noteReturn = (subjectId: string, name: string, reason: string): void => {
    deps.storage
      .transaction(trx =>
        deps.audit(trx, {actorId: null, action: 'model.returned', subjectId, detail: {name, reason}}),
      )
      .catch((error: unknown) =>
        log.error({err: error}, 'a change of model was not written to the audit log'),
      );
  };

  const refuseTooHungry = ({ram, name}: Pick<Target, 'ram' | 'name'>): void => {
    const {free} = deps.memory();
    if (ram <= free) return;
    throw new AppError(
      'conflict',
      'models.no_memory',
      `${name} needs about ${gigabytes(ram)} of memory beside the model that answers now; ${gigabytes(free)} are free. Activate the bundled model first, take a smaller one, or give this machine more memory.`,
    );
  };

  /** Something has to answer: the last resort needs no choice. */
  const useBundled = async (): Promise<void> => {
    if (closed) return;
    try {
      await inService.switchTo(await (await deps.bundled()).open(), {
        onProven: () => undefined,
        onReturned: () => undefined,
        onLost: () => undefined,
      });
    } catch (error) {
      log.error({err: error}, 'the bundled model could not be put back');
    }
  };

  const outcomes = (target: Target, before: Choice['before']) => ({
    onProven: () => saveLater({...choice, state: 'proven', problem: null}),
    onReturned: (reason: string) => {
      const problem = `${target.name} failed while it was tried, and ${before.name ?? 'the bundled model'} answers again: ${reason}`;
      saveLater({...bundledChoice, ...before, problem});
      noteReturn(target.key, target.name, reason);
    },
    onLost: (reason: string) => {
      saveLater({
        ...choice,
        problem: `${target.name} cannot go on, and the bundled model answers: ${reason}`,
      });
      noteReturn(target.key, target.name, reason);
      void useBundled();
    },
  });

  return {
    choice: (): Choice => choice,
    refuseTooHungry,
    /** Resolves once it answers visitors; it is on probation then. */
    activate: async (target: Target): Promise<void> => {
      refuseTooHungry(target);
      const previous = choice;
      const before = {model: previous.model, name: previous.name};
      // first: should loading it end the appliance itself, the next start knows
      await save({...chosen(target), state: 'probation', before, problem: null});
      try {
        await inService.switchTo(await target.open(), outcomes(target, before));
      } catch (error) {
        await save(previous);
        throw error;
      }
    },
    /** What answers already is what is wanted: nothing is loaded, and nothing is left to complain of. */
    keep: (target: Target): Promise<void> =>
      save({
        ...chosen(target),
        state: inService.onProbation() ? 'probation' : 'proven',
        before: choice.before,
        problem: null,
      }),
    /** While nothing runs: what the next start tries. */
    choose: (target: Target): Promise<void> =>
      save({
        ...chosen(target),
        state: 'chosen',
        before: {model: choice.model, name: choice.name},
        problem: null,
      }),
    /** At a start the bundled model answers at once, and what was chosen takes over when it is loaded. */
    resume: async (find: (key: string) => Promise<Target>): Promise<void> => {
      const {model, name, before, state} = choice;
      if (model === null) return;
      const called = name ?? 'the chosen model';
      if (state === 'probation') {
        const problem = `The appliance ended while ${called} was tried, so it is not loaded again. Activate it once more if that had another cause.`;
        await save({...bundledChoice, ...before, problem});
        noteReturn(model, called, 'The appliance ended during the probation.');
        if (before.model === null) return;
      }
      try {
        const target = await find(choice.model ?? model);
        refuseTooHungry(target);
        const fresh = choice.state === 'chosen';
        if (fresh) await save({...choice, state: 'probation', problem: null});
        const {onReturned, ...rest} = outcomes(target, before);
        await inService.switchTo(await target.open(), {
          ...rest,
          onReturned: reason => {
            if (fresh) return onReturned(reason);
            saveLater({...choice, problem: `${called} failed, and the bundled model answers: ${reason}`});
            noteReturn(target.key, called, reason);
          },
        });
        if (!fresh) await save({...choice, problem: null});
      } catch (error) {
        if (closed) return;
        const problem = `${called} is not used, and the bundled model answers: ${whyOf(error)}`;
        await save({...choice, state: 'proven', problem});
      }
    },
    /** Who stops the appliance on purpose has nothing against the model on probation. */
    close: async (): Promise<void> => {
      if (inService.onProbation()) await save({...choice, state: 'proven'});
      closed = true;
      await writing.catch(() => undefined);
    },
  };
};
export type Activation = ReturnType<typeof createActivation>;
