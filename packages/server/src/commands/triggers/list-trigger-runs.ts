import type { ValueObject } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';

export const listTriggerRuns = command('list_trigger_runs', ({ database, trigger_id, limit }, { engine }) => ({
  status: 'ok',
  data: { ...engine.triggers.report(engine.database(database), trigger_id, limit) } as unknown as ValueObject,
}));
