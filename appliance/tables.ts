import {accountTables} from './features/accounts/privacy.ts';
import {auditTables} from './features/audit/privacy.ts';
import {conversationTables} from './features/conversations/privacy.ts';
import {crmTables} from './features/crm/privacy.ts';
import {insightTables} from './features/insights/privacy.ts';
import {knowledgeTables} from './features/knowledge/privacy.ts';
import {licensingTables} from './features/licensing/privacy.ts';
import {mailTables} from './features/mail/privacy.ts';
import {modelTables} from './features/models/privacy.ts';
import {operationsTables} from './features/operations/privacy.ts';
import {privacyTables} from './features/privacy/privacy.ts';
import {qualificationTables} from './features/qualification/privacy.ts';
import {routingTables} from './features/routing/privacy.ts';
import {siteTables} from './features/sites/privacy.ts';
import {jobTables} from './jobs/privacy.ts';
import {storageTables} from './storage/privacy.ts';
import type {TableDeclaration} from './storage/index.ts';

/** Every table of the appliance, as its owner declares it; a column that is not here fails a test. */
export const allTables: readonly TableDeclaration[] = [
  ...accountTables,
  ...siteTables,
  ...conversationTables,
  ...qualificationTables,
  ...routingTables,
  ...crmTables,
  ...insightTables,
  ...knowledgeTables,
  ...licensingTables,
  ...mailTables,
  ...modelTables,
  ...operationsTables,
  ...privacyTables,
  ...auditTables,
  ...jobTables,
  ...storageTables,
];
