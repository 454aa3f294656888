const LAST_BEFORE_SURROGATES = 0xd7ff;
const FIRST_BEHIND_SURROGATES = 0xe000;
const LAST_CODE_POINT = 0x10ffff;

/** What every text that matches a LIKE pattern begins with; empty when the pattern begins with a wildcard. */
export function likePrefix(pattern: string): string {
  return /^[^%_]*/s.exec(pattern)![0];
}

/** The lowest text that is above all with the prefix; undefined where nothing is. */
export function behind(prefix: string): string | undefined {
  const points = [...prefix];
  while (points.length > 0) {
    const last = points.pop()!.codePointAt(0)!;
    if (last >= LAST_CODE_POINT) continue;
    const next = last === LAST_BEFORE_SURROGATES ? FIRST_BEHIND_SURROGATES : last + 1;
    return points.join('') + String.fromCodePoint(next);
  }
  return undefined;
}
