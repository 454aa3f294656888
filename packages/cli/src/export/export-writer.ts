import { cellOf, cellText, csvLine, type Row } from '@cairn/protocol/internal';
import type { SourceFormat } from '../import/readers/source-format.ts';
import { createRowWriter } from '../output/row-writer.ts';

export interface ExportWriter {
  begin(): string;
  write(rows: readonly Row[]): string;
  end(): string;
}

/** Writes what `cairn import` reads. `columns` are those of CSV and TSV. */
export function createExportWriter(format: SourceFormat, columns: readonly string[] = []): ExportWriter {
  if (format === 'json' || format === 'ndjson') {
    const writer = createRowWriter(format);
    return { begin: () => '', write: (rows) => writer.write(rows), end: () => writer.end() };
  }
  const delimiter = format === 'tsv' ? '\t' : ',';
  return {
    begin: () => (columns.length === 0 ? '' : csvLine(columns, delimiter)),
    write: (rows) =>
      rows
        .map((row) =>
          csvLine(
            columns.map((column) => csvCell(row, column)),
            delimiter,
          ),
        )
        .join(''),
    end: () => '',
  };
}

/** An absent field and null are both empty, as `--infer-types` reads them back. */
function csvCell(row: Row, column: string): string {
  const value = cellOf(row, column);
  return value === null ? '' : cellText(value);
}
