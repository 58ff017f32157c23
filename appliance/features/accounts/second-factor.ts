import {addMilliseconds} from '../../kit/clock.ts';
import {AppError} from '../../kit/errors.ts';
import type {Transaction} from '../../storage/index.ts';
import type {AccountsDeps} from './accounts.service.ts';
import type {TellPerson} from './notices.ts';
import {findRecoveryCode, hashRecoveryCodes, newRecoveryCodes} from './recovery-codes.ts';
import type {SecondFactorStore} from './second-factor.store.ts';
import {isNeeded} from './second-factor-policy.ts';
import type {Sessions, Started} from './sessions.ts';
import {createThrottle, forCodes} from './throttle.ts';
import {looksLikeCode, newSecret, secretUri, stepOf} from './totp.ts';

/** A secret that nobody confirms is forgotten. */
const pendingLife = 15 * 60_000;

/** How somebody proved who they are, beyond the password. */
type Evidence = {kind: 'none'} | {kind: 'code'; step: number} | {kind: 'recovery_code'; id: string};
type Who = {userId: string; network: string};

const codeNeeded = () =>
  new AppError(
    'unauthenticated',
    'accounts.code_needed',
    'Type the six digits your authenticator app shows, or a recovery code.',
  );
const wrongCode = () =>
  new AppError(
    'unauthenticated',
    'accounts.wrong_code',
    'This code is not right. Take the one your app shows now, and see that the phone’s clock is right.',
  );
const usedCode = () =>
  new AppError(
    'unauthenticated',
    'accounts.code_used',
    'This code was used already. Wait until your app shows the next one.',
  );
const notSetUp = () =>
  new AppError('conflict', 'accounts.no_second_factor', 'There is no second factor on this account.');
const nothingPending = () =>
  new AppError('conflict', 'accounts.nothing_to_confirm', 'This took too long. Begin again with a new code.');

/** One-time codes of an authenticator app (RFC 6238), and the recovery codes for when it is lost. */
export const createSecondFactor = (
  deps: AccountsDeps & {factors: SecondFactorStore; sessions: Sessions; tell: TellPerson},
) => {
  const {storage, clock, factors, sessions} = deps;
  const {db} = storage;
  const throttle = createThrottle(clock, forCodes);
  const own = (trx: Transaction, userId: string, action: string, detail: Record<string, unknown> = {}) =>
    deps.audit(trx, {actorId: userId, action, subjectId: userId, detail});

  const refuse = async (userId: string, error: AppError): Promise<never> => {
    await storage.transaction(trx =>
      deps.audit(trx, {
        actorId: null,
        action: 'second_factor.refused',
        subjectId: userId,
        detail: {used: error.code === usedCode().code},
      }),
    );
    throw error;
  };

  const evidenceOf = async ({userId, network}: Who, code: string | undefined): Promise<Evidence> => {
    const row = await factors.find(db, userId);
    if (!row?.set_up_at) return {kind: 'none'};
    const typed = code?.replaceAll(/\s/g, '') ?? '';
    if (typed === '') throw codeNeeded();
    throttle.begin(userId, network);
    if (looksLikeCode(typed)) {
      const step = row.secret === null ? undefined : stepOf(row.secret, typed, clock.now());
      if (step === undefined) return refuse(userId, wrongCode());
      return step > (row.last_step ?? 0) ? {kind: 'code', step} : refuse(userId, usedCode());
    }
    const id = await findRecoveryCode(await factors.recoveryCodes(db, userId), typed);
    return id === undefined ? refuse(userId, wrongCode()) : {kind: 'recovery_code', id};
  };

  /** Of two requests with the same code, one has it. */
  const use = async (trx: Transaction, userId: string, evidence: Evidence): Promise<void> => {
    if (evidence.kind === 'code' && !(await factors.useStep(trx, userId, evidence.step))) throw usedCode();
    if (evidence.kind !== 'recovery_code') return;
    if (!(await factors.useRecoveryCode(trx, evidence.id, clock.iso()))) throw usedCode();
    await own(trx, userId, 'second_factor.recovery_used');
    await deps.tell(trx, userId, 'recovery_code_used');
  };

  const freshCodes = async () => {
    const recoveryCodes = newRecoveryCodes();
    return {recoveryCodes, hashes: await hashRecoveryCodes(recoveryCodes)};
  };

  return {
    /** Does `work` once the person's code is judged and used up, in the same transaction. */
    prove: async <Result>(
      who: Who,
      code: string | undefined,
      work: (trx: Transaction, kind: Evidence['kind']) => Promise<Result>,
    ): Promise<Result> => {
      const evidence = await evidenceOf(who, code);
      const done = await storage.transaction(async trx => {
        await use(trx, who.userId, evidence);
        return work(trx, evidence.kind);
      });
      if (evidence.kind === 'recovery_code') deps.mail.wake();
      if (evidence.kind !== 'none') throttle.succeeded(who.userId, who.network);
      return done;
    },

    hasFactor: async (userId: string): Promise<boolean> => (await factors.owners(db, [userId])).has(userId),
    /** What the person is told of it. */
    standing: async (user: {id: string; createdAt: string; secondFactor: boolean}) => {
      const [after, codes] = await Promise.all([factors.neededAfter(db), factors.recoveryCodes(db, user.id)]);
      const needed = isNeeded(after, user.createdAt);
      return {
        on: user.secondFactor,
        needed,
        missing: needed && !user.secondFactor,
        recoveryCodesLeft: codes.length,
      };
    },

    /** A new secret, shown once. What is in force stays so until the first code of the new one is right. */
    begin: async (
      userId: string,
      who: {issuer: string; email: string},
    ): Promise<{secret: string; uri: string}> => {
      const secret = newSecret();
      await storage.transaction(trx => factors.keepPending(trx, userId, secret, clock.iso()));
      return {secret, uri: secretUri(secret, who)};
    },

    /** From here on the code is asked. Every session from before ends; the person goes on in a new one. */
    confirm: async ({userId, network}: Who, code: string): Promise<Started & {recoveryCodes: string[]}> => {
      const row = await factors.find(db, userId);
      if (!row?.pending || !row.pending_at || addMilliseconds(row.pending_at, pendingLife) < clock.iso())
        throw nothingPending();
      throttle.begin(userId, network);
      const typed = code.replaceAll(/\s/g, '');
      const step = looksLikeCode(typed) ? stepOf(row.pending, typed, clock.now()) : undefined;
      if (step === undefined)
        throw new AppError('invalid', 'accounts.wrong_code', wrongCode().message, {
          details: {fields: {code: wrongCode().message}},
        });
      throttle.succeeded(userId, network);
      const {recoveryCodes, hashes} = await freshCodes();
      const started = await storage.transaction(async trx => {
        if (!(await factors.confirmPending(trx, row, step, clock.iso()))) throw nothingPending();
        await factors.replaceRecoveryCodes(trx, userId, hashes, clock.iso());
        await sessions.endAll(trx, userId);
        await own(trx, userId, 'second_factor.set_up', {again: row.set_up_at !== null});
        await deps.tell(trx, userId, 'second_factor_set_up');
        return sessions.start(trx, userId, {withFactor: true});
      });
      deps.mail.wake();
      deps.ended(userId, {except: started.sessionId});
      return {...started, recoveryCodes};
    },

    /** The old ones are good for nothing from here on. */
    renewRecoveryCodes: async (userId: string): Promise<string[]> => {
      if (!(await factors.owners(db, [userId])).has(userId)) throw notSetUp();
      const {recoveryCodes, hashes} = await freshCodes();
      await storage.transaction(async trx => {
        await factors.replaceRecoveryCodes(trx, userId, hashes, clock.iso());
        await own(trx, userId, 'second_factor.codes_renewed');
        await deps.tell(trx, userId, 'recovery_codes_renewed');
      });
      deps.mail.wake();
      return recoveryCodes;
    },

    turnOff: async (userId: string): Promise<void> => {
      await storage.transaction(async trx => {
        if (!(await factors.remove(trx, userId))) throw notSetUp();
        await own(trx, userId, 'second_factor.turned_off');
        await deps.tell(trx, userId, 'second_factor_removed');
      });
      deps.mail.wake();
    },

    /** Whoever lost phone and recovery codes sets up a new one at the next sign-in. */
    resetOf: async (userId: string, actorId: string): Promise<void> => {
      if (userId === actorId)
        throw new AppError(
          'conflict',
          'accounts.own_second_factor',
          'Your own is changed in the menu under your name, or by another administrator.',
        );
      await storage.transaction(async trx => {
        if (!(await factors.remove(trx, userId))) throw notSetUp();
        await sessions.endAll(trx, userId);
        await deps.audit(trx, {actorId, action: 'second_factor.reset', subjectId: userId, detail: {}});
        await deps.tell(trx, userId, 'second_factor_removed');
      });
      deps.mail.wake();
      deps.ended(userId);
    },
  };
};
export type SecondFactor = ReturnType<typeof createSecondFactor>;
