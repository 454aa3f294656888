import type { Value, ValueObject } from '@cairn/protocol/internal';

/** The entity tag of a document: its revision. */
export function entityTag(document: Value): string | undefined {
  const revision = (document as ValueObject | null)?._rev;
  return typeof revision === 'string' ? `"${revision}"` : undefined;
}

/** The revision that an `If-Match` header insists on; undefined when any will do. Of several tags the first counts. */
export function revisionOf(header: string | undefined): string | undefined {
  const [tag = ''] = header?.split(',', 1) ?? [];
  const bare = opaque(tag);
  return bare === '' || bare === '*' ? undefined : bare.replace(/^"(.*)"$/, '$1');
}

/** Whether an `If-None-Match` header names the tag. The comparison is weak (RFC 9110, 13.1.2). */
export function namesTag(header: string | undefined, tag: string | undefined): boolean {
  if (header === undefined || tag === undefined) return false;
  return header.split(',').some((one) => opaque(one) === '*' || opaque(one) === tag);
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
