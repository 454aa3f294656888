import { printQuery, translateSql as translated } from '@cairn/query/internal';
import { command } from '../../runner/command.ts';

export const translateSql = command('translate_sql', ({ query }) => ({
  status: 'ok',
  data: { sql: query, sdbql: printQuery(translated(query)) },
}));
