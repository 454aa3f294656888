import type { Database, Snapshot } from '@cairn/storage/internal';
import { recordsIn, type StoredRecord } from '../records/record-store.ts';
import { ENVIRONMENT, SCRIPTS, SERVICES } from '../records/script-collections.ts';
import { type Script, scriptOf, WEBSOCKET_METHOD } from '../records/script-record.ts';
import { type Service, serviceOf } from '../records/service-record.ts';
import { type PathMatch, PathTree } from './path-tree.ts';

type Part = 'scripts' | 'services' | 'environment';

const COLLECTIONS: Readonly<Record<Part, string>> = {
  scripts: SCRIPTS,
  services: SERVICES,
  environment: ENVIRONMENT,
};

const NOTHING: object = {};

/**
 * The scripts, services and variables of one database, ready to be looked up.
 *
 * Nobody has to say that something has changed: a committed state shares with the one before whatever a commit has left alone, so
 * that one comparison of two references tells. What is written at any door, by an import or a restore, counts from the next request on.
 */
export class DatabaseScripts {
  readonly #database: Database;
  #lsn = -1;
  readonly #seen: Record<Part, object> = { scripts: {}, services: {}, environment: {} };
  /** By service, then by method. */
  #routes = new Map<string, Map<string, PathTree>>();
  #scripts: readonly Script[] = [];
  #services = new Map<string, Service>();
  #environment: ReadonlyMap<string, string> = new Map();

  constructor(database: Database) {
    this.#database = database;
  }

  service(name: string): Service | undefined {
    this.#follow();
    return this.#services.get(name);
  }

  /** In the order of their installation. */
  scripts(): readonly Script[] {
    this.#follow();
    return this.#scripts;
  }

  environment(): ReadonlyMap<string, string> {
    this.#follow();
    return this.#environment;
  }

  /** @param path percent-encoded */
  match(service: string, method: string, path: string): PathMatch | undefined {
    this.#follow();
    return this.#routes.get(service)?.get(method)?.find(path);
  }

  /** Methods, in order, that a path of a service answers to. */
  methodsOf(service: string, path: string): string[] {
    this.#follow();
    const found: string[] = [];
    for (const [method, paths] of this.#routes.get(service) ?? []) {
      if (method !== WEBSOCKET_METHOD && paths.find(path) !== undefined) found.push(method);
    }
    return found.sort();
  }

  /** The first script with this path, whatever its service and method: how jobs and triggers name scripts. */
  byPath(path: string): Script | undefined {
    return this.scripts().find((script) => script.path === path);
  }

  byKey(key: string): Script | undefined {
    return this.scripts().find((script) => script.key === key);
  }

  /** A module of a service: a script without methods, by its path or its name. */
  module(service: string, name: string): Script | undefined {
    const modules = this.scripts().filter((script) => script.service === service && script.methods.length === 0);
    return modules.find(({ path }) => path === name) ?? modules.find((script) => script.name === name);
  }

  #follow(): void {
    if (this.#database.lsn === this.#lsn) return;
    const view = this.#database.snapshot();
    try {
      this.#lsn = view.lsn;
      if (this.#hasChanged(view, 'scripts')) this.#takeScripts(this.#records(view, 'scripts'));
      if (this.#hasChanged(view, 'services')) this.#takeServices(this.#records(view, 'services'));
      if (this.#hasChanged(view, 'environment')) this.#takeEnvironment(this.#records(view, 'environment'));
    } finally {
      view.release();
    }
  }

  #hasChanged(view: Snapshot, part: Part): boolean {
    const now = view.version.collections.get(COLLECTIONS[part])?.tree ?? NOTHING;
    if (this.#seen[part] === now) return false;
    this.#seen[part] = now;
    return true;
  }

  #records(view: Snapshot, part: Part): StoredRecord[] {
    return recordsIn(view, this.#database, COLLECTIONS[part]);
  }

  #takeScripts(records: readonly StoredRecord[]): void {
    const scripts = records.map((record) => scriptOf(this.#database.name, record)).filter((one) => one !== undefined);
    this.#scripts = scripts.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
    this.#routes = new Map();
    for (const script of this.#scripts) {
      for (const method of script.methods) this.#pathsOf(script.service, method).add(script);
    }
  }

  #pathsOf(service: string, method: string): PathTree {
    const methods = this.#routes.get(service) ?? new Map<string, PathTree>();
    this.#routes.set(service, methods);
    const paths = methods.get(method) ?? new PathTree();
    methods.set(method, paths);
    return paths;
  }

  #takeServices(records: readonly StoredRecord[]): void {
    const services = records.map(serviceOf).filter((one) => one !== undefined);
    this.#services = new Map(services.map((service) => [service.key, service]));
  }

  #takeEnvironment(records: readonly StoredRecord[]): void {
    const variables = records.filter(({ value }) => typeof value === 'string');
    this.#environment = new Map(variables.map(({ _key, value }) => [_key as string, value as string]));
  }
}
