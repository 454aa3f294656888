import { command } from '../../runner/command.ts';
import { writing } from '../writing.ts';
import { jobRequest } from './job-request.ts';

export const enqueueJobs = command('enqueue_jobs', (fields, context) => {
  const { engine } = context;
  const nowMs = engine.host.nowMs();
  const requests = fields.jobs.map((job) =>
    jobRequest({ ...job, queue_name: job.queue_name ?? fields.queue_name }, nowMs),
  );
  return writing(
    fields,
    context,
    (target) => engine.jobs.enqueue(target, requests),
    (jobs, lsn) => ({ status: 'ok', data: { count: jobs.length, job_ids: jobs.map(({ _key }) => _key) }, lsn }),
  );
});
