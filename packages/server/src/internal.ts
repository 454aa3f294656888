/** The door for sister packages. */

export { checkFolder, type FolderCheck } from './engine/maintenance/check-folder.ts';
export { verifyFolderAudit } from './engine/maintenance/verify-folder-audit.ts';
export * from './index.ts';
export { AuditChain, type AuditMark, type AuditVerdict } from './observability/audit/audit-chain.ts';
export { type AuditEntry, auditEntryOf } from './observability/audit/audit-entry.ts';
export { openLog } from './observability/log.ts';
export { Runner } from './runner/runner.ts';
export { Session } from './runner/session.ts';
