import type { ValueObject } from '@cairn/protocol/internal';

/** A record of the server's own as clients see it: by its key, which its commands take. It is no document that an id leads to. */
export function shownRecord(record: object): ValueObject {
  const { _id, ...shown } = record as ValueObject;
  return shown;
}
