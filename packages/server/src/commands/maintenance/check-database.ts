import { command } from '../../runner/command.ts';
import { findingsOf } from './findings.ts';

export const checkDatabase = command('check_database', async ({ database }, { engine }) => ({
  status: 'ok',
  data: (await findingsOf(engine.database(database))).map((finding) => ({ ...finding })),
}));
