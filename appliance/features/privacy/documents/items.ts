import type {Column, PersonalColumn, TableDeclaration} from '../../../storage/index.ts';
import {subjectsOf} from '../data-map.ts';

/**
 * What a visitor is told is stored, and the columns behind each. A personal column of visitors that no item names fails a
 * test: nothing can be collected in silence.
 */
export const items = {
  messages: ['conversations_messages.text', 'conversations_messages.citation'],
  facts: ['qualification_facts.value', 'qualification_facts.display', 'qualification_facts.quote'],
  score: [
    'qualification_scores.points',
    'qualification_scores.qualified',
    'qualification_scores.decided',
    'qualification_scores.reasons',
    'crm_leads.points',
  ],
  contact: ['crm_leads.contact'],
  address: ['conversations_visitors.ip'],
  device: ['conversations_visitors.device', 'conversations_visitors.browser'],
  page: ['conversations_visitors.page'],
  pages: ['insights_pages.page'],
  time: ['insights_visitors.seconds'],
  video: ['insights_visitors.video_uses'],
  crm: ['insights_visitors.crm_calls'],
  answers: ['privacy_consents.page'],
  requests: [
    'privacy_requests.address',
    'privacy_requests.words',
    'privacy_requests.extension',
    'privacy_requests.answer',
    'mail_outbox.recipient',
    'mail_outbox.content',
  ],
  access: ['audit_leaves.detail', 'audit_leaves.salt'],
} as const;
export type Item = keyof typeof items;
const itemNames = Object.keys(items) as Item[];

export type VisitorColumn = {name: string; column: PersonalColumn};

export const visitorColumns = (tables: readonly TableDeclaration[]): VisitorColumn[] =>
  tables
    .filter(declaration => subjectsOf(declaration).includes('visitors'))
    .flatMap(({table, columns}) =>
      Object.entries(columns).flatMap(([name, column]: [string, Column]) =>
        column.kind === 'technical' ? [] : [{name: `${table}.${name}`, column}],
      ),
    );

/** The items of which some column is among these, in the order of the list. */
export const itemsOf = (columns: readonly VisitorColumn[]): Item[] =>
  itemNames.filter(item => columns.some(({name}) => (items[item] as readonly string[]).includes(name)));
