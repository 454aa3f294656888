import type { RowFormat } from '../output/row-writer.ts';

/** What a shell remembers between statements. */
export interface ShellSettings {
  database: string;
  format: RowFormat;
  timing: boolean;
}
