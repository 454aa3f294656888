import { type Logger as PinoLogger, pino } from 'pino';
import type { Settings } from '../settings.ts';
import { redacted } from './redaction/redact.ts';

export type Logger = PinoLogger;

/** Where lines of the log go. */
export interface LogDestination {
  write(line: string): void;
}

/**
 * The server's log: JSON lines on standard error, without requests' contents and without secrets, whatever object they came in.
 *
 * @param destination standard error when absent
 */
export function openLog(level: Settings['logLevel'], destination?: LogDestination): Logger {
  const formatters = { log: (line: object) => redacted(line) as Record<string, unknown> };
  return pino({ name: 'cairn', level, formatters }, destination ?? pino.destination({ fd: 2, sync: true }));
}
