import {formatNumber} from './format.ts';

export type RetentionCategory = 'conversations' | 'leads' | 'usage' | 'mail';

const span = (days: number | string) =>
  Number(days) === 1 ? '1 day' : `${formatNumber(Number(days) || 0)} days`;

/** What the nightly run does, category by category, in a sentence a person can hold it to. */
export const retentionCategories: {
  key: RetentionCategory;
  promise: string;
  label: string;
  what: string;
  sentence: (days: number | string) => string;
}[] = [
  {
    key: 'conversations',
    promise: 'D2',
    label: 'Conversations',
    what: 'What visitors, the AI and your agents wrote.',
    sentence: days => `Conversations that nobody has written in for ${span(days)} are deleted.`,
  },
  {
    key: 'leads',
    promise: 'D4',
    label: 'Leads',
    what: 'Contact details and facts of qualified visitors.',
    sentence: days =>
      `Leads that have not changed for ${span(days)} are deleted here. Your CRM keeps its own copy.`,
  },
  {
    key: 'usage',
    promise: 'D5',
    label: 'Usage',
    what: 'Shortened IP address, device, browser and pages seen.',
    sentence: days => `Usage data older than ${span(days)} is deleted.`,
  },
  {
    key: 'mail',
    promise: 'D1',
    label: 'Letters',
    what: 'That an invitation or another letter was sent, to whom, and when.',
    sentence: days => `Letters made more than ${span(days)} ago are deleted.`,
  },
];
