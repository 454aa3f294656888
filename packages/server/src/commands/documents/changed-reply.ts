import type { EncodedValue, Reply, Value } from '@cairn/protocol/internal';
import { decodeValue } from '@cairn/protocol/internal';
import type { ChangedDocument } from '../../engine/documents/documents.ts';

/** The reply to a write of one document: the document as it is now, and what it was under `old` when asked for. */
export function changedReply(change: ChangedDocument, lsn: number | undefined, returnOld = false): Reply {
  const data = change.now ?? change.before;
  if (!returnOld || change.before === undefined) return { status: 'ok', data, lsn };
  return { status: 'ok', data, lsn, extra: { old: decoded(change.before) } };
}

/** The reply to a removal: nothing, or what was removed. */
export function removedReply(change: ChangedDocument, lsn: number | undefined): Reply {
  return { status: 'ok', data: change.before, lsn };
}

function decoded(document: EncodedValue): Value {
  return decodeValue(document.bytes, document.start);
}
