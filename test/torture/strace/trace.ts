import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type TraceValue, TraceValueReader } from './trace-values.ts';

/** One system call of the trace. */
export interface TracedCall {
  readonly name: string;
  readonly thread: number;
  readonly arguments: readonly TraceValue[];
  /** The lines of the trace on which it began and came back; later calls have larger numbers. */
  readonly began: number;
  /** Infinity for a call that never came back. */
  ended: number;
  /** What it answered: `8192`, `-1 EIO (Input/output error) (INJECTED)`, or nothing when it never came back. */
  result: string;
}

/** Lines longer than this are gone on with piece by piece. */
const READ_BYTES = 8 * 1024 * 1024;

/** Reads a trace that `strace -f -yy` has written: the calls in the order in which they began. */
export function readTrace(path: string): TracedCall[] {
  const calls: TracedCall[] = [];
  const unfinished = new Map<number, TracedCall>();
  let number = 0;
  for (const line of linesOf(path)) {
    number++;
    const head = /^(\d+) +(?:(\w+)\(|<\.\.\. (\w+) resumed>)/.exec(line.toString('latin1', 0, 80));
    if (head === null) continue;
    const thread = Number(head[1]);
    const tail = resultOf(line);
    if (head[3] !== undefined) {
      const call = unfinished.get(thread);
      unfinished.delete(thread);
      if (call === undefined) continue;
      call.ended = number;
      call.result = tail ?? '';
      continue;
    }
    const call: TracedCall = {
      name: head[2]!,
      thread,
      arguments: new TraceValueReader(line, head[0].length).values(),
      began: number,
      ended: tail === undefined ? Number.POSITIVE_INFINITY : number,
      result: tail ?? '',
    };
    if (tail === undefined) unfinished.set(thread, call);
    calls.push(call);
  }
  return calls;
}

/** What stands behind the last ` = `; nothing on the first half of a call that another one has broken into. */
function resultOf(line: Buffer): string | undefined {
  const tail = line.toString('latin1', Math.max(0, line.length - 400));
  const at = tail.lastIndexOf(' = ');
  if (at < 0 || tail.endsWith('<unfinished ...>')) return undefined;
  const result = tail.slice(at + 3).trim();
  return result.startsWith('?') ? undefined : result;
}

function* linesOf(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
    for (let read = 0; read < size; ) {
      const piece = Buffer.alloc(Math.min(READ_BYTES, size - read));
      read += readSync(file, piece, 0, piece.length, read);
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        yield bytes.subarray(start, end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
    if (rest.length > 0) yield rest;
  } finally {
    closeSync(file);
  }
}
