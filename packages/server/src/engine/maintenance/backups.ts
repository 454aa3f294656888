import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, RestoreTarget, Store } from '@cairn/storage';
import { type BackupManifest, makeFolder, readManifest } from '@cairn/storage/internal';
import type { Host } from '../../host.ts';

/** A backup with its name in the folder of backups. */
export interface NamedBackup {
  readonly name: string;
  readonly manifest: BackupManifest;
}

/** The backups of a server: folders in one folder, named by whoever asks for them. */
export class Backups {
  readonly #store: Store;
  readonly #folder: string;
  readonly #host: Host;

  constructor(store: Store, folder: string, host: Host) {
    this.#store = store;
    this.#folder = folder;
    this.#host = host;
  }

  /** @throws CairnError `already_exists`, `not_found` when the log no longer reaches back to `sinceLsn`, `corruption` */
  async write(database: Database, options: { name?: string; sinceLsn?: number }): Promise<NamedBackup> {
    makeFolder(this.#folder);
    const name = options.name ?? this.#freeName(database.name);
    return { name, manifest: await database.backup(join(this.#folder, name), options.sinceLsn) };
  }

  async list(): Promise<NamedBackup[]> {
    if (!existsSync(this.#folder)) return [];
    const names = (await readdir(this.#folder)).sort();
    const found = await Promise.allSettled(
      names.map(async (name) => ({ name, manifest: await readManifest(join(this.#folder, name)) })),
    );
    return found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])); // others are not finished yet
  }

  /** Answers the LSN that the new database came to. @throws CairnError `already_exists`, `invalid_argument`, `corruption` */
  async restore(name: string, backups: readonly string[], target: RestoreTarget): Promise<number> {
    const folders = backups.map((backup) => join(this.#folder, backup));
    return this.#store.restoreDatabase(name, folders, target);
  }

  #freeName(database: string): string {
    const plain = database.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64);
    const time = new Date(this.#host.nowMs()).toISOString().replace(/[-:]/g, '').slice(0, 15);
    for (let number = 1; ; number++) {
      const name = number === 1 ? `${plain}-${time}` : `${plain}-${time}-${number}`;
      if (!existsSync(join(this.#folder, name))) return name;
    }
  }
}
