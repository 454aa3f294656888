import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess } from '../../harness/server-process.ts';
import { WireConnection } from '../../harness/wire-connection.ts';
import { prepareBank } from '../load/bank.ts';
import { OperationLog } from '../load/operation.ts';
import { requireStrace, straceArguments } from '../strace/strace-process.ts';
import { readTrace } from '../strace/trace.ts';
import { answersOf, type SeenAnswer } from './answers.ts';
import { DISK_CALLS, findFiles, RecordedDisk } from './recorded-disk.ts';

const TRACE_END_TIMEOUT_MS = 60_000;
/** In these last bytes stand the ends of all threads. */
const TRACE_TAIL_BYTES = 20_000;
const PREPARED = 'prepared';

export interface RecordingOptions {
  /** Where the server's data is, or will be. */
  readonly dataDir: string;
  /** How the bank is made or found, before the load. */
  readonly prepare?: (wire: WireConnection) => Promise<void>;
  readonly trace: string;
  readonly injections?: readonly string[];
  /** Whether the server ends in order, after the load, or is killed. */
  readonly stops?: boolean;
  /** Writes to the prepared bank until enough is recorded. */
  readonly load: (port: number, log: OperationLog) => Promise<void>;
}

/** All that a server did to its disk and told its clients, from its first start to its death, on one line of time. */
export interface Recording {
  readonly disk: RecordedDisk;
  readonly answers: readonly SeenAnswer[];
  readonly log: OperationLog;
  /** The line on which the bank was promised to be there, and the last line of all. */
  readonly preparedAt: number;
  readonly endsAt: number;
}

/** Runs a server under strace while `load` writes, kills it, and reads the trace. @throws Skipped without strace */
export async function record(recording: RecordingOptions): Promise<Recording> {
  const { dataDir, trace, injections, load, prepare = prepareBank } = recording;
  requireStrace();
  mkdirSync(dataDir, { recursive: true });
  const found = findFiles(dataDir);
  const options = { calls: [DISK_CALLS], injections, output: trace, withData: true };
  const server = await ServerProcess.start({
    dataDir,
    under: ['strace', '-D', '--seccomp-bpf', ...straceArguments(options)],
    // Descriptors of files must not be written to behind the tracer's back.
    environment: { UV_USE_IO_URING: '0' },
  });
  const log = new OperationLog();
  try {
    const wire = await WireConnection.login(server.port);
    await prepare(wire);
    await wire.call('ping', { rid: PREPARED });
    wire.close();
    await load(server.port, log);
    if (recording.stops === true) await server.stop();
  } finally {
    await server.kill();
  }
  await traceEnds(trace, server.pid);
  const calls = readTrace(trace);
  const answers = answersOf(calls);
  const preparedAt = answers.find(({ reply }) => reply.rid === PREPARED)?.at;
  if (preparedAt === undefined)
    throw new Error('the trace does not show the answer to the last request before the load');
  return { disk: new RecordedDisk(dataDir, calls, found), answers, log, preparedAt, endsAt: calls.at(-1)!.began };
}

/** The tracer writes its file to the end after the server has died. */
async function traceEnds(trace: string, pid: number): Promise<void> {
  const deadline = Date.now() + TRACE_END_TIMEOUT_MS;
  const end = new RegExp(`^${pid} +\\+\\+\\+ `, 'm');
  while (!existsSync(trace) || !end.test(readFileSync(trace).subarray(-TRACE_TAIL_BYTES).toString('latin1'))) {
    if (Date.now() > deadline) throw new Error('the trace does not end');
    await sleep(20);
  }
}
