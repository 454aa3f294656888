import { LIMITS } from '@cairn/protocol/internal';
import { DAY_MS } from './gregorian.ts';
import { ZONE_ABBREVIATIONS, ZONES_SHOWN_BY_OFFSET } from './zone-abbreviations.ts';

/** Days whose offset a zone remembers: some 27 years. */
const REMEMBERED_DAYS_MAX = 10_000;

const BRITISH_ZONES = /^(?:GB|GB-Eire|Europe\/(?:London|Belfast|Guernsey|Isle_of_Man|Jersey))$/;

/**
 * A time zone of the IANA database. Times of the wall clock are given as "local milliseconds": what
 * `Date.UTC` gives for the fields that the clock shows.
 */
export class TimeZone {
  static readonly utc = new TimeZone('UTC');
  static readonly #byName = new Map<string, TimeZone>([['UTC', TimeZone.utc]]);

  readonly name: string;
  readonly #offsets: Intl.DateTimeFormat;
  #names: Intl.DateTimeFormat | undefined;
  readonly #isUtc: boolean;
  /** Day since 1970 to the offset that holds all day; days with a change are not in it. */
  readonly #dayOffsets = new Map<number, number>();

  private constructor(name: string) {
    this.name = name;
    this.#offsets = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    this.#isUtc = this.#offsets.resolvedOptions().timeZone === 'UTC';
  }

  /** The zone of that name; undefined when the database has none. Names are matched with their capitals. */
  static named(name: string): TimeZone | undefined {
    const known = TimeZone.#byName.get(name);
    if (known !== undefined) return known;
    if (!/^[A-Z][A-Za-z0-9_+/-]*$/.test(name)) return undefined;
    try {
      const zone = new TimeZone(name);
      const resolved = zone.#offsets.resolvedOptions().timeZone;
      if (resolved !== name && resolved.toLowerCase() === name.toLowerCase()) return undefined;
      TimeZone.#byName.set(name, zone);
      return zone;
    } catch {
      return undefined; // `Intl` throws for names that it does not know
    }
  }

  /** How far the wall clock is ahead of UTC at a moment, in milliseconds. */
  offsetAt(ms: number): number {
    if (this.#isUtc) return 0;
    const day = Math.floor(ms / DAY_MS);
    const remembered = this.#dayOffsets.get(day);
    if (remembered !== undefined) return remembered;
    const atStart = this.#computeOffset(day * DAY_MS);
    if (atStart !== this.#computeOffset((day + 1) * DAY_MS - 1)) return this.#computeOffset(ms);
    if (this.#dayOffsets.size >= REMEMBERED_DAYS_MAX) this.#dayOffsets.clear();
    this.#dayOffsets.set(day, atStart);
    return atStart;
  }

  #computeOffset(ms: number): number {
    const text = timeZoneName(this.#offsets, withinDates(ms));
    const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
    if (match === null) throw new Error(`unreadable offset ${text}`);
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
    const offset = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -offset : offset;
  }

  /** What the wall clock shows at a moment; in the last hours that a date can tell, no more than that. */
  toLocal(ms: number): number {
    return withinDates(ms + this.offsetAt(ms));
  }

  /**
   * The moment at which the wall clock shows a time. A time that a change of clocks skips is moved forward by the
   * gap, of one that comes twice the earlier is taken.
   */
  fromLocal(localMs: number): number {
    const before = this.offsetAt(localMs - DAY_MS);
    const after = this.offsetAt(localMs + DAY_MS);
    const early = localMs - before;
    if (before === after) return early;
    if (this.offsetAt(early) === before) return early;
    const late = localMs - after;
    return this.offsetAt(late) === after ? late : early;
  }

  /** The abbreviation that the time zone database has for the zone at a moment: `CET`, `EST`, `-03`. */
  abbreviationAt(ms: number): string {
    if (this.#isUtc) return /GMT|Greenwich/.test(this.name) ? 'GMT' : 'UTC';
    this.#names ??= new Intl.DateTimeFormat('en-US', { timeZone: this.name, timeZoneName: 'long' });
    const offset = this.offsetAt(ms);
    // `Intl` has no name for the British standard time of 1968 to 1971, nor for summers on the Channel Islands.
    if (BRITISH_ZONES.test(this.name) && offset === 3_600_000) return 'BST';
    const known = ZONES_SHOWN_BY_OFFSET.has(this.name) ? undefined : timeZoneName(this.#names, ms);
    return ZONE_ABBREVIATIONS.get(known ?? '') ?? offsetAbbreviation(offset);
  }
}

function timeZoneName(format: Intl.DateTimeFormat, ms: number): string {
  return format.formatToParts(ms).find((part) => part.type === 'timeZoneName')!.value;
}

/** `+0545`, `-03`: minutes only where there are some. */
function offsetAbbreviation(offsetMs: number): string {
  return formatOffset(offsetMs, '').replace(/00$/, '');
}

/** An offset as `+hh:mm`, with another separator or with seconds if asked. */
export function formatOffset(offsetMs: number, separator: string, withSeconds = false): string {
  const seconds = Math.abs(offsetMs) / 1000;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (withSeconds) parts.push(seconds % 60);
  return (offsetMs < 0 ? '-' : '+') + parts.map((part) => String(part).padStart(2, '0')).join(separator);
}

/** The nearest moment that dates can tell; the first is as far before 1970 as the last is behind. */
function withinDates(ms: number): number {
  return Math.max(-LIMITS.timeMaxMs, Math.min(LIMITS.timeMaxMs, ms));
}
