import type { ValueObject } from '@cairn/protocol/internal';
import type { Database } from '@cairn/storage/internal';
import type { Host } from '../../../host.ts';
import { SCRIPT_LOG_DELAY_MS, SCRIPT_LOG_LINES_KEPT, SCRIPT_LOG_LINES_WAITING_MAX } from '../../../limits.ts';
import { KeyGenerator } from '../../documents/document-key.ts';
import type { RecordStore } from '../records/record-store.ts';
import { SCRIPT_LOGS } from '../records/script-collections.ts';
import type { Script } from '../records/script-record.ts';

/** One line that a script has logged. */
export interface ScriptLogLine {
  readonly script: Pick<Script, 'key' | 'name'>;
  readonly level: string;
  readonly message: string;
  readonly line?: number;
}

/** Which lines somebody wants to see. */
export interface WantedLines {
  readonly script_id?: string;
  readonly level?: string;
  /** Milliseconds since 1970. */
  readonly since_ms?: number;
  readonly limit: number;
  readonly offset: number;
}

/**
 * What scripts log, kept in `_logs` of their database. Lines wait a moment for others, so that no request waits for them; whoever
 * is about to read the collection has them stored first.
 */
export class ScriptLogs {
  readonly #records: RecordStore;
  readonly #host: Host;
  readonly #keys: KeyGenerator;
  readonly #waiting = new Map<Database, ValueObject[]>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #storing: Promise<void> = Promise.resolve();
  /** Lines that were dropped because too many waited. */
  dropped = 0;

  constructor(records: RecordStore, host: Host) {
    this.#records = records;
    this.#host = host;
    this.#keys = new KeyGenerator(host);
  }

  add(database: Database, { script, level, message, line }: ScriptLogLine): void {
    if (this.#count >= SCRIPT_LOG_LINES_WAITING_MAX) {
      this.dropped++;
      return;
    }
    const lines = this.#waiting.get(database) ?? [];
    this.#waiting.set(database, lines);
    this.#count++;
    lines.push({
      _key: this.#keys.next(),
      script_id: script.key,
      script_name: script.name,
      message,
      timestamp: this.#host.nowMs(),
      level: level.toUpperCase(),
      ...(line === undefined ? {} : { line }),
    });
    this.#timer ??= setTimeout(() => void this.flush(), SCRIPT_LOG_DELAY_MS).unref();
  }

  /** Resolves when every line that was added before is stored, or cannot be. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#count === 0) return this.#storing;
    const batches = [...this.#waiting];
    this.#waiting.clear();
    this.#count = 0;
    this.#storing = this.#storing.then(async () => {
      for (const [database, lines] of batches) await this.#store(database, lines);
    });
    return this.#storing;
  }

  /** Stored lines, the newest first. */
  async list(database: Database, wanted: WantedLines): Promise<ValueObject[]> {
    await this.flush();
    const { script_id, level, since_ms = 0, limit, offset } = wanted;
    const lines = this.#records.all(database, SCRIPT_LOGS).filter((line) => {
      if (script_id !== undefined && line.script_id !== script_id) return false;
      if (level !== undefined && line.level !== level.toUpperCase()) return false;
      return typeof line.timestamp !== 'number' || line.timestamp >= since_ms;
    });
    return lines.reverse().slice(offset, offset + limit) as ValueObject[];
  }

  /** Lines of a database that has been dropped go with it. */
  async #store(database: Database, lines: readonly ValueObject[]): Promise<void> {
    try {
      await this.#records.putMany(database, SCRIPT_LOGS, lines);
      await this.#trim(database);
    } catch {
      this.dropped += lines.length;
    }
  }

  /** Keys are in the order of time, so that the oldest lines are the first ones. */
  async #trim(database: Database): Promise<void> {
    const view = database.snapshot();
    const count = view.collection(SCRIPT_LOGS)?.count ?? 0;
    view.release();
    // A tenth at a time: not every batch shall have to remove as many as it brought.
    if (count <= SCRIPT_LOG_LINES_KEPT * 1.1) return;
    const surplus = this.#records.firstKeys(database, SCRIPT_LOGS, count - SCRIPT_LOG_LINES_KEPT);
    await this.#records.remove(database, SCRIPT_LOGS, surplus);
  }
}
