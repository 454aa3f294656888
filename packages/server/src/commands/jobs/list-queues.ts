import type { ValueObject } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';

export const listQueues = command('list_queues', ({ database }, { engine }) => ({
  status: 'ok',
  data: engine.jobs.queues(engine.database(database)) as unknown as ValueObject[],
}));
