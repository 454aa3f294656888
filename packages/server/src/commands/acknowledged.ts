import type { Reply } from '@cairn/protocol/internal';
import type { Database } from '@cairn/storage/internal';

/** A reply to a write says so when its database acknowledges before the disk has the change. */
export function acknowledged(reply: Reply, database: Database): Reply {
  if (database.durability === 'full' || reply.status !== 'ok' || reply.lsn === undefined) return reply;
  return { ...reply, extra: { ...reply.extra, durability: 'relaxed' } };
}
