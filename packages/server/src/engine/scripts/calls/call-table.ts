import { type HostCallName, isReadingCall } from '@cairn/scripting/internal';
import type { HostCall } from '../run/call-context.ts';
import { CALLER_CALLS } from './caller-calls.ts';
import { DOCUMENT_CALLS } from './document-calls.ts';
import { FETCH_CALLS } from './fetch-calls.ts';
import { FILE_CALLS } from './file-calls.ts';
import { IMAGE_CALLS } from './image-calls.ts';
import { JOB_CALLS } from './job-calls.ts';
import { MEMORY_CALLS } from './memory-calls.ts';
import { QUERY_CALLS } from './query-calls.ts';
import { SESSION_CALLS } from './session-calls.ts';
import { SOCKET_CALLS } from './socket-calls.ts';
import { TIME_CALLS } from './time-calls.ts';
import { TRANSACTION_CALLS } from './transaction-calls.ts';

/** Every host call by its name. The type holds it to the table that the script APIs are built on. */
const CALLS: Readonly<Record<HostCallName, HostCall>> = {
  ...DOCUMENT_CALLS,
  ...QUERY_CALLS,
  ...TRANSACTION_CALLS,
  ...JOB_CALLS,
  ...MEMORY_CALLS,
  ...SESSION_CALLS,
  ...FETCH_CALLS,
  ...TIME_CALLS,
  ...FILE_CALLS,
  ...IMAGE_CALLS,
  ...CALLER_CALLS,
  ...SOCKET_CALLS,
};

const byName = new Map<string, HostCall>(Object.entries(CALLS));

/** Whether a call changes nothing, as far as its name tells: a query says itself what it has done. */
export function isReading(name: string): boolean {
  return name === 'db.query' || isReadingCall(name);
}

export function hostCall(name: string): HostCall | undefined {
  return byName.get(name);
}
