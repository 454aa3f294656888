import { cellOf, cellText, columnsOf, csvLine, encodeValue, type Value } from '@cairn/protocol/internal';
import type { AnswerFormat } from './answer-format.ts';
import { jsonText } from './json-text.ts';

/** Batches of rows as the pieces of one body. What fetches the rows is told when nobody wants more. */
export function rowStream(
  rows: AsyncIterable<readonly Value[]>,
  format: AnswerFormat,
): AsyncIterable<string | Uint8Array> {
  switch (format) {
    case 'json':
      return jsonArray(rows);
    case 'ndjson':
      return eachBatch(rows, (batch) => batch.map((row) => `${jsonText(row)}\n`).join(''));
    case 'msgpack':
      return eachBatch(rows, (batch) => Buffer.concat(batch.map(encodeValue)));
    case 'csv':
      return csv(rows);
  }
}

async function* eachBatch<T>(
  rows: AsyncIterable<readonly Value[]>,
  written: (batch: readonly Value[]) => T,
): AsyncGenerator<T> {
  for await (const batch of rows) if (batch.length > 0) yield written(batch);
}

async function* jsonArray(rows: AsyncIterable<readonly Value[]>): AsyncGenerator<string> {
  let separator = '[';
  for await (const batch of rows) {
    if (batch.length === 0) continue;
    yield separator + batch.map(jsonText).join(',');
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

/** The columns are those of the first batch: later ones have gone when the first is sent. */
async function* csv(rows: AsyncIterable<readonly Value[]>): AsyncGenerator<string> {
  let columns: readonly string[] | undefined;
  for await (const batch of rows) {
    if (batch.length === 0) continue;
    const head = columns === undefined;
    const names = (columns ??= columnsOf(batch));
    const lines = batch.map((row) => csvLine(names.map((name) => cellText(cellOf(row, name)))));
    yield (head ? csvLine(names) : '') + lines.join('');
  }
}
