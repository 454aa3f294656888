/** A piece of script as it is run: what was typed, with what earlier pieces have left before it. */
export interface Cell {
  readonly code: string;
  /** Lines that stand before what was typed. */
  readonly linesBefore: number;
  /** Texts that define the functions that it leaves, to be put before later pieces, because functions are no data. */
  readonly definitions: readonly string[];
}

/** The shape of a text without what stands in quotes and brackets, to tell an expression from a statement by. */
export function outline(code: string): string {
  let text = code.replace(/(["'`])(?:\\.|(?!\1)[^\\])*\1/gs, '""');
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/\([^(){}[\]]*\)|\{[^(){}[\]]*\}|\[[^(){}[\]]*\]/g, '""');
  }
  return text.trim();
}

/** Counts lines in a message from what was typed on. */
export function inTypedLines(message: string, name: string, linesBefore: number): string {
  if (linesBefore === 0) return message;
  return message.replace(new RegExp(`\\b${name}:(\\d+)`, 'g'), (place, line: string) => {
    return Number(line) > linesBefore ? `${name}:${Number(line) - linesBefore}` : place;
  });
}
