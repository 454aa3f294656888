import { NdjsonReader, RECORD_LIMITS, type SourceRecord } from '@cairn/protocol/internal';
import { CommandError } from '../command-error.ts';
import { DUMP_FORMAT, type DumpLine, noDump, parseDumpLine } from './dump-format.ts';
import { PrecedingHash } from './preceding-hash.ts';
import { untag } from './tagged-json.ts';

/** A document as text may be longer than a frame: bytes grow by a third, and escapes by more. */
const LINE_MAX_BYTES = 4 * RECORD_LIMITS.recordMaxBytes;

/**
 * The lines of a dump with the bytes up to their ends. Throws for the first line that is none: a dump is whole or it
 * is broken. That it has its end is checked as well.
 */
export async function* readDump(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly line: DumpLine; readonly offset: number; readonly bytes: number }> {
  const reader = new NdjsonReader(undefined, { recordMaxBytes: LINE_MAX_BYTES });
  let last: DumpLine | undefined;
  const hash = new PrecedingHash();
  let version = 0;
  for await (const records of inPieces(reader, hashed(chunks, hash))) {
    for (const record of records) {
      if (last?.kind === 'end') throw new CommandError(`line ${record.line} stands behind the end of the dump`);
      if (record.kind === 'bad') {
        throw last === undefined ? noDump() : new CommandError(`line ${record.line} of the dump: ${record.reason}`);
      }
      if (last === undefined && record.document.format !== DUMP_FORMAT) throw noDump();
      const line = parseDumpLine(untag(record.document), record.line);
      last = line;
      if (line.kind === 'header') version = line.version;
      yield { line, offset: record.endOffset, bytes: record.bytes };
    }
  }
  if (last === undefined) throw noDump();
  if (last.kind !== 'end') throw new CommandError('the dump is cut off: its last line is missing');
  if (version >= 2 && last.sha256 !== hash.digest()) {
    throw new CommandError('the dump is damaged: its lines are not those that its checksum was made of');
  }
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: PrecedingHash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.push(chunk);
    yield chunk;
  }
}

async function* inPieces(
  reader: NdjsonReader,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly SourceRecord[]> {
  for await (const chunk of chunks) yield reader.push(chunk);
  yield reader.end();
}
