import type { RunRecord } from './run-record.ts';
import type { ScriptLanguage } from './script-run.ts';

/**
 * Runs that wait for a place in a process, in the order in which they came. A line for each language: there may be room for one and
 * not for another, and who looks for the next is not to pass by thousands.
 */
export class WaitingRuns {
  /** Runs with the number of their arrival. */
  readonly #lines = new Map<ScriptLanguage, Map<RunRecord, number>>();
  #arrived = 0;

  get size(): number {
    let size = 0;
    for (const line of this.#lines.values()) size += line.size;
    return size;
  }

  add(record: RunRecord): void {
    const { language } = record.run.source;
    const line = this.#lines.get(language) ?? new Map<RunRecord, number>();
    this.#lines.set(language, line.set(record, ++this.#arrived));
  }

  /** False for a run that did not wait. */
  delete(record: RunRecord): boolean {
    return this.#lines.get(record.run.source.language)?.delete(record) ?? false;
  }

  /** The one that has waited longest, those of some languages left aside. */
  oldest(except: ReadonlySet<ScriptLanguage>): RunRecord | undefined {
    let oldest: readonly [RunRecord, number] | undefined;
    for (const [language, line] of this.#lines) {
      const first = except.has(language) ? undefined : line.entries().next().value;
      if (first !== undefined && (oldest === undefined || first[1] < oldest[1])) oldest = first;
    }
    return oldest?.[0];
  }

  all(): RunRecord[] {
    return [...this.#lines.values()].flatMap((line) => [...line.keys()]);
  }
}
