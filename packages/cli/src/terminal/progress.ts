import { clipToWidth } from './display-width.ts';
import { formatBytes, formatCount, formatCountOf, formatDuration } from './quantities.ts';
import { RateMeter } from './rate.ts';

/** What a progress line is drawn from. `total` and `done` are in the same unit (mostly bytes of the source). */
export interface ProgressState {
  readonly done: number;
  /** Absent when nobody knows, as for standard input. */
  readonly total?: number;
  /** Things counted for people, such as documents. */
  readonly count: number;
  readonly noun: string;
  readonly rejected?: number;
}

/** Where progress goes: a terminal's standard error, or any stream of lines. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A terminal is redrawn this often at most, in ms: smooth to the eye, nothing to the processor. */
const REDRAW_INTERVAL_MS = 100;
/** A log gets a line this often at most, in ms. */
const LOG_INTERVAL_MS = 5000;
const BAR_WIDTH = 24;
const DEFAULT_COLUMNS = 80;

/** Share done from 0 to 1; undefined without a total. An empty source is done. */
export function fractionDone({ done, total }: Pick<ProgressState, 'done' | 'total'>): number | undefined {
  if (total === undefined) return undefined;
  return total === 0 ? 1 : Math.min(1, Math.max(0, done / total));
}

/** `[#####-------]` of `width` cells between the brackets. */
export function drawBar(fraction: number, width: number): string {
  const filled = Math.floor(fraction * width);
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]`;
}

/**
 * Shows how far a long job is, with its rate and the time it still needs: one line redrawn in place on a terminal,
 * a plain line every few seconds elsewhere. The clock is handed in, so that tests can move it.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #nowMs: () => number;
  readonly #countRate = new RateMeter();
  readonly #doneRate = new RateMeter();
  readonly #startedMs: number;
  #shownMs = Number.NEGATIVE_INFINITY;
  #lineStands = false;

  constructor(stream: ProgressStream, nowMs: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
    this.#shownMs = stream.isTTY ? Number.NEGATIVE_INFINITY : this.#startedMs;
  }

  get elapsedSeconds(): number {
    return (this.#nowMs() - this.#startedMs) / 1000;
  }

  update(state: ProgressState): void {
    const now = this.#nowMs();
    this.#countRate.record(now, state.count);
    this.#doneRate.record(now, state.done);
    if (now - this.#shownMs < (this.#stream.isTTY ? REDRAW_INTERVAL_MS : LOG_INTERVAL_MS)) return;
    this.#shownMs = now;
    const line = this.#describe(state);
    if (this.#stream.isTTY) {
      this.#stream.write(`\r${clipToWidth(line, (this.#stream.columns || DEFAULT_COLUMNS) - 1)}\x1b[K`);
      this.#lineStands = true;
    } else {
      this.#stream.write(`${line}\n`);
    }
  }

  /** Removes the line, so that what comes next starts on a clean one. */
  clear(): void {
    if (this.#lineStands) this.#stream.write('\r\x1b[K');
    this.#lineStands = false;
  }

  #describe(state: ProgressState): string {
    const fraction = fractionDone(state);
    const parts: string[] = [];
    if (fraction === undefined) parts.push(formatBytes(state.done));
    else parts.push(`${drawBar(fraction, BAR_WIDTH)} ${Math.floor(fraction * 100)}%`);
    parts.push(formatCountOf(state.count, state.noun));
    parts.push(`${formatCount(this.#countRate.perSecond())}/s`);
    const remaining = state.total === undefined ? undefined : this.#doneRate.secondsUntil(state.total);
    if (remaining !== undefined && fraction !== 1) parts.push(`${formatDuration(remaining)} left`);
    if (state.rejected) parts.push(`${formatCount(state.rejected)} rejected`);
    return parts.join('  ');
  }
}
