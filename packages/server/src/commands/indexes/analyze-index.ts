import { command } from '../../runner/command.ts';
import { reading } from '../reading.ts';

export const analyzeIndex = command('analyze_index', (fields, context) =>
  reading(fields, context, (view) => ({
    status: 'ok',
    data: context.engine.collections.index(view, fields.collection, fields.name),
  })),
);
