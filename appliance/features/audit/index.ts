export {auditTables} from './privacy.ts';
export {type Audit, type AuditEntry, createAudit, rootOfLeaves} from './audit.service.ts';
