import { CairnError } from '@cairn/protocol/internal';

const MINUTE_MS = 60_000;

/** Time zones whose formatter is kept: making one costs some 50 µs. */
const FORMATS_KEPT_MAX = 200;
const formats = new Map<string, Intl.DateTimeFormat>();

/** A zone of the IANA database, as a rule for what clocks on the wall show. Times are milliseconds since 1970. */
export class TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;

  /** @throws CairnError `invalid_argument` for a name that is none */
  constructor(name: string) {
    this.name = name;
    this.#format = formatOf(name);
  }

  /** What the clock on the wall shows at an instant, as if it were UTC. */
  wallAt(instantMs: number): number {
    return instantMs + this.offsetAt(instantMs);
  }

  /** How far the clock on the wall is ahead of UTC. */
  offsetAt(instantMs: number): number {
    const seconds = Math.floor(instantMs / 1000) * 1000;
    const parts = new Map(this.#format.formatToParts(seconds).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type)!;
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return wall - seconds;
  }

  /**
   * The instant at which the clock shows `wallMs`: the first one where it shows it twice; where it never does, because it is put
   * forward over it, the instant at which it is put forward.
   */
  instantOf(wallMs: number): number {
    // The rules before and after a change that may lie near: whichever gives back what was asked, the earlier first.
    const before = this.offsetAt(wallMs - 24 * 60 * MINUTE_MS);
    const after = this.offsetAt(wallMs + 24 * 60 * MINUTE_MS);
    const candidates = [wallMs - before, wallMs - after].sort((a, b) => a - b);
    for (const instant of candidates) if (this.wallAt(instant) === wallMs) return instant;
    return this.changeBetween(wallMs - Math.max(before, after) - 1, wallMs - Math.min(before, after));
  }

  /** The first instant of the new offset, given that it changes once between the two. */
  changeBetween(fromMs: number, toMs: number): number {
    const old = this.offsetAt(fromMs);
    let [low, high] = [Math.floor(fromMs / 1000), Math.ceil(toMs / 1000)];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetAt(middle * 1000) === old) low = middle;
      else high = middle;
    }
    return high * 1000;
  }
}

function formatOf(name: string): Intl.DateTimeFormat {
  const known = formats.get(name);
  if (known !== undefined) return known;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    if (formats.size >= FORMATS_KEPT_MAX) formats.clear();
    formats.set(name, format);
    return format;
  } catch (cause) {
    throw new CairnError('invalid_argument', `Unknown time zone '${name}'`, { details: { timezone: name }, cause });
  }
}
