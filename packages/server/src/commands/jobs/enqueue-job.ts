import { command } from '../../runner/command.ts';
import { writing } from '../writing.ts';
import { jobRequest } from './job-request.ts';
import { shownJob } from './shown-job.ts';

export const enqueueJob = command('enqueue_job', (fields, context) => {
  const { engine } = context;
  const { database: _database, tx_id: _transaction, timeout_ms: _timeout, ...asked } = fields;
  const request = jobRequest(asked, engine.host.nowMs());
  return writing(
    fields,
    context,
    (target) => engine.jobs.enqueue(target, [request]),
    ([job], lsn) => ({ status: 'ok', data: shownJob(job!), lsn }),
  );
});
