import type {Migration} from '../migrate.ts';
import {keyStore} from './0000-key-store.ts';
import {accounts} from './0001-accounts.ts';
import {conversations} from './0002-conversations.ts';
import {qualification} from './0003-qualification.ts';
import {routingAndCrm} from './0004-routing-crm.ts';
import {privacyAuditJobs} from './0005-privacy-audit-jobs.ts';
import {oneAccount} from './0006-one-account.ts';
import {runOwners} from './0007-run-owners.ts';
import {clientIds} from './0008-client-ids.ts';
import {playbookDrafts} from './0009-playbook-drafts.ts';
import {aiObjections} from './0010-ai-objections.ts';
import {models} from './0011-models.ts';
import {conversationNumbers} from './0012-conversation-numbers.ts';
import {knowledge} from './0013-knowledge.ts';
import {modelServers} from './0014-model-servers.ts';
import {passageVectors} from './0015-passage-vectors.ts';
import {mail} from './0016-mail.ts';
import {secondFactor} from './0017-second-factor.ts';
import {auditProofs} from './0018-audit-proofs.ts';
import {privacyVersions} from './0019-privacy-versions.ts';
import {retentionRuns} from './0021-retention.ts';
import {consentsAndUsage} from './0024-consents-and-usage.ts';
import {subjectRequests} from './0023-subject-requests.ts';
import {cancellation} from './0022-cancellation.ts';
import {evidence} from './0026-evidence.ts';
import {residency} from './0025-residency.ts';
import {trustedTime} from './0027-trusted-time.ts';
import {witnessesElsewhere} from './0029-witnesses-elsewhere.ts';
import {keyRotation} from './0020-key-rotation.ts';
import {noPlainVisits, sealedVisits} from './0028-sealed-visits.ts';

export const keyStoreMigrations: readonly Migration[] = [keyStore, keyRotation];
export const dataMigrations: readonly Migration[] = [
  accounts,
  conversations,
  qualification,
  routingAndCrm,
  privacyAuditJobs,
  oneAccount,
  runOwners,
  clientIds,
  playbookDrafts,
  aiObjections,
  models,
  conversationNumbers,
  knowledge,
  modelServers,
  passageVectors,
  mail,
  secondFactor,
  auditProofs,
  privacyVersions,
  retentionRuns,
  consentsAndUsage,
  subjectRequests,
  cancellation,
  evidence,
  residency,
  trustedTime,
  sealedVisits,
  noPlainVisits,
  witnessesElsewhere,
];
