import {AppError, isAppError} from '../../kit/errors.ts';
import {bundledChoice, type Choice} from './choice.ts';
import type {ModelFiles} from './files.ts';
import type {ModelsDeps} from './models.deps.ts';
import {createSeeking} from './seeking.ts';
import type {Subject} from './subject.ts';
import {gigabytes} from './words.ts';

export type Target = Pick<Subject, 'key' | 'name' | 'ram' | 'bundled' | 'open' | 'comesBack' | 'check'>;

const chosen = ({bundled, key, name}: Target): Pick<Choice, 'model' | 'name'> =>
  bundled ? {model: null, name: null} : {model: key, name};
const whyOf = (error: unknown): string => (isAppError(error) ? error.message : 'It could not be loaded.');
const meanwhile = ({comesBack}: Pick<Target, 'comesBack'>): string =>
  comesBack ? ' It is asked again from time to time, and answers visitors once it is back.' : '';

/** Which model answers: changed while visitors are served, and taken back when the new one fails. */
export const createActivation = (
  deps: ModelsDeps & {
    files: ModelFiles;
    bundled: () => Promise<Target>;
    find: (key: string) => Promise<Target>;
  },
) => {
  const {files, find, inService, log} = deps;
  const seeking = createSeeking(deps.seeking);
  let choice: Choice = files.choice();
  /** While another one is loaded: what holds should that come to nothing. */
  let otherwise: Choice | undefined;
  let closed = false;

  let turn: Promise<unknown> = Promise.resolve();
  /** One change after another, so that the last one wanted is the one that answers. */
  const inTurn = <Result>(change: () => Promise<Result>): Promise<Result> => {
    const mine = turn.then(change);
    turn = mine.catch(() => undefined);
    return mine;
  };

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
  /** What becomes of the model that answers, also while another one is loaded. */
  const note = (change: (now: Choice) => Choice): void => {
    if (closed) return;
    if (otherwise) otherwise = change(otherwise);
    else
      save(change(choice)).catch((error: unknown) =>
        log.error({err: error}, 'which model is chosen could not be written'),
      );
  };
  const record = (action: string, subjectId: string, detail: Record<string, unknown>): void => {
    deps.storage
      .transaction(trx => deps.audit(trx, {actorId: null, action, subjectId, detail}))
      .catch((error: unknown) =>
        log.error({err: error}, 'a change of model was not written to the audit log'),
      );
  };
  const recordReturn = (subjectId: string, name: string, reason: string): void =>
    record('model.returned', subjectId, {name, reason});

  const refuseTooHungry = ({ram, name}: Pick<Target, 'ram' | 'name'>): void => {
    const {free} = deps.memory();
    if (ram <= free) return;
    throw new AppError(
      'conflict',
      'models.no_memory',
      `${name} needs about ${gigabytes(ram)} of memory beside the model that answers now; ${gigabytes(free)} are free. Activate the bundled model first, take a smaller one, or give this machine more memory.`,
    );
  };

  /** Something has to answer: the last resort needs no choice. Another one may have come first. */
  const useBundled = async (): Promise<void> => {
    if (closed || inService.status().state !== 'failed') return;
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

  const outcomes = (target: Target) => ({
    onProven: () => note(now => ({...now, state: 'proven', problem: null})),
    onReturned: (reason: string) => {
      note(now => ({
        ...bundledChoice,
        ...now.before,
        problem: `${target.name} failed while it was tried, and ${now.before.name ?? 'the bundled model'} answers again: ${reason}`,
      }));
      recordReturn(target.key, target.name, reason);
    },
    onLost: (reason: string) => {
      note(now => ({
        ...now,
        problem: `${target.name} cannot go on, and the bundled model answers: ${reason}${meanwhile(target)}`,
      }));
      recordReturn(target.key, target.name, reason);
      void inTurn(useBundled);
      seek(target);
    },
  });
  /** Of one that was proven before: it stays what is wanted. */
  const lasting = (target: Target) => ({
    ...outcomes(target),
    onReturned: (reason: string) => {
      note(now => ({
        ...now,
        problem: `${target.name} failed, and the bundled model answers: ${reason}${meanwhile(target)}`,
      }));
      recordReturn(target.key, target.name, reason);
      seek(target);
    },
  });

  /** A server that was away is tested like a new one: it may have come back as another. */
  const seek = ({comesBack, key}: Target): void => {
    if (!comesBack || closed) return;
    const wanted = () => choice.model === key && !closed;
    seeking.start(async signal => {
      if (!wanted()) return true;
      try {
        const target = await find(key);
        await target.check(() => undefined, signal);
        await inTurn(async () => {
          if (!wanted()) return;
          await inService.switchTo(await target.open(), lasting(target));
          await save({...choice, state: 'proven', problem: null});
          log.info({model: target.name}, 'the model server is back, and answers again');
          record('model.came_back', key, {name: target.name});
        });
        return true;
      } catch (error) {
        if (!signal.aborted) log.warn({reason: whyOf(error)}, 'the model server is still away');
        return false;
      }
    });
  };

  const activate = async (target: Target): Promise<void> => {
    refuseTooHungry(target);
    const before = {model: choice.model, name: choice.name};
    otherwise = choice;
    let now: Choice;
    try {
      // first: should loading it end the appliance itself, the next start knows
      await save({...chosen(target), state: 'probation', before, problem: null});
      await inService.switchTo(await target.open(), outcomes(target));
    } catch (error) {
      now = otherwise;
      otherwise = undefined;
      await save(now);
      throw error;
    }
    now = otherwise;
    otherwise = undefined;
    seeking.stop();
    // what answered until now may have failed while this one was loaded
    if (now.model !== before.model) await save({...choice, before: {model: now.model, name: now.name}});
  };

  /** At a start the bundled model answers at once, and what was chosen takes over when it is loaded. */
  const resume = async (): Promise<void> => {
    const {model, name, before, state} = choice;
    if (model === null) return;
    const called = name ?? 'the chosen model';
    if (state === 'probation') {
      const problem = `The appliance ended while ${called} was tried, so it is not loaded again. Activate it once more if that had another cause.`;
      await save({...bundledChoice, ...before, problem});
      recordReturn(model, called, 'The appliance ended during the probation.');
      if (before.model === null) return;
    }
    let target: Target | undefined;
    try {
      target = await find(choice.model ?? model);
      refuseTooHungry(target);
      const fresh = choice.state === 'chosen';
      if (fresh) await save({...choice, state: 'probation', problem: null});
      await inService.switchTo(await target.open(), fresh ? outcomes(target) : lasting(target));
      if (!fresh) await save({...choice, problem: null});
    } catch (error) {
      if (closed) return;
      const again = target ? meanwhile(target) : '';
      const problem = `${target?.name ?? called} is not used, and the bundled model answers: ${whyOf(error)}${again}`;
      await save({...choice, state: 'proven', problem});
      if (target) seek(target);
    }
  };

  return {
    choice: (): Choice => choice,
    refuseTooHungry,
    /** Resolves once it answers visitors; it is on probation then. */
    activate: (target: Target): Promise<void> => inTurn(() => activate(target)),
    /** What answers already is what is wanted: nothing is loaded, and nothing is left to complain of. */
    keep: async (target: Target): Promise<void> => {
      seeking.stop();
      await save({
        ...chosen(target),
        state: inService.onProbation() ? 'probation' : 'proven',
        before: choice.before,
        problem: null,
      });
    },
    /** While nothing runs: what the next start tries. */
    choose: (target: Target): Promise<void> =>
      save({
        ...chosen(target),
        state: 'chosen',
        before: {model: choice.model, name: choice.name},
        problem: null,
      }),
    resume: (): Promise<void> => inTurn(resume),
    /** Who stops the appliance on purpose has nothing against the model on probation. */
    close: async (): Promise<void> => {
      if (inService.onProbation()) await save({...choice, state: 'proven'});
      closed = true;
      seeking.stop();
      await writing.catch(() => undefined);
    },
  };
};
export type Activation = ReturnType<typeof createActivation>;
