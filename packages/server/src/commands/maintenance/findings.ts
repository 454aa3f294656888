import type { Database, Finding } from '@cairn/storage';

/** All that a check of a database finds. */
export async function findingsOf(database: Database): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of database.check()) findings.push(finding);
  return findings;
}
