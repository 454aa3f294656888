import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const listDocuments = command('list', (fields, context) =>
  reading(fields, context, (view) => {
    const page = { offset: fields.offset, limit: fields.limit, bytesMax: context.engine.settings.frameBytesMax };
    const { rows, total } = context.engine.documents.list(view, fields.database, fields.collection, page);
    return { status: 'ok', data: rows, count: total };
  }),
);
