import type {Condition, Playbook} from '../../../appliance/features/qualification/engine/playbook.schema.ts';
import type {Locale} from '../../../appliance/kit/schema.ts';
import {fieldWord} from '../../shared/field-words.ts';
import {formatNumber} from '../../shared/format.ts';

export type {Playbook};

const per = {once: 'once', month: 'a month', year: 'a year'};
const within: Record<string, string> = {
  '0-1m': 'within a month',
  '1-3m': 'within three months',
  '3-6m': 'within six months',
  '6-12m': 'within a year',
  '12m+': 'at any named time',
};

/** Codes like `job_seeker` as words; the product's own terms stay recognisable. */
export const spell = (code: string) => code.replaceAll('_', ' ');
export const list = (words: readonly string[], joint: string) =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;

/** When a rule gives its points, as a sentence's end. */
export const conditionWords = (when: Condition): string => {
  if ('known' in when) return `${list(when.known.map(fieldWord), 'or')} is known`;
  if ('intent' in when) return `the visitor shows: ${list(when.intent.map(spell), 'or')}`;
  switch (when.fact) {
    case 'company_size': {
      const {atLeast, atMost} = when;
      if (atLeast !== undefined && atMost !== undefined)
        return `${formatNumber(atLeast)} to ${formatNumber(atMost)} people`;
      if (atLeast !== undefined) return `${formatNumber(atLeast)} people or more`;
      return atMost === undefined ? 'the company size is known' : `${formatNumber(atMost)} people or fewer`;
    }
    case 'budget':
      return `${list(when.currencies, 'or')} ${formatNumber(when.atLeast)} ${per[when.per]} or more`;
    case 'timeline':
      return `it is to happen ${within[when.within] ?? when.within}`;
    case 'authority':
      return `the visitor is: ${list(when.oneOf.map(spell), 'or')}`;
  }
};

/** A text in the chosen language, or in the one there is. */
export const textIn = <T>(texts: Partial<Record<Locale, T>> | undefined, language: Locale): T | undefined =>
  texts?.[language] ?? texts?.en ?? Object.values(texts ?? {})[0];

export const reachable = (playbook: Playbook) =>
  playbook.rules.reduce((sum, {points}) => sum + Math.max(points, 0), 0);

export const dayWords: [keyof NonNullable<Playbook['businessHours']>['days'], string][] = [
  ['mon', 'Monday'],
  ['tue', 'Tuesday'],
  ['wed', 'Wednesday'],
  ['thu', 'Thursday'],
  ['fri', 'Friday'],
  ['sat', 'Saturday'],
  ['sun', 'Sunday'],
];
export const answerable = [
  'pricing',
  'demo',
  'trial',
  'integration',
  'migration',
  'security_review',
  'competitor_comparison',
  'support_request',
  'job_seeker',
  'vendor_pitch',
  'opt_out',
] as const satisfies (keyof NonNullable<Playbook['answers']>)[];
export type Field = Playbook['facts'][number]['field'];
export const fields: Field[] = [
  'need',
  'company',
  'company_size',
  'timeline',
  'budget',
  'authority',
  'name',
  'job_title',
  'email',
  'phone',
];
