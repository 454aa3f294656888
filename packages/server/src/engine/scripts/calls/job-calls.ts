import { decodeValue, EncodedValue, isObject, type OkReply, type Value } from '@cairn/protocol/internal';
import { type CallContext, type HostCall, textParameter } from '../run/call-context.ts';
import { insideTransaction } from './transaction-calls.ts';

/**
 * A job that a script enqueues without a time of its own begins no earlier: what enqueues it may go on writing what the job is
 * about, look at it, or cancel it.
 */
const BEGINS_AFTER_MS = 250;
const TIMES = ['run_at', 'delay', 'delay_ms'];

/** Scripts that run later or by a schedule. */
export const JOB_CALLS = {
  'job.enqueue': async (parameters, context) => {
    const options = optionsOf(parameters[3]);
    const hasTime = TIMES.some((name) => (options[name] ?? null) !== null);
    const reply = await context.ask('enqueue_job', {
      queue_name: textParameter(parameters, 0, 'the queue'),
      script_path: textParameter(parameters, 1, 'the script'),
      params: parameters[2] ?? null,
      ...(hasTime ? {} : { delay_ms: BEGINS_AFTER_MS }),
      ...options,
      tx_id: insideTransaction(parameters[4], context),
    });
    return keyIn(reply);
  },
  'job.status': async (parameters, context) => {
    const job_id = textParameter(parameters, 0, 'the id');
    const reply = await context.send('get_job', { job_id });
    if (reply.status !== 'error') return ((reply as OkReply).data as EncodedValue | Value) ?? null;
    if (reply.error.code === 'not_found') return null;
    throw reply.error;
  },
  'job.cancel': async (parameters, context) => {
    await context.ask('cancel_job', { job_id: textParameter(parameters, 0, 'the id') });
    return true;
  },
  'job.cron': async (parameters, context) => {
    const cron_expression = textParameter(parameters, 0, 'the schedule');
    const script_path = textParameter(parameters, 1, 'the script');
    const reply = await context.ask('create_cron_job', {
      name: script_path,
      cron_expression,
      script_path,
      params: parameters[2] ?? null,
      ...optionsOf(parameters[3]),
    });
    return keyIn(reply);
  },
} satisfies Record<string, HostCall>;

function optionsOf(given: Value | undefined): Parameters<CallContext['ask']>[1] {
  return isObject(given) ? given : {};
}

/** The key of the record that a command answers with. */
function keyIn({ data }: OkReply): Value {
  const record = data instanceof EncodedValue ? decodeValue(data.bytes, data.start) : (data as Value);
  if (typeof record === 'string') return record;
  return isObject(record) ? (record._key ?? record.job_id ?? null) : null;
}
