import type { RouteDescription } from '../route/route.ts';

/** How an answer may be written. */
export type AnswerFormat = 'json' | 'msgpack' | 'ndjson' | 'csv';

/** What most answers are offered as. */
export const VALUE_FORMATS: readonly AnswerFormat[] = ['json', 'msgpack'];
/** What answers that are rows are offered as besides. */
export const ROW_FORMATS: readonly AnswerFormat[] = ['json', 'msgpack', 'ndjson', 'csv'];

/** What a route that is described like this offers; nothing when its answer is empty or is sent as it is. */
export function offeredFormats(describes: RouteDescription | undefined): readonly AnswerFormat[] {
  if (describes === undefined) return VALUE_FORMATS;
  if (describes.reply === undefined || describes.contentType !== undefined) return [];
  return describes.formats ?? VALUE_FORMATS;
}

/** The `Content-Type` of each format. */
export const CONTENT_TYPES: Readonly<Record<AnswerFormat, string>> = {
  json: 'application/json; charset=utf-8',
  msgpack: 'application/msgpack',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
};

/** Names under which requests ask for a format. */
const MEDIA_TYPES: Readonly<Record<AnswerFormat, readonly string[]>> = {
  json: ['application/json'],
  msgpack: ['application/msgpack', 'application/x-msgpack', 'application/vnd.msgpack'],
  ndjson: ['application/x-ndjson', 'application/ndjson', 'application/jsonl'],
  csv: ['text/csv'],
};

/** Media ranges of one `Accept` that are looked at: nobody has more formats to name. */
const RANGES_MAX = 64;

/**
 * The format that an `Accept` header likes best among those offered, the first of them where it does not care (RFC 9110,
 * 12.5.1); undefined when it takes none of them.
 */
export function acceptedFormat(accept: string | undefined, offered: readonly AnswerFormat[]): AnswerFormat | undefined {
  if (accept === undefined || accept === '' || accept === '*/*') return offered[0];
  const ranges = accept.split(',', RANGES_MAX).map(readRange);
  let best: AnswerFormat | undefined;
  let bestWeight = 0;
  for (const format of offered) {
    const weight = weightOf(format, ranges);
    if (weight <= bestWeight) continue;
    best = format;
    bestWeight = weight;
  }
  return best;
}

interface Range {
  readonly type: string;
  readonly weight: number;
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return { type, weight: weight >= 0 && weight <= 1 ? weight : 0 };
}

/** The most particular range that fits decides. */
function weightOf(format: AnswerFormat, ranges: readonly Range[]): number {
  const names = MEDIA_TYPES[format];
  const particular = ranges.filter(({ type }) => names.includes(type));
  const family = ranges.filter(({ type }) => names.some((name) => type === `${name.split('/', 1)[0]}/*`));
  const any = ranges.filter(({ type }) => type === '*/*');
  for (const group of [particular, family, any]) {
    if (group.length > 0) return Math.max(...group.map(({ weight }) => weight));
  }
  return 0;
}
