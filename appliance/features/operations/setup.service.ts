import {randomBytes, timingSafeEqual} from 'node:crypto';
import {AppError} from '../../kit/errors.ts';
import {route, type Route} from '../../kit/route.ts';
import type {Locale} from '../../kit/schema.ts';
import {isDuplicate, type Storage, type Transaction} from '../../storage/index.ts';
import * as schema from './setup.schema.ts';

export type SetupDeps = {
  storage: Storage;
  regions: readonly {code: string; label: string; meaning: string}[];
  /** Throws for a region that does not exist. */
  checkRegion: (code: string) => unknown;
  isDone: () => Promise<boolean>;
  account: (
    trx: Transaction,
    account: {
      company: string;
      region: string;
      language: Locale;
      privacyContact: {name: string; email: string};
      secondFactor: schema.SetupAnswers['secondFactor'];
    },
  ) => Promise<void>;
  /** Hashes first, outside the transaction: argon2id takes its time. */
  hashPassword: (password: string) => Promise<string>;
  administrator: (
    trx: Transaction,
    user: {name: string; email: string; passwordHash: string; languages: Locale[]},
  ) => Promise<string>;
  retention: (trx: Transaction, days: schema.SetupAnswers['retentionDays'], actorId: string) => Promise<void>;
  site: (trx: Transaction, site: {name: string; origins: string[]; language: Locale}) => Promise<string>;
  playbooks: (trx: Transaction, actorId: string) => Promise<void>;
  /** After the commit. */
  onDone: (answers: schema.SetupAnswers) => void;
  audit: (
    trx: Transaction,
    entry: {actorId: string; action: string; detail: Record<string, unknown>},
  ) => Promise<void>;
};

const doneAlready = () =>
  new AppError('conflict', 'setup.done_already', 'The appliance is set up already. Sign in instead.');

const defaults = {retentionDays: {conversations: 180, leads: 365, usage: 30, mail: 30}};

/** The first visit: everything in one transaction, once. There is no default password, and no second first visit. */
export const createSetup = (deps: SetupDeps) => {
  // whoever can read the terminal or the service's log is whoever installed it
  const code = randomBytes(16).toString('base64url');

  const checkCode = (given: string): void => {
    const [a, b] = [Buffer.from(given), Buffer.from(code)];
    if (a.length !== b.length || !timingSafeEqual(a, b)) {
      throw new AppError(
        'forbidden',
        'setup.wrong_code',
        'The set-up code is not right. Open the address that the appliance printed when it started.',
      );
    }
  };

  const runAlone = async (given: unknown): Promise<void> => {
    const answers = schema.setupAnswers.parse(given);
    deps.checkRegion(answers.region);
    if (await deps.isDone()) throw doneAlready();
    const passwordHash = await deps.hashPassword(answers.administrator.password);
    await deps.storage.transaction(async trx => {
      const {company, region, language, privacyContact, secondFactor} = answers;
      await deps
        .account(trx, {company, region, language, privacyContact, secondFactor})
        .catch((error: unknown) => {
          // another node of the same database was first
          throw isDuplicate(error) ? doneAlready() : error;
        });
      const {name, email} = answers.administrator;
      const actorId = await deps.administrator(trx, {name, email, passwordHash, languages: [language]});
      await deps.retention(trx, answers.retentionDays, actorId);
      await deps.playbooks(trx, actorId);
      await deps.site(trx, {...answers.site, language});
      await deps.audit(trx, {
        actorId,
        action: 'setup.done',
        detail: {region, retentionDays: answers.retentionDays, secondFactor},
      });
    });
    deps.onDone(answers);
  };

  let before: Promise<unknown> = Promise.resolve();
  /** One after the other: two at once would both find that nobody was first. */
  const run = (given: unknown): Promise<void> => {
    const mine = before.then(() => runAlone(given));
    before = mine.catch(() => undefined);
    return mine;
  };

  const routes: Route[] = [
    route({
      method: 'get',
      path: '/api/setup',
      summary: 'Whether the appliance still has to be set up, and what there is to choose from.',
      access: 'public',
      ...schema.setupState,
      handle: async () => ({needed: !(await deps.isDone()), regions: [...deps.regions], defaults}),
    }),
    route({
      method: 'post',
      path: '/api/setup',
      summary: 'Sets the appliance up, once.',
      access: 'public',
      ...schema.runSetup,
      perMinute: 10,
      handle: async ({body}) => {
        checkCode(body.code);
        await run(body.answers);
        return {done: true as const};
      },
    }),
  ];
  return {code, run, routes};
};
export type Setup = ReturnType<typeof createSetup>;
