import type {EgressPurpose} from '../../../egress/contract.ts';
import type {Category, Erasure, LegalBasis, Purpose, RetentionClass} from '../../../storage/index.ts';
import type {SubjectKind} from '../data-map.ts';
import type {RetentionCategory, RetentionSaid} from '../retention/index.ts';
import type {UsageCategory} from '../usage-columns.ts';
import type {TransferBasis} from '../destinations.store.ts';

/** What the console's documents call the terms of a declaration. Each list is closed: a new term needs its words here. */
export const categoryWords: Record<Category, string> = {
  D1: 'Identity and contact',
  D2: 'Conversation',
  D3: 'Video session',
  D4: 'Prospect',
  D5: 'Usage and access',
  D6: 'Billing references',
};
export const purposeWords: Record<Purpose, string> = {
  service: 'Talking with visitors and answering them',
  qualification: 'Understanding what a visitor needs, and scoring it',
  routing: 'Bringing visitor and agent together',
  crm_sync: 'Passing qualified leads on to the CRM',
  security: 'Protecting the service and proving who had access',
  administration: 'Running the appliance and answering for it',
  privacy_rights: 'Informing people and fulfilling their rights',
  usage: 'Finding faults and improving the service',
};
export const basisWords: Record<LegalBasis, string> = {
  contract: 'Contract or steps before one, Art. 6(1)(b)',
  legitimate_interest: 'Legitimate interest, Art. 6(1)(f)',
  consent: 'Consent, Art. 6(1)(a)',
  legal_obligation: 'Legal obligation, Art. 6(1)(c)',
};
export const usageWords: Record<UsageCategory, string> = {
  address: 'Network address',
  device: 'Device and browser type',
  pages: 'Pages visited while the chat is open or minimised, without query and title',
  time: 'Time the chat is open',
  video: 'Use of Instant Video',
  crm: 'API calls made for CRM synchronisation',
};
export const modeWords = {
  ask: 'on consent, asked for first (Art. 6(1)(a))',
  inform: 'from the opening of the chat on, with a word and an objection (Art. 6(1)(f), Art. 21)',
} as const;
export const subjectWords: Record<SubjectKind, string> = {
  visitors: 'visitors of the websites',
  colleagues: 'agents and administrators',
  organisation: 'people the organisation itself names',
};
export const erasureWords: Record<Erasure, string> = {
  key: 'the person’s key is destroyed, then the row is deleted',
  row: 'the row or the value is deleted',
  none: 'kept: it is the organisation’s own',
};
export const egressWords: Record<EgressPurpose, string> = {
  crm_sync: 'CRM',
  mail: 'E-mail',
  licence: 'Licence check',
  model_server: 'Model server',
  model_mirror: 'Source of model files',
  backup: 'Backup target',
  audit_witness: 'Audit witness',
  identity_provider: 'Identity provider',
  turn: 'Video relay (TURN)',
  benchmark: 'Benchmark',
};

const periodWords: Record<RetentionCategory, (days: number) => string> = {
  conversations: days => `${days} days after the last message`,
  leads: days => `${days} days after the last change`,
  usage: days => `${days} days`,
  mail: days => `${days} days after a letter was made`,
};

/** A website's own period stands beside the organisation's, and so does the least that a law demands. */
export const keptWords = (retentionClass: RetentionClass, {days, sites, minimums}: RetentionSaid): string => {
  if (retentionClass === 'with_subject') return 'as long as what it belongs to';
  if (retentionClass === 'account' || retentionClass === 'audit')
    return 'as long as the organisation runs the appliance';
  const own = sites.flatMap(site => {
    const period = site.days[retentionClass];
    return period === undefined ? [] : [`on ${site.name} ${period} days`];
  });
  const least = minimums
    .filter(({category}) => category === retentionClass)
    .map(one => `at least ${one.days} days by ${one.law}`);
  return [periodWords[retentionClass](days[retentionClass]), ...own, ...least].join(', ');
};

/** Why data may go to another region. */
export const transferWords: Record<TransferBasis, string> = {
  adequacy_decision: 'an adequacy decision (Art. 45 GDPR)',
  standard_clauses: 'standard contractual clauses (Art. 46 GDPR)',
  binding_rules: 'binding corporate rules (Art. 47 GDPR)',
  explicit_consent: 'explicit consent (Art. 49(1)(a) GDPR)',
  contract_performance: 'a contract with the person (Art. 49(1)(b) GDPR)',
};
