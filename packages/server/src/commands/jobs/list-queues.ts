import type { ValueObject } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';

export const listQueues = command('list_queues', ({ database, details }, { engine }) => {
  const queues = engine.jobs.queues(engine.database(database));
  return {
    status: 'ok',
    data: details === true ? (queues as unknown as ValueObject[]) : queues.map(({ name }) => name),
  };
});
