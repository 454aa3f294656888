import { command } from '../../runner/command.ts';

export const listDatabases = command('list_databases', (_fields, { engine, session }) => ({
  status: 'ok',
  data: engine.databaseNames().filter((name) => session.rights.allowsSomewhereIn(name, 'read')),
}));
