import type { Client } from '@cairn/client';
import type { Value } from '@cairn/protocol';
import { CommandError } from '../command-error.ts';
import { isAlreadyThere } from '../connection/error-codes.ts';
import { OrderedSender } from '../import/delivery/ordered-sender.ts';
import { IMPORT_LIMITS } from '../import/limits.ts';
import { isAutomation, restoreAutomation } from './automation-records.ts';
import type { DumpedIndex, DumpLine, DumpTotals } from './dump-format.ts';

type StoredDocument = { [key: string]: Value };

/** Builds a database from the lines of a dump, in their order. */
export class Restoration {
  readonly database: string;
  readonly totals = { collections: 0, documents: 0, indexes: 0 };
  readonly #client: Client;
  readonly #counts = new Map<string, number>();
  #collection: string | undefined;
  #batch: StoredDocument[] = [];
  #batchBytes = 0;
  #sender: OrderedSender<readonly StoredDocument[], number> | undefined;

  readonly #resume: boolean;

  /** @param options with `resume`, what an interrupted restore has left is kept, and what is missing is added */
  constructor(client: Client, database: string, { resume = false }: { resume?: boolean } = {}) {
    this.#client = client;
    this.database = database;
    this.#resume = resume;
  }

  /** `bytes`: length of the line, by which batches are bounded. */
  async take(line: DumpLine, bytes: number): Promise<void> {
    switch (line.kind) {
      case 'header':
        throw new CommandError('the dump has a second header');
      case 'collection':
        return this.#beginCollection(line.name, line.type, line.schema);
      case 'rules':
        return this.#setRules(line.rules);
      case 'document':
        return this.#addDocument(line.document, bytes);
      case 'collection_end':
        return this.#endCollection(line.name, line.documents);
      case 'index':
        return this.#createIndex(line.index);
      case 'end':
        return this.#compareTotals(line.totals);
    }
  }

  /** Asks the server whether every collection holds what was put into it. */
  async check(): Promise<void> {
    for (const [name, expected] of this.#counts) {
      const stored = await this.#client.database(this.database).collection(name).count();
      if (stored !== expected) {
        throw new CommandError(`the collection ${name} holds ${stored} documents where the dump has ${expected}`);
      }
    }
  }

  async #beginCollection(name: string, type: string, schema: Value | undefined): Promise<void> {
    if (this.#collection !== undefined)
      throw new CommandError(`the collection ${this.#collection} has no end in the dump`);
    const database = this.#client.database(this.database);
    if (isAutomation(name)) return this.#beginAutomation(name);
    await this.#unlessThere(database.collections.create(name, { type }));
    const collection = database.collection(name);
    if (schema !== undefined) {
      const place = { database: this.database, collection: name };
      await this.#client.command('set_collection_schema', { ...place, schema });
    }
    this.#collection = name;
    this.#counts.set(name, 0);
    this.totals.collections++;
    this.#sender = new OrderedSender({
      run: async (documents: readonly StoredDocument[]) => {
        await collection.bulkInsert(documents, this.#resume ? { mode: 'ignore' } : {});
        return documents.length;
      },
      settle: (documents) => {
        this.totals.documents += documents.length;
      },
      inFlightMax: IMPORT_LIMITS.batchesInFlight,
    });
  }

  /** Queues, cron jobs and triggers are made anew by their own commands, in the name of whoever restores. */
  #beginAutomation(name: string): void {
    this.#collection = name;
    this.#counts.set(name, 0);
    this.totals.collections++;
    this.#sender = new OrderedSender({
      run: async (documents: readonly StoredDocument[]) => {
        for (const one of documents) await this.#unlessThere(restoreAutomation(this.#client, this.database, name, one));
        return documents.length;
      },
      settle: (documents) => {
        this.totals.documents += documents.length;
      },
      inFlightMax: 1,
    });
  }

  async #setRules(rules: StoredDocument): Promise<void> {
    const collection = this.#collection;
    if (collection === undefined) throw new CommandError('rules stand outside of a collection in the dump');
    await this.#client.command('set_collection_rules', { ...rules, database: this.database, collection });
  }

  async #addDocument(document: StoredDocument, bytes: number): Promise<void> {
    const name = this.#collection;
    if (name === undefined) throw new CommandError('a document stands outside of a collection in the dump');
    this.#counts.set(name, this.#counts.get(name)! + 1);
    if (this.#batchBytes + bytes > IMPORT_LIMITS.batchBytes) await this.#flush();
    this.#batch.push(document);
    this.#batchBytes += bytes;
    if (this.#batch.length >= IMPORT_LIMITS.batchDocuments) await this.#flush();
  }

  async #endCollection(name: string, documents: number): Promise<void> {
    if (this.#collection !== name)
      throw new CommandError(`the dump ends the collection ${name}, which it has not begun`);
    await this.#flush();
    await this.#sender!.drain();
    this.#collection = undefined;
    const read = this.#counts.get(name)!;
    if (read !== documents) {
      throw new CommandError(`the dump has ${read} documents of ${name} where it promises ${documents}`);
    }
  }

  async #flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    await this.#sender!.submit(batch);
  }

  /** After the documents, so that the index is built at once. */
  async #createIndex(index: DumpedIndex): Promise<void> {
    const { collection, name, fields, unique, sparse, type } = index;
    const { indexes } = this.#client.database(this.database).collection(collection);
    await this.#unlessThere(indexes.create({ name, fields: [...fields], unique, sparse, type }));
    this.totals.indexes++;
  }

  /** Something that an interrupted restore may have made already. */
  async #unlessThere(made: Promise<unknown>): Promise<void> {
    try {
      await made;
    } catch (error) {
      if (!this.#resume || !isAlreadyThere(error)) throw error;
    }
  }

  #compareTotals(promised: DumpTotals): void {
    for (const name of ['collections', 'documents', 'indexes'] as const) {
      if (this.totals[name] !== promised[name]) {
        throw new CommandError(`the dump promises ${promised[name]} ${name} and has ${this.totals[name]}`);
      }
    }
  }
}
