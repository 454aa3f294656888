import { printQuery, sqlDefinition, translateSql } from '@cairn/query/internal';
import { command } from '../../runner/command.ts';
import { queryReply } from './query-reply.ts';
import { runQuery } from './query-request.ts';
import { define } from './sql-definition.ts';

export const sql = command('sql', (fields, context) => {
  const { database, query } = fields;
  const definition = sqlDefinition(query);
  if (definition !== undefined) return define(definition, fields, context);
  if (fields.dry_run === true) return { status: 'ok', data: [], extra: { sdbql: printQuery(translateSql(query)) } };
  let sdbql = '';
  const onTranslated = (translation: string) => {
    sdbql = translation;
  };
  return runQuery({ ...fields, sdbql: query, language: 'sql', onTranslated }, context, (answer) => {
    const reply = queryReply(answer, database, context, fields.batch_size);
    return reply.status === 'ok' ? { ...reply, extra: { ...reply.extra, sdbql } } : reply;
  });
});
