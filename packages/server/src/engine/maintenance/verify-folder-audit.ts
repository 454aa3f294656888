import { stat } from 'node:fs/promises';
import { CairnError } from '@cairn/protocol/internal';
import { Store } from '@cairn/storage';
import type { AuditMark, AuditVerdict } from '../../observability/audit/audit-chain.ts';
import { verifyAuditIn } from '../../observability/audit/audit-log.ts';
import { SYSTEM_DATABASE } from '../system-database.ts';

/**
 * Follows the chain of the audit log of a folder that no server has open.
 *
 * @param expected marks noted elsewhere, which the chain must pass through
 * @throws CairnError `invalid_argument` when a server has the folder open, `not_found`
 */
export async function verifyFolderAudit(dataDir: string, expected: readonly AuditMark[] = []): Promise<AuditVerdict> {
  // Opening makes what is not there.
  const found = await stat(dataDir).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new CairnError('not_found', `there is no folder ${dataDir}`);
  const store = await Store.open({ path: dataDir, mustExist: true });
  try {
    return await verifyAuditIn(store.database(SYSTEM_DATABASE), expected);
  } finally {
    await store.close();
  }
}
