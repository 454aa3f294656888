import type { Interface } from 'node:readline';
import type { ClassifiedToken } from '@cairn/query/internal';
import { highlighted } from './highlight.ts';

/** Longer statements are not coloured while they are typed: every key would read all of them again. */
const LENGTH_MAX = 20_000;
const SAVE_CURSOR = '\u001b7';
const RESTORE_CURSOR = '\u001b8';
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

export interface PaintedText {
  /** The lines of the statement before the one being typed, each with its line end. */
  before(): string;
  /** False while something else than the input line is at the bottom of the terminal. */
  isTyping(): boolean;
  tokens(text: string): readonly ClassifiedToken[];
}

/**
 * Colours the line being typed: after each key, when readline has written its own, the same characters are written
 * over it in colours. Nothing moves, since colours take no room.
 */
export class LinePainter {
  readonly #lines: Interface;
  readonly #text: PaintedText;
  #scheduled = false;

  constructor(lines: Interface, text: PaintedText) {
    this.#lines = lines;
    this.#text = text;
    process.stdin.on('keypress', this.repaint);
    lines.once('close', () => process.stdin.off('keypress', this.repaint));
  }

  /** Paints soon: a paste is many keys at once, and one painting for all. */
  readonly repaint = (): void => {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#paint();
    });
  };

  #paint(): void {
    const { line, cursor } = this.#lines;
    const before = this.#text.before();
    if (line === '' || CONTROL.test(line) || before.length + line.length > LENGTH_MAX || !this.#text.isTyping()) return;
    const { rows, cols } = this.#lines.getCursorPos();
    // At the very edge terminals differ on where the cursor is: the next key paints again.
    if (cols === 0 && rows > 0) return;
    const text = before + line;
    const tokens = this.#text.tokens(text);
    const place = before.length + cursor;
    const up = rows > 0 ? `\u001b[${rows}A` : '';
    const painted = [
      `${up}\r${this.#lines.getPrompt()}`,
      highlighted(text, tokens, { start: before.length, end: place }),
      SAVE_CURSOR,
      highlighted(text, tokens, { start: place, end: text.length }),
      RESTORE_CURSOR,
    ];
    process.stdout.write(painted.join(''));
  }
}
