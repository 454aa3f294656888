import { CairnError, type FieldsOf, LIMITS } from '@cairn/protocol/internal';
import type { JobRequest } from '@cairn/scripting/internal';

type Asked = Omit<FieldsOf<'enqueue_job'>, 'database' | 'tx_id' | 'timeout_ms'>;

/** Numbers from here on are milliseconds, below seconds: the seconds would be in the year 5138. */
const MILLISECONDS_FROM = 1e11;

/** A job as it is asked for, with its time as the clock of the server has it. @throws CairnError `invalid_argument` */
export function jobRequest(fields: Asked, nowMs: number): JobRequest {
  const { queue_name: queue, run_at, delay, delay_ms, ...rest } = fields;
  return { queue, ...rest, run_at_ms: runAtMs({ run_at, delay, delay_ms }, nowMs) };
}

function runAtMs({ run_at, delay, delay_ms }: Pick<Asked, 'run_at' | 'delay' | 'delay_ms'>, nowMs: number): number {
  if (delay_ms !== undefined) return nowMs + delay_ms;
  if (delay !== undefined) return checked(nowMs + Math.round(delay * 1000), delay);
  if (run_at === undefined) return nowMs;
  const number = typeof run_at === 'string' && /^\d+$/.test(run_at) ? Number(run_at) : run_at;
  if (typeof number === 'string') return checked(Date.parse(number), run_at);
  return checked(Math.round(number >= MILLISECONDS_FROM ? number : number * 1000), run_at);
}

function checked(timeMs: number, given: string | number): number {
  if (timeMs >= 0 && timeMs <= LIMITS.timeMaxMs) return timeMs;
  throw new CairnError(
    'invalid_argument',
    `'${String(given).slice(0, 100)}' is no time: seconds since 1970 or RFC 3339`,
  );
}
