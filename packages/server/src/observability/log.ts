import { type Logger as PinoLogger, pino } from 'pino';
import type { Settings } from '../settings.ts';

export type Logger = PinoLogger;

/** Members that never reach the log, however an object came to have them. */
const SECRETS = ['password', 'adminPassword', 'old_password', 'new_password', 'api_key', 'token', 'password_hash'];

/** The server's log: JSON lines on standard error, without requests' contents and without secrets. */
export function openLog(level: Settings['logLevel']): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`]);
  return pino({ name: 'cairn', level, redact: { paths, censor: '[secret]' } }, pino.destination({ fd: 2, sync: true }));
}
