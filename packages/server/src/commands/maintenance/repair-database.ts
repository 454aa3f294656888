import { command } from '../../runner/command.ts';
import { findingsOf } from './findings.ts';

export const repairDatabase = command('repair_database', async (fields, { engine }) => {
  const database = engine.database(fields.database);
  const collections = await database.repair(await findingsOf(database));
  const left = await findingsOf(database);
  return { status: 'ok', data: { collections, findings: left.map((finding) => ({ ...finding })) } };
});
