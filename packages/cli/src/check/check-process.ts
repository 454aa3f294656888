import { checkFolder } from '@cairn/server/internal';
import type { CheckMessage, CheckTask } from './check-messages.ts';

// The process that `cairn check --data-dir` starts: it may be ended by damaged pages, and the other says so.
const say = (message: CheckMessage): boolean => process.send!(message);

process.once('message', async (task: CheckTask) => {
  try {
    const repaired = await checkFolder({
      ...task,
      onFinding: ({ database, collection, message }) => say({ kind: 'finding', database, collection, message }),
      onProgress: (progress) => say({ kind: 'progress', ...progress }),
    });
    say({ kind: 'done', repaired });
  } catch (error) {
    say({ kind: 'failed', message: (error as Error).message });
  }
  process.disconnect();
});
