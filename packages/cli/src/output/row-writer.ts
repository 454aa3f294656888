import type { Value } from '@cairn/protocol';
import { cellOf, cellText, columnsOf, csvLine, type Row } from '@cairn/protocol/internal';
import { formatCountOf } from '../terminal/quantities.ts';
import { TextTable } from '../terminal/table.ts';
import { jsonText } from './json-text.ts';

export const ROW_FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** Turns batches of rows into text of one format. The answer's text is what `write` and `end` give, in order. */
export interface RowWriter {
  write(rows: readonly Row[]): string;
  end(): string;
}

export interface RowWriterOptions {
  /** Columns of the terminal; absent means no bound. */
  readonly widthMax?: number;
  /** Show `_id`, `_rev`, `_created_at`, `_updated_at` in tables. */
  readonly system?: boolean;
}

export function createRowWriter(format: RowFormat, options: RowWriterOptions = {}): RowWriter {
  switch (format) {
    case 'table':
      return new TableRowWriter(options);
    case 'json':
      return new JsonRowWriter();
    case 'ndjson':
      return new NdjsonRowWriter();
    case 'csv':
      return new CsvRowWriter();
  }
}

/** A table whose columns and widths are those of the first batch, so that memory stays bounded by one. */
class TableRowWriter implements RowWriter {
  readonly #options: RowWriterOptions;
  #table: TextTable | undefined;
  #columns: string[] = [];
  #rows = 0;

  constructor(options: RowWriterOptions) {
    this.#options = options;
  }

  write(rows: readonly Row[]): string {
    if (rows.length === 0) return '';
    this.#rows += rows.length;
    const lines = this.#table === undefined ? this.#begin(rows) : [];
    lines.push(...this.#table!.rows(this.#cells(rows)));
    return `${lines.join('\n')}\n`;
  }

  end(): string {
    return `(${formatCountOf(this.#rows, 'row')})\n`;
  }

  #begin(rows: readonly Row[]): string[] {
    this.#columns = columnsOf(rows, { hideSystem: this.#options.system !== true });
    const columns = this.#columns.map((title) => {
      const right = rows.every((row) =>
        ['number', 'bigint', 'undefined'].includes(typeof (cellOf(row, title) ?? undefined)),
      );
      return { title, align: right ? ('right' as const) : ('left' as const) };
    });
    this.#table = new TextTable(columns, this.#cells(rows), { widthMax: this.#options.widthMax });
    return this.#table.head();
  }

  #cells(rows: readonly Row[]): string[][] {
    return rows.map((row) => this.#columns.map((column) => cellText(cellOf(row, column))));
  }
}

class JsonRowWriter implements RowWriter {
  #any = false;

  write(rows: readonly Row[]): string {
    return rows.map((row) => `${this.#separator()}${indented(row)}`).join('');
  }

  end(): string {
    return this.#any ? '\n]\n' : '[]\n';
  }

  #separator(): string {
    const separator = this.#any ? ',\n  ' : '[\n  ';
    this.#any = true;
    return separator;
  }
}

function indented(row: Value): string {
  return jsonText(row, 2).replaceAll('\n', '\n  ');
}

class NdjsonRowWriter implements RowWriter {
  write(rows: readonly Row[]): string {
    return rows.map((row) => `${jsonText(row)}\n`).join('');
  }

  end(): string {
    return '';
  }
}

/** CSV whose columns are those of the first batch. */
class CsvRowWriter implements RowWriter {
  #columns: string[] | undefined;

  write(rows: readonly Row[]): string {
    if (rows.length === 0) return '';
    const head = this.#columns === undefined;
    this.#columns ??= columnsOf(rows);
    const columns = this.#columns;
    const lines = rows.map((row) => csvLine(columns.map((column) => cellText(cellOf(row, column)))));
    return (head ? csvLine(columns) : '') + lines.join('');
  }

  end(): string {
    return '';
  }
}
