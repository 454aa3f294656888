import type { RowFormat } from '../output/row-writer.ts';
import type { Dialect } from './dialect.ts';

/** What a shell remembers between statements. */
export interface ShellSettings {
  database: string;
  format: RowFormat;
  timing: boolean;
  dialect: Dialect;
}
