/**
 * Columns that text takes on a terminal. After Unicode Standard Annex 11 (East Asian Width): wide and full-width
 * characters and emoji take two columns, combining marks none.
 */

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const PLAIN = /^[\x20-\x7e]*$/;
const COMBINING_ONLY = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const EMOJI = /\p{Emoji_Presentation}|\uFE0F/u;

/** First and last code points of the wide and full-width ranges, ascending. */
const WIDE_RANGES: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

function isWide(codePoint: number): boolean {
  return WIDE_RANGES.some(([first, last]) => codePoint >= first && codePoint <= last);
}

function graphemeWidth(grapheme: string): number {
  if (COMBINING_ONLY.test(grapheme)) return 0;
  return EMOJI.test(grapheme) || isWide(grapheme.codePointAt(0)!) ? 2 : 1;
}

/** Columns of `text`, which must hold no control characters (see `visibleText`). */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** `text` itself when it fits into `columns`, else its beginning and `…`; never wider than `columns`. */
export function clipToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    const next = graphemeWidth(segment);
    if (width + next > columns - 1) break;
    kept += segment;
    width += next;
  }
  return `${kept}…`;
}

const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const NAMED_CONTROLS = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Stored text is a stranger's: control characters are shown, so that they cannot steer the terminal. */
export function visibleText(text: string): string {
  return text.replace(CONTROL, (character) => {
    return NAMED_CONTROLS.get(character) ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}
