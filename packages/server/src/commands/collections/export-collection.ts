import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const exportCollection = command('export_collection', (fields, context) =>
  reading(fields, context, (view) => {
    const page = { offset: 0, limit: Number.MAX_SAFE_INTEGER, bytesMax: context.engine.settings.frameBytesMax };
    return { status: 'ok', data: context.engine.documents.list(view, fields.database, fields.collection, page).rows };
  }),
);
