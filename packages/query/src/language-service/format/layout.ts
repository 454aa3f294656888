/*
 * A text that can be broken into lines in several ways, and the printer that chooses: a group is printed on one line if
 * it fits there, and otherwise with a line end at each of its lines. After Wadler, "A prettier printer" (2003).
 */

export type Layout =
  | string
  | readonly Layout[]
  /** A blank, or nothing if `soft`, where the group around it fits on its line; else a line end. */
  | { readonly kind: 'line'; readonly soft: boolean; readonly blankBefore?: boolean }
  | { readonly kind: 'group'; readonly content: Layout; readonly broken: boolean }
  | { readonly kind: 'nest'; readonly levels: number; readonly content: Layout }
  /** Parts with blanks between, each on a new line only where it does not fit behind the one before it. */
  | { readonly kind: 'fill'; readonly parts: readonly FillPart[] }
  /** Ends its line. `ownLine`: begins one as well. */
  | { readonly kind: 'comment'; readonly text: string; readonly ownLine: boolean };

export interface FillPart {
  readonly content: Layout;
  /** It ends with a bracket that may be broken to lines rather than moved to a line where it does not fit either. */
  readonly hugs: boolean;
}

export const line: Layout = { kind: 'line', soft: false };
export const softLine: Layout = { kind: 'line', soft: true };
/** A line with an empty one before it, where lines are broken. */
export const spacedLine: Layout = { kind: 'line', soft: false, blankBefore: true };

export const nest = (content: Layout, levels = 1): Layout => ({ kind: 'nest', levels, content });

/** A group; one with a comment in it can only be printed on several lines. */
export const group = (content: Layout, broken = false): Layout => ({
  kind: 'group',
  content,
  broken: broken || endsLines(content),
});

/** Whether a layout has a comment in it, behind which a line must end. */
function endsLines(layout: Layout): boolean {
  if (typeof layout === 'string') return false;
  if (isList(layout)) return layout.some(endsLines);
  switch (layout.kind) {
    case 'line':
      return false;
    case 'comment':
      return true;
    case 'group':
      return layout.broken;
    case 'nest':
      return endsLines(layout.content);
    case 'fill':
      return layout.parts.some((part) => endsLines(part.content));
  }
}

const isList = (layout: Layout): layout is readonly Layout[] => Array.isArray(layout);

interface Command {
  readonly layout: Layout;
  readonly flat: boolean;
  readonly indent: number;
  /** The parts of a fill behind its first, still to come. */
  readonly fillFrom?: number;
}

/** The text of a layout, in lines of up to `width` characters where it can be broken so. */
export function printLayout(layout: Layout, options: { readonly width: number; readonly indentUnit: string }): string {
  return new Printer(options.width, options.indentUnit).print(layout);
}

class Printer {
  readonly #width: number;
  readonly #indentUnit: string;
  /** Finished lines. */
  readonly #lines: string[] = [];
  #line = '';
  /** A comment was written: whatever comes next begins a line. */
  #lineOwed = false;

  constructor(width: number, indentUnit: string) {
    this.#width = width;
    this.#indentUnit = indentUnit;
  }

  print(layout: Layout): string {
    const commands: Command[] = [{ layout, flat: false, indent: 0 }];
    for (let command = commands.pop(); command !== undefined; command = commands.pop()) this.#step(command, commands);
    return [...this.#lines, this.#line].join('\n');
  }

  #step(command: Command, commands: Command[]): void {
    const { layout, flat, indent } = command;
    if (typeof layout === 'string') {
      if (layout !== '') this.#write(layout, indent);
    } else if (isList(layout)) {
      for (let index = layout.length - 1; index >= 0; index--) commands.push({ layout: layout[index]!, flat, indent });
    } else if (layout.kind === 'line') {
      if (!flat) this.#newLine(indent, layout.blankBefore);
      else if (!layout.soft && !this.#lineOwed) this.#write(' ', indent);
    } else if (layout.kind === 'nest') {
      commands.push({ layout: layout.content, flat, indent: indent + layout.levels });
    } else if (layout.kind === 'group') {
      const inner = { layout: layout.content, indent };
      const fits = flat || (!layout.broken && this.#fits({ ...inner, flat: true }, commands, this.#line.length));
      commands.push({ ...inner, flat: fits });
    } else if (layout.kind === 'fill') {
      this.#fill(layout.parts, command, commands);
    } else {
      if (layout.ownLine && !this.#atLineStart()) this.#newLine(indent);
      this.#write(this.#atLineStart() ? layout.text : ` ${layout.text}`, indent);
      this.#lineOwed = true;
    }
  }

  #fill(parts: readonly FillPart[], command: Command, commands: Command[]): void {
    const { flat, indent, fillFrom = 0 } = command;
    const part = parts[fillFrom];
    if (part === undefined) return;
    if (fillFrom + 1 < parts.length) commands.push({ ...command, fillFrom: fillFrom + 1 });
    if (fillFrom === 0) {
      commands.push({ layout: part.content, flat, indent });
      return;
    }
    const asPart: Command = { layout: part.content, flat: true, indent };
    const newLineColumn = this.#indentUnit.length * (indent + 1);
    const behind =
      flat ||
      this.#fits(asPart, commands, this.#line.length + 1) ||
      (part.hugs &&
        !this.#fits(asPart, [], newLineColumn) &&
        this.#fits({ ...asPart, flat: false }, [], this.#line.length + 1));
    if (behind && !this.#lineOwed) commands.push({ ...asPart, flat }, { layout: ' ', flat, indent });
    else commands.push({ layout: nest([line, part.content]), flat: false, indent });
  }

  /** Whether a command's text, and what follows it up to the next line end, fits on a line from this column on. */
  #fits(first: Command, following: readonly Command[], column: number): boolean {
    let room = this.#width - column;
    const stack: Command[] = [first];
    let next = following.length;
    while (room >= 0) {
      const command = stack.pop() ?? following[--next];
      if (command === undefined) return true;
      const { layout, flat, indent } = command;
      if (typeof layout === 'string') room -= layout.length;
      else if (isList(layout))
        for (let index = layout.length - 1; index >= 0; index--) stack.push({ layout: layout[index]!, flat, indent });
      else if (layout.kind === 'line') {
        if (!flat) return true;
        if (!layout.soft) room -= 1;
      } else if (layout.kind === 'comment') return true;
      else if (layout.kind === 'fill') {
        const from = command.fillFrom ?? 0;
        if (from > 0 && !flat) return true;
        stack.push({ layout: layout.parts.slice(from).flatMap((part) => [' ', part.content]), flat, indent });
      } else stack.push({ layout: layout.content, flat: flat && !(layout.kind === 'group' && layout.broken), indent });
    }
    return false;
  }

  #write(text: string, indent: number): void {
    if (this.#lineOwed) this.#newLine(indent);
    this.#line += text;
  }

  #newLine(indent: number, blankBefore = false): void {
    this.#lines.push(this.#line.trimEnd());
    if (blankBefore) this.#lines.push('');
    this.#line = this.#indentUnit.repeat(indent);
    this.#lineOwed = false;
  }

  #atLineStart(): boolean {
    return !this.#lineOwed && this.#line.trim() === '';
  }
}
