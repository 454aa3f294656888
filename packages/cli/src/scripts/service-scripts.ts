import { CairnServerError, type Database, type ScriptDescription } from '@cairn/client';
import { fileText, type ScriptFile } from './script-file.ts';

type InstalledScript = ScriptDescription & { readonly code: string };

/** What stands where: files beside the scripts that the server has of the same service. */
export interface Difference {
  readonly added: readonly ScriptFile[];
  readonly changed: readonly { readonly file: ScriptFile; readonly installed: ScriptDescription }[];
  readonly same: readonly ScriptFile[];
  /** Installed, and no file stands for them. */
  readonly missing: readonly ScriptDescription[];
}

/** The scripts of one service of a database. */
export class ServiceScripts {
  readonly #database: Database;
  readonly service: string;
  #hasService = false;

  constructor(database: Database, service: string) {
    this.#database = database;
    this.service = service;
  }

  /** With their texts. */
  async installed(): Promise<InstalledScript[]> {
    const listed = await this.#database.scripts.list();
    const ours = listed.filter(({ service }) => service === this.service);
    return Promise.all(
      ours.map(async ({ id }) => {
        const script = await this.#database.scripts.get(id);
        return { ...script, id } as typeof script;
      }),
    );
  }

  async difference(files: readonly ScriptFile[]): Promise<Difference> {
    const installed = new Map((await this.installed()).map((script) => [script.path, script]));
    const added: ScriptFile[] = [];
    const changed: { file: ScriptFile; installed: ScriptDescription }[] = [];
    const same: ScriptFile[] = [];
    for (const file of files) {
      const known = installed.get(file.request.path);
      installed.delete(file.request.path);
      if (known === undefined) added.push(file);
      else if (isSame(file, known)) same.push(file);
      else changed.push({ file, installed: known });
    }
    return { added, changed, same, missing: [...installed.values()] };
  }

  /** @returns the endpoint's URL */
  async add(file: ScriptFile): Promise<string> {
    await this.#ensureService();
    const { url } = await this.#database.scripts.create({ ...file.request, service: this.service });
    await this.#schedule(file.request.path, file.schedule);
    return url;
  }

  /** Scripts answer only below a service that is there. */
  async #ensureService(): Promise<void> {
    if (this.#hasService) return;
    try {
      await this.#database.services.get(this.service);
    } catch (error) {
      if (!(error instanceof CairnServerError) || error.code !== 'not_found') throw error;
      await this.#database.services.create(this.service);
    }
    this.#hasService = true;
  }

  async change({ request, schedule }: ScriptFile, id: string): Promise<void> {
    await this.#database.scripts.update(id, request);
    await this.#schedule(request.path, schedule);
  }

  async remove({ id, path }: ScriptDescription): Promise<void> {
    await this.#database.scripts.delete(id);
    await this.#schedule(path, undefined);
  }

  /** Keeps the one cron job that stands for a file's `@cron`. */
  async #schedule(path: string, schedule: ScriptFile['schedule']): Promise<void> {
    const name = `${this.service}/${path}`;
    const { cron } = this.#database;
    const known = (await cron.list()).find((job) => job.name === name);
    if (schedule === undefined) {
      if (known !== undefined) await cron.delete(known._key);
      return;
    }
    const changes = { schedule: schedule.cron, timezone: schedule.timezone ?? 'UTC' };
    if (known !== undefined) await cron.update(known._key, changes);
    else await cron.create({ name, script: path, ...changes });
  }

  /** Installs or changes the script of one file. @returns what was done */
  async push(file: ScriptFile): Promise<'added' | 'changed' | 'same'> {
    const { added, changed } = await this.difference([file]);
    if (added.length > 0) await this.add(file);
    for (const { installed } of changed) await this.change(file, installed.id);
    return added.length > 0 ? 'added' : changed.length > 0 ? 'changed' : 'same';
  }
}

function isSame({ request }: ScriptFile, installed: InstalledScript): boolean {
  return (
    (request.code === installed.code || request.code === fileText(installed, request.language)) &&
    request.name === installed.name &&
    request.language === (installed.language ?? 'lua') &&
    (request.description ?? null) === (installed.description ?? null) &&
    (request.methods ?? []).join() === [...installed.methods].map((method) => method.toUpperCase()).join()
  );
}
