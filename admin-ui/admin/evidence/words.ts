import type {
  ControlView,
  EvidenceView,
  PromiseView,
} from '../../../appliance/features/privacy/evidence/evidence.schema.ts';
import type {Tone} from '../../shared/components/state.tsx';
import {plural} from '../../shared/format.ts';

export type {ControlView, EvidenceView, PromiseView};
export const path = '/api/admin/evidence';

type Word = {tone: Tone; word: string};

export const controlWords: Record<ControlView['state'], Word> = {
  kept: {tone: 'ok', word: 'Kept'},
  broken: {tone: 'da', word: 'Broken'},
  open: {tone: 'at', word: 'Not set up'},
  not_checked: {tone: 'no', word: 'Not checked'},
  not_applicable: {tone: 'no', word: 'Nothing to look at yet'},
};

const promiseWords: Record<PromiseView['state'], Word> = {
  kept: {tone: 'ok', word: 'Kept'},
  partly: {tone: 'in', word: 'Kept in part'},
  broken: {tone: 'da', word: 'Broken'},
  not_checked: {tone: 'no', word: 'Not checked'},
  not_applicable: {tone: 'no', word: 'Nothing to look at yet'},
};
/** Without a control nothing of it is in this version, and nothing can be said of it. */
export const promiseWord = ({state, controls}: PromiseView): Word =>
  controls.length === 0 ? {tone: 'no', word: 'Not in this version'} : promiseWords[state];

export const frameworks = {
  gdpr: 'GDPR articles',
  soc2: 'SOC 2 criteria',
  iso27001: 'ISO 27001:2022 Annex A',
  asvs: 'OWASP ASVS 5',
  dora: 'DORA articles',
} as const;
export type Framework = keyof typeof frameworks;

export const groups = {
  data: 'Data',
  use: 'Use',
  others: 'Others',
  keeping: 'Keeping',
  rights: 'Rights',
} as const;
export type Shown = 'all' | 'attention' | keyof typeof groups;

export const needsAttention = ({state, controls}: PromiseView): boolean =>
  state === 'broken' ||
  (state === 'not_checked' && controls.length > 0) ||
  controls.some(one => one.state === 'open');

export const checkedLast = ({controls}: PromiseView): string | null =>
  controls.map(one => one.checkedAt).reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);

/** What stands in the log of a control, in a sentence. */
export const historyInWords = (
  {history, state, since}: ControlView,
  when: (at: string) => string,
): string => {
  const broken = history.filter(one => one.state === 'broken').length;
  return `${plural(history.length, 'check')} in 30 days, ${broken === 0 ? 'none' : broken} of them broken${
    since === null ? '' : `; ${controlWords[state].word.toLowerCase()} since ${when(since)}`
  }.`;
};
