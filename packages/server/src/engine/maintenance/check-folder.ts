import { CairnError } from '@cairn/protocol/internal';
import { type CheckProgress, type Finding, Store } from '@cairn/storage';

export interface FolderCheck {
  readonly dataDir: string;
  /** Absent: every database of the folder. */
  readonly database?: string;
  /** Builds anew the indexes and counters that do not fit their documents. */
  readonly repair?: boolean;
  readonly onFinding: (finding: Finding) => void;
  readonly onProgress?: (progress: CheckProgress) => void;
}

/**
 * Checks the databases of a folder that no server has open; answers the collections that were repaired, as
 * `database/collection`.
 * @throws CairnError `invalid_argument` when a server has the folder open, `not_found`, also of the folder
 */
export async function checkFolder({
  dataDir,
  database,
  repair,
  onFinding,
  onProgress,
}: FolderCheck): Promise<string[]> {
  const store = await Store.open({ path: dataDir, mustExist: true });
  const repaired: string[] = [];
  try {
    for (const name of database === undefined ? store.databaseNames() : [database]) {
      const findings: Finding[] = [];
      for await (const finding of findingsOf(store, name, onProgress)) {
        findings.push(finding);
        onFinding(finding);
      }
      if (!repair || !findings.some((finding) => finding.isRepairable)) continue;
      const collections = await store.database(name).repair(findings);
      repaired.push(...collections.map((collection) => `${name}/${collection}`));
    }
    return repaired;
  } finally {
    await store.close();
  }
}

async function* findingsOf(store: Store, name: string, onProgress: FolderCheck['onProgress']): AsyncGenerator<Finding> {
  try {
    yield* store.database(name).check(onProgress);
  } catch (error) {
    if (!(error instanceof CairnError) || error.code !== 'corruption') throw error;
    // So damaged that it does not open.
    yield { kind: 'catalogue', database: name, message: error.message, isRepairable: false };
  }
}
