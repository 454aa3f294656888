import type { Trigger, TriggerEvent } from '@cairn/scripting/internal';
import type { Database } from '@cairn/storage/internal';
import type { DatabaseShared } from '../automation/automation-shared.ts';
import { SystemCollection } from '../automation/system-collection.ts';
import { InstalledTrigger } from './installed-trigger.ts';
import { TRIGGERS, TRIGGERS_PLAN } from './trigger-collections.ts';
import { TriggerFollower } from './trigger-follower.ts';

/** The triggers of one database: those that writes ask for, and those that follow the change log. */
export class DatabaseTriggers {
  readonly #database: Database;
  readonly #parts: DatabaseShared;
  readonly #records: SystemCollection<Trigger>;
  #before = new Map<string, InstalledTrigger[]>();
  readonly #followers = new Map<string, TriggerFollower>();
  readonly #stopping = new Set<Promise<void>>();
  #isStopped = false;

  constructor(database: Database, parts: DatabaseShared) {
    this.#database = database;
    this.#parts = parts;
    this.#records = new SystemCollection<Trigger>(TRIGGERS_PLAN, parts.host);
    this.#install();
  }

  get followers(): readonly TriggerFollower[] {
    return [...this.#followers.values()];
  }

  follower(id: string): TriggerFollower | undefined {
    return this.#followers.get(id);
  }

  /** The enabled before-triggers of a collection, in the order in which they run. */
  before(collection: string): readonly InstalledTrigger[] {
    return this.#before.get(collection) ?? [];
  }

  /** Whether an enabled trigger of the collection is to be told of such events, before or after them. */
  concerns(collection: string, event: TriggerEvent): boolean {
    const isTold = ({ record }: InstalledTrigger) => record.collection === collection && record.events.includes(event);
    return this.before(collection).some(isTold) || this.followers.some(({ trigger }) => isTold(trigger));
  }

  get hasBefore(): boolean {
    return this.#before.size > 0;
  }

  /** Before the callers are answered: a trigger holds from the moment on at which its making is acknowledged. */
  committed(collections: ReadonlySet<string>): void {
    if (collections.has(TRIGGERS)) this.#install();
    for (const follower of this.#followers.values()) {
      if (collections.has(follower.collection)) follower.wake();
    }
  }

  wake(): void {
    for (const follower of this.#followers.values()) follower.wake();
  }

  checkClock(): void {
    for (const follower of this.#followers.values()) follower.checkClock();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#followers.values()].map((follower) => follower.stop()));
    await Promise.all(this.#stopping);
  }

  #install(): void {
    if (this.#isStopped) return;
    const before = new Map<string, InstalledTrigger[]>();
    const following = new Set<string>();
    for (const record of this.#all()) {
      const trigger = this.#ready(record);
      if (trigger === undefined || !record.enabled) continue;
      if (record.timing === 'before') {
        const known = before.get(record.collection);
        if (known === undefined) before.set(record.collection, [trigger]);
        else known.push(trigger);
        continue;
      }
      following.add(record._key);
      const follower = this.#followers.get(record._key);
      if (follower === undefined) this.#follow(trigger);
      else follower.trigger = trigger;
    }
    this.#before = before;
    for (const [id, follower] of this.#followers) if (!following.has(id)) this.#unfollow(id, follower);
  }

  #follow(trigger: InstalledTrigger): void {
    const follower = new TriggerFollower(this.#database, trigger, this.#parts);
    this.#followers.set(trigger.record._key, follower);
    follower.wake();
  }

  #unfollow(id: string, follower: TriggerFollower): void {
    this.#followers.delete(id);
    const stopped = follower.stop().finally(() => this.#stopping.delete(stopped));
    this.#stopping.add(stopped);
  }

  #all(): Trigger[] {
    return this.#database.read((view) => this.#records.all(view));
  }

  #ready(record: Trigger): InstalledTrigger | undefined {
    try {
      return new InstalledTrigger(record, this.#database.name, this.#parts.host);
    } catch (error) {
      this.#parts.problem(error); // its filter was right when it was stored
      return undefined;
    }
  }
}
