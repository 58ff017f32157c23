import type {z} from 'zod';
import type {runSetup, setupState} from '../../appliance/features/operations/setup.schema.ts';
import {daysProblem, emailProblem, requiredProblem} from '../shared/check.ts';
import {passwordProblem} from '../shared/components/new-password.tsx';

export type SetupState = z.infer<typeof setupState.response>;
export type SetupRequest = z.input<typeof runSetup.body>;
export type Language = 'en' | 'de' | 'fr' | 'es';
export type Category = 'conversations' | 'leads' | 'usage' | 'mail';

/** What stands in the fields, as it stands there: numbers may still be half written. */
export type Draft = {
  code: string;
  company: string;
  language: Language;
  region: string;
  name: string;
  email: string;
  password: string;
  contactName: string;
  contactEmail: string;
  days: Record<Category, number | string>;
  siteName: string;
  origins: string[];
  originDraft: string;
};
export type Problems = Partial<Record<string, string>>;

export const steps = [
  {id: 'organisation', title: 'Organisation'},
  {id: 'region', title: 'Region'},
  {id: 'administrator', title: 'Administrator'},
  {id: 'contact', title: 'Privacy contact'},
  {id: 'retention', title: 'Retention'},
  {id: 'website', title: 'First website'},
  {id: 'review', title: 'Review'},
] as const;
export type StepId = (typeof steps)[number]['id'];

export const languages: {value: Language; label: string}[] = [
  {value: 'en', label: 'English'},
  {value: 'de', label: 'Deutsch'},
  {value: 'fr', label: 'Français'},
  {value: 'es', label: 'Español'},
];

const only = (problems: Record<string, string | null>): Problems =>
  Object.fromEntries(
    Object.entries(problems).filter((entry): entry is [string, string] => entry[1] !== null),
  );

/** What is still wrong with one step, per field. */
export const problemsOf = (step: StepId, draft: Draft): Problems => {
  switch (step) {
    case 'organisation':
      return only({company: requiredProblem(draft.company, 'the name of your organisation')});
    case 'region':
      return only({region: draft.region === '' ? 'Choose a region. It cannot be guessed for you.' : null});
    case 'administrator':
      return only({
        name: requiredProblem(draft.name, 'your name'),
        email: emailProblem(draft.email),
        password: passwordProblem(draft.password),
      });
    case 'contact':
      return only({contactEmail: emailProblem(draft.contactEmail)});
    case 'retention':
      return only({
        'days.conversations': daysProblem(draft.days.conversations),
        'days.leads': daysProblem(draft.days.leads),
        'days.usage': daysProblem(draft.days.usage),
        'days.mail': daysProblem(draft.days.mail),
      });
    case 'website':
      return only({siteName: requiredProblem(draft.siteName, 'a name for the website')});
    case 'review':
      return only({code: draft.code === '' ? 'Paste the set-up code.' : null});
  }
};

/** The field of the wizard that a field of the request came from. */
const homeOf: [RegExp, StepId, string][] = [
  [/^code/, 'review', 'code'],
  [/^answers\.company/, 'organisation', 'company'],
  [/^answers\.language/, 'website', 'language'],
  [/^answers\.region/, 'region', 'region'],
  [/^answers\.administrator\.name/, 'administrator', 'name'],
  [/^answers\.administrator\.email/, 'administrator', 'email'],
  [/^answers\.administrator\.password/, 'administrator', 'password'],
  [/^answers\.privacyContact\.name/, 'contact', 'contactName'],
  [/^answers\.privacyContact/, 'contact', 'contactEmail'],
  [/^answers\.retentionDays\.(\w+)/, 'retention', 'days.$1'],
  [/^answers\.site\.name/, 'website', 'siteName'],
  [/^answers\.site\.origins/, 'website', 'origins'],
];
export const homeOfPath = (path: string): {step: StepId; field: string} | null => {
  for (const [pattern, step, field] of homeOf) {
    const found = pattern.exec(path);
    if (found) return {step, field: field.replace('$1', found[1] ?? '')};
  }
  return null;
};

export const toRequest = (draft: Draft): SetupRequest => ({
  code: draft.code.trim(),
  answers: {
    company: draft.company.trim(),
    language: draft.language,
    region: draft.region,
    administrator: {name: draft.name.trim(), email: draft.email.trim(), password: draft.password},
    privacyContact: {name: draft.contactName.trim(), email: draft.contactEmail.trim()},
    retentionDays: {
      conversations: Number(draft.days.conversations),
      leads: Number(draft.days.leads),
      usage: Number(draft.days.usage),
      mail: Number(draft.days.mail),
    },
    site: {name: draft.siteName.trim(), origins: draft.origins},
  },
});

/** `abc…` or the whole address that the appliance printed. */
export const codeIn = (text: string) =>
  /[#&?]code=([^&\s]+)/.exec(text)?.[1] ?? text.trim().replace(/^#?(code=)?/, '');
