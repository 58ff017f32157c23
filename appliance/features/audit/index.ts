export {auditTables} from './privacy.ts';
export {type Audit, createAudit} from './audit.service.ts';
export {auditRoutes} from './audit.routes.ts';
export {witnessPlaces} from './witnesses.ts';
export type {AuditEntry} from './leaves.ts';
export {canonicalJson, signDocument, type Signed, verifySigned} from './signed.ts';
export {auditControls} from './controls.ts';
