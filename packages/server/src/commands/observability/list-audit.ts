import type { Value } from '@cairn/protocol/internal';
import { auditBody } from '../../observability/audit/audit-entry.ts';
import { command } from '../../runner/command.ts';

export const listAudit = command('list_audit', (fields, { engine }) => {
  const { entries, next = null } = engine.audit.list(fields);
  return { status: 'ok', data: { entries: entries.map((entry): Value => auditBody(entry)), next } };
});
