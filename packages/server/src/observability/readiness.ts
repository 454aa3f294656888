import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { READINESS_HOLDS_MS, READY_DISK_BYTES_MIN } from '../limits.ts';

/** Written and removed again to see whether the disk takes writes. */
const PROBE_FILE = '.ready';

/** Whether the server can do its work, and why not. The reasons name no databases: strangers may ask. */
export interface Readiness {
  readonly status: 'ready' | 'starting' | 'stopping' | 'unready';
  readonly reasons: readonly string[];
}

/** Finds out whether the server can take requests: it is open, and the disk takes writes. */
export class ReadinessCheck {
  readonly #engine: Engine;
  #disk: Promise<readonly string[]> = Promise.resolve([]);
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** Set by whoever opens and closes the doors. */
  phase: 'starting' | 'open' | 'stopping' = 'starting';

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async check(): Promise<Readiness> {
    if (this.phase !== 'open') return { status: this.phase, reasons: [`the server is ${this.phase}`] };
    const reasons = [...(await this.#diskReasons())];
    const failed = this.#engine.failedDatabases.length;
    if (failed > 0) reasons.push(`${failed} of the databases take no more writes until the server is started anew`);
    return { status: reasons.length === 0 ? 'ready' : 'unready', reasons };
  }

  #diskReasons(): Promise<readonly string[]> {
    const nowMs = this.#engine.host.monotonicMs();
    if (nowMs - this.#lookedMs >= READINESS_HOLDS_MS) {
      this.#lookedMs = nowMs;
      this.#disk = diskReasons(this.#engine.dataDir);
    }
    return this.#disk;
  }
}

async function diskReasons(folder: string): Promise<readonly string[]> {
  try {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < READY_DISK_BYTES_MIN) return ['the disk is full'];
    const path = join(folder, PROBE_FILE);
    const file = await open(path, 'w');
    try {
      await file.write('ready');
      await file.datasync();
    } finally {
      await file.close();
    }
    await rm(path);
    return [];
  } catch (error) {
    return [`the disk takes no writes (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`];
  }
}
