import type {EgressPurpose} from '../../../egress/contract.ts';
import type {Category, Erasure, LegalBasis, Purpose, RetentionClass} from '../../../storage/index.ts';
import type {SubjectKind} from '../data-map.ts';
import type {TransferBasis} from '../destinations.store.ts';
import type {RetentionDays} from '../retention.service.ts';

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

export const keptWords = (retentionClass: RetentionClass, days: RetentionDays): string => {
  if (retentionClass === 'conversations') return `${days.conversations} days after the last message`;
  if (retentionClass === 'leads') return `${days.leads} days after the last change`;
  if (retentionClass === 'usage') return `${days.usage} days`;
  if (retentionClass === 'with_subject') return 'as long as what it belongs to';
  return 'as long as the organisation runs the appliance';
};

/** Why data may go to another region. */
export const transferWords: Record<TransferBasis, string> = {
  adequacy_decision: 'an adequacy decision (Art. 45 GDPR)',
  standard_clauses: 'standard contractual clauses (Art. 46 GDPR)',
  binding_rules: 'binding corporate rules (Art. 47 GDPR)',
  explicit_consent: 'explicit consent (Art. 49(1)(a) GDPR)',
  contract_performance: 'a contract with the person (Art. 49(1)(b) GDPR)',
};
