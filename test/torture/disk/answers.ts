import { Unpackr } from 'msgpackr';
import type { Reply } from '../../harness/wire-connection.ts';
import type { TracedCall } from '../strace/trace.ts';
import type { TraceValue } from '../strace/trace-values.ts';

/** An answer that the traced server gave, and the line of the trace on which its last byte left. */
export interface SeenAnswer {
  readonly at: number;
  readonly reply: Reply;
}

const HEADER_BYTES = 4;
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'auto' as never });

/** The frames that a traced server wrote to its sockets, in the order of their last bytes. */
export function answersOf(calls: readonly TracedCall[]): SeenAnswer[] {
  const answers: SeenAnswer[] = [];
  const pending = new Map<string, Buffer>();
  for (const call of calls) {
    const socket = call.arguments[0];
    if ((call.name !== 'write' && call.name !== 'writev') || socket?.kind !== 'descriptor') continue;
    if (!/^(TCP|socket)/.test(socket.path) || !(Number(call.result) > 0)) continue;
    const written = flat(call.arguments[1]!).subarray(0, Number(call.result));
    let bytes: Buffer = Buffer.concat([pending.get(socket.path) ?? Buffer.alloc(0), written]);
    while (bytes.length >= HEADER_BYTES && bytes.length >= HEADER_BYTES + bytes.readUInt32BE(0)) {
      const end = HEADER_BYTES + bytes.readUInt32BE(0);
      answers.push({ at: call.began, reply: unpackr.unpack(bytes.subarray(HEADER_BYTES, end)) as Reply });
      bytes = bytes.subarray(end);
    }
    pending.set(socket.path, bytes);
  }
  return answers;
}

function flat(value: TraceValue): Buffer {
  if (value.kind === 'bytes') return value.bytes;
  return value.kind === 'list' ? Buffer.concat(value.items.map(flat)) : Buffer.alloc(0);
}
