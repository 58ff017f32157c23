import {randomBytes} from 'node:crypto';
import {AppError} from '../../kit/errors.ts';
import type {Locale} from '../../kit/schema.ts';
import type {Storage, Transaction} from '../../storage/index.ts';
import type {SetupAnswers} from './setup.schema.ts';

export type DemoDeps = {
  storage: Storage;
  /** Of the installation that is there, if one is. */
  company: () => Promise<string | null>;
  setUp: (answers: SetupAnswers) => Promise<void>;
  hasDemo: () => Promise<boolean>;
  hashPassword: (password: string) => Promise<string>;
  agent: (
    trx: Transaction,
    user: {name: string; email: string; passwordHash: string; languages: Locale[]},
  ) => Promise<string>;
  site: (
    trx: Transaction,
    site: {name: string; origins: string[]; languages: Locale[]; defaultLanguage: Locale},
  ) => Promise<string>;
};
export type DemoAccess = {name: string; email: string; password: string; role: string};

const demoCompany = 'Example Bank';

/** A password of 96 random bits: there is no default one, not even here. */
const newPassword = (): string => randomBytes(12).toString('base64url');

const agents = [
  {name: 'Jana Muster', email: 'jana@example.com', languages: ['en', 'de'] satisfies Locale[]},
  {name: 'Luc Exemple', email: 'luc@example.com', languages: ['en', 'fr', 'es'] satisfies Locale[]},
];

/** A fresh appliance becomes something to try: an organisation, two agents, a website. Run again, it adds nothing. */
export const createDemo = (deps: DemoDeps) => async (): Promise<{created: DemoAccess[]}> => {
  const created: DemoAccess[] = [];
  if (await deps.hasDemo()) return {created};
  const company = await deps.company();
  if (company !== null && company !== demoCompany)
    throw new AppError(
      'conflict',
      'operations.not_a_demo',
      `This data directory holds the installation of ${company}, and the demo adds people and a public page to it. Give the demo a directory of its own: CROWLIT_DATA_DIRECTORY=demo-data.`,
    );
  if (company === null) {
    const administrator = {name: 'Ada Admin', email: 'admin@example.com', password: newPassword()};
    await deps.setUp({
      company: demoCompany,
      region: 'eu',
      administrator,
      privacyContact: {name: 'Privacy office', email: 'privacy@example.com'},
      retentionDays: {conversations: 180, leads: 365, usage: 30, mail: 30},
      site: {name: 'www.example.com', origins: ['https://www.example.com']},
      language: 'en',
      // to be tried at once, without a phone
      secondFactor: 'optional',
    });
    created.push({...administrator, role: 'administrator'});
  }
  const people = await Promise.all(
    agents.map(async agent => {
      const password = newPassword();
      return {...agent, password, passwordHash: await deps.hashPassword(password)};
    }),
  );
  await deps.storage.transaction(async trx => {
    for (const {name, email, languages, passwordHash} of people) {
      await deps.agent(trx, {name, email, languages, passwordHash});
    }
    // the demo page is served by the appliance itself, whose own origin may always show the widget
    await deps.site(trx, {
      name: 'Demo website',
      origins: [],
      languages: ['en', 'de', 'fr', 'es'],
      defaultLanguage: 'en',
    });
  });
  created.push(...people.map(({name, email, password}) => ({name, email, password, role: 'agent'})));
  return {created};
};
