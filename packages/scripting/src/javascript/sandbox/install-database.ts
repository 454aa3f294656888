import type { Kernel } from './kernel.ts';

/** `db`: queries, collections, transactions, jobs. */
export function installDatabase(kernel: Kernel): void {
  const { defineProperty, create } = Object;
  const text = String;
  let database = '';
  kernel.onBegin((given) => {
    database = given.database;
  });

  /** A property that reads as it is and takes no other value, without an error. */
  const fixed = (target: object, name: string, read: () => unknown): void => {
    const descriptor = create(null);
    descriptor.get = read;
    descriptor.set = () => {};
    descriptor.enumerable = true;
    defineProperty(target, name, descriptor);
  };

  /** The calls that a collection and a database with a collection's name have in common. */
  const documentCalls = (tx: string | undefined) => ({
    get: (collection: string, key: unknown) => kernel.call('db.get', [collection, text(key), tx]),
    insert: (collection: string, document: unknown) => kernel.call('db.insert', [collection, document, tx]),
    update: (collection: string, key: unknown, changes: unknown) =>
      kernel.call('db.update', [collection, text(key), changes, tx]),
    replace: (collection: string, key: unknown, document: unknown) =>
      kernel.call('db.replace', [collection, text(key), document, tx]),
    remove: (collection: string, key: unknown) => kernel.call('db.delete', [collection, text(key), tx]),
    delete: (collection: string, key: unknown) => kernel.call('db.delete', [collection, text(key), tx]),
    find: (collection: string, filter?: unknown) => kernel.call('db.find', [collection, filter, tx]),
    find_one: (collection: string, filter?: unknown) => kernel.call('db.find_one', [collection, filter, tx]),
    count: (collection: string, filter?: unknown) => kernel.call('db.count', [collection, filter, tx]),
    upsert: (collection: string, which: unknown, document: unknown) =>
      kernel.call('db.upsert', [collection, which, document, tx]),
    bulk_insert: (collection: string, documents: unknown) => kernel.call('db.bulk_insert', [collection, documents, tx]),
  });
  type DocumentCalls = ReturnType<typeof documentCalls>;
  const NAMES = Object.keys(documentCalls(undefined)) as (keyof DocumentCalls)[];

  const handleOf = (name: string, calls: DocumentCalls) => {
    const handle = {};
    fixed(handle, 'name', () => name);
    for (let index = 0; index < NAMES.length; index++) {
      const call = calls[NAMES[index]] as (collection: string, first?: unknown, second?: unknown) => Promise<unknown>;
      kernel.define(handle, NAMES[index], (first?: unknown, second?: unknown) => call(name, first, second));
    }
    return handle;
  };

  const databaseOf = (tx: string | undefined) => {
    const calls = documentCalls(tx);
    const own = {};
    fixed(own, 'name', () => database);
    for (let index = 0; index < NAMES.length; index++) kernel.define(own, NAMES[index], calls[NAMES[index]]);
    kernel.define(own, 'collection', (name: unknown) => handleOf(text(name), calls));
    kernel.define(own, 'query', (sdbql: unknown, binds?: unknown) => kernel.call('db.query', [text(sdbql), binds, tx]));
    kernel.define(own, 'enqueue', (queue: unknown, script: unknown, parameters?: unknown, options?: unknown) =>
      kernel.call('job.enqueue', [text(queue), text(script), parameters, options, tx]),
    );
    kernel.define(own, 'queue', (queue: unknown) => {
      const handle = {};
      kernel.define(handle, 'enqueue', (script: unknown, parameters?: unknown, options?: unknown) =>
        kernel.call('job.enqueue', [text(queue), text(script), parameters, options, tx]),
      );
      return handle;
    });
    return own;
  };

  const db = databaseOf(undefined);
  kernel.define(db, 'transaction', async (work: (tx: object) => unknown, options?: { isolation?: string }) => {
    const id = (await kernel.call('tx.begin', [options?.isolation])) as string;
    let result: unknown;
    try {
      result = await work(databaseOf(id));
    } catch (error) {
      await kernel.call('tx.rollback', [id]);
      throw error;
    }
    await kernel.call('tx.commit', [id]);
    return result;
  });
  kernel.db = db;
}
