import {
  CairnError,
  encodeValue,
  RawValue,
  recordFormatNamed,
  recordFormatOf,
  recordReader,
  SourceFormatError,
  type ValueObject,
} from '@cairn/protocol/internal';

/**
 * The documents of a text in one of the formats of imports, as a list of them would have come.
 *
 * @param format `json`, `jsonl` or `csv`; without it the text tells by how it begins
 * @throws CairnError `invalid_argument` for what is no document, with its line
 */
export function documentsOfText(text: string, format: string | undefined): RawValue {
  const bytes = Buffer.from(text, 'utf8');
  const named = format === undefined ? recordFormatOf(bytes) : recordFormatNamed(format);
  if (named === undefined) throw new CairnError('invalid_argument', `'${format}' is none of json, jsonl and csv`);
  const encoded = encodeValue(read(named, bytes));
  return new RawValue(encoded, 0, encoded.length);
}

function read(format: Parameters<typeof recordReader>[0], bytes: Uint8Array): ValueObject[] {
  try {
    const reader = recordReader(format);
    return [...reader.push(bytes), ...reader.end()].map((record) => {
      if (record.kind === 'document') return record.document;
      throw new CairnError('invalid_argument', `line ${record.line}: ${record.reason}`, {
        details: { line: record.line },
      });
    });
  } catch (error) {
    if (error instanceof SourceFormatError) throw new CairnError('invalid_argument', error.message);
    throw error;
  }
}
