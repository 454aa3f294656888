import { clipToWidth, displayWidth, visibleText } from './display-width.ts';

export interface TableColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Narrowest column that a table is shrunk to, in terminal columns; below it nothing can be read. */
const COLUMN_WIDTH_MIN = 6;
const SEPARATOR = '  ';

/**
 * Text table for a terminal: a title row, a rule, the rows. Once made, the widths stay, so that rows of later batches
 * stand under the same titles; what does not fit is clipped with `…`.
 *
 * ```ts
 * const table = new TextTable([{ title: 'name', align: 'left' }], [['Bern']], { widthMax: 80 });
 * console.log([...table.head(), ...table.rows([['Bern']])].join('\n'));
 * ```
 */
export class TextTable {
  readonly #columns: readonly TableColumn[];
  readonly #widths: readonly number[];

  /** `sample`: the rows that decide the widths. `widthMax`: columns of the terminal; absent means no bound. */
  constructor(
    columns: readonly TableColumn[],
    sample: readonly (readonly string[])[],
    options: { widthMax?: number } = {},
  ) {
    this.#columns = columns;
    const natural = columns.map((column, index) =>
      sample.reduce(
        (width, row) => Math.max(width, displayWidth(visibleText(row[index]))),
        displayWidth(visibleText(column.title)),
      ),
    );
    this.#widths = options.widthMax === undefined ? natural : shrink(natural, options.widthMax);
  }

  head(): string[] {
    const titles = this.#line(this.#columns.map((column) => column.title));
    return [titles, this.#widths.map((width) => '─'.repeat(width)).join(SEPARATOR)];
  }

  rows(rows: readonly (readonly string[])[]): string[] {
    return rows.map((row) => this.#line(row));
  }

  #line(cells: readonly string[]): string {
    return cells
      .map((cell, index) => {
        const text = clipToWidth(visibleText(cell), this.#widths[index]);
        const padding = ' '.repeat(this.#widths[index] - displayWidth(text));
        return this.#columns[index].align === 'right' ? padding + text : text + padding;
      })
      .join(SEPARATOR)
      .trimEnd();
  }
}

/** Takes columns from the widest until all fit, so that narrow ones stay whole. */
function shrink(natural: readonly number[], widthMax: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) + SEPARATOR.length * (widths.length - 1) - widthMax;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest] <= COLUMN_WIDTH_MIN) break;
    widths[widest]--;
    excess--;
  }
  return widths;
}
