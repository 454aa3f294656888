import type { Value } from '@cairn/protocol/internal';
import type { SystemRecord, SystemRecords } from '../security/system-records.ts';

/** Users, roles and secrets without a disk. */
export class RecordsInMemory implements SystemRecords {
  readonly collections = new Map<string, Map<string, SystemRecord>>();

  all(collection: string): SystemRecord[] {
    return [...(this.collections.get(collection)?.values() ?? [])];
  }

  async put(collection: string, key: string, body: { [name: string]: Value }): Promise<void> {
    const records = this.collections.get(collection) ?? new Map();
    this.collections.set(collection, records.set(key, { _key: key, ...body }));
  }

  async remove(collection: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) this.collections.get(collection)?.delete(key);
  }
}
