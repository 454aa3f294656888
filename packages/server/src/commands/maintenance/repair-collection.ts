import type { Database, Finding } from '@cairn/storage';
import { requireCollection } from '../../engine/documents/documents.ts';
import { command } from '../../runner/command.ts';
import { findingsOf } from './findings.ts';

export const repairCollection = command('repair_collection', async ({ database: name, collection }, { engine }) => {
  const database = engine.database(name);
  requireThere(database, collection);
  const repaired = await database.repair(await findingsIn(database, collection));
  const left = await findingsIn(database, collection);
  return {
    status: 'ok',
    data: { repaired: repaired.length > 0, findings: left.map((finding) => ({ ...finding })) },
  };
});

async function findingsIn(database: Database, collection: string): Promise<Finding[]> {
  return (await findingsOf(database)).filter((finding) => finding.collection === collection);
}

function requireThere(database: Database, collection: string): void {
  const view = database.snapshot();
  try {
    requireCollection(view, collection);
  } finally {
    view.release();
  }
}
