import { example, scriptFunction as f, type ScriptSection } from '../script-function.ts';

const NO_COLLECTION = "`Collection '<name>' not found`";
const NO_DOCUMENT = "`Document with key '<key>' not found`";
const BAD_KEY = '`Invalid document: _key must be a string`';

/** Queries and documents. */
export const databaseSection: ScriptSection = {
  title: 'The database',
  introduction:
    "Everything happens in the script's own database, with the rights that the script runs with. Functions are called with a colon: `db:query(…)`. `db._name` is the name of the database. A transaction offers the same functions but `transaction`.",
  functions: [
    f('db.query', 'sdbql, binds?', 'list of rows', 'Runs a query, reading or writing.', {
      errors: ['`Bad Request: …`: its text is no query', '`Query execution error: …`'],
      ...example("db:query('FOR p IN people SORT p._key RETURN p.name')", ['Ann', 'Bob']),
    }),
    f(
      'db.collection',
      'name',
      'collection',
      'A handle on a collection; whether there is one is found out when it is used.',
      {
        ...example("db:collection('people')._name", 'people'),
      },
    ),
    f(
      'db.get',
      'collection, key',
      'document or nil',
      'Reads a document.',
      example("db:get('people', 'a').name", 'Ann'),
    ),
    f('db.insert', 'collection, document', 'its key', 'Stores a new document.', {
      errors: [NO_COLLECTION, BAD_KEY, 'When the key is taken'],
      ...example("db:insert('people', { _key = 'c', name = 'Cid' })", 'c'),
    }),
    f('db.update', 'collection, key, changes', 'true', 'Lays members over a document.', {
      errors: [NO_COLLECTION, NO_DOCUMENT],
      ...example("db:update('people', 'a', { age = 31 })", true),
    }),
    f(
      'db.replace',
      'collection, key, document',
      'true',
      'Puts another document in the place of the one with this key.',
      {
        errors: [NO_COLLECTION, NO_DOCUMENT],
        ...example("db:replace('people', 'a', { name = 'New' })", true),
      },
    ),
    f('db.delete', 'collection, key', 'true', 'Removes a document.', {
      errors: [NO_COLLECTION, NO_DOCUMENT],
      ...example("db:delete('people', 'a')", true),
    }),
    f(
      'db.find',
      'collection, filter',
      'list of documents',
      'As `collection:find`.',
      example("#db:find('people', { age = 30 })", 1),
    ),
    f(
      'db.find_one',
      'collection, filter',
      'document or nil',
      'As `collection:find_one`.',
      example("db:find_one('people', { age = 30 }).name", 'Ann'),
    ),
    f('db.count', 'collection, filter?', 'number', 'As `collection:count`.', example("db:count('people')", 2)),
    f('db.upsert', 'collection, key_or_filter, document', 'document', 'As `collection:upsert`.', {
      ...example("db:upsert('people', { name = 'Bob' }, { age = 26 }).age", 26),
    }),
    f('db.bulk_insert', 'collection, documents', 'list of the stored documents', 'As `collection:bulk_insert`.', {
      ...example("#db:bulk_insert('people', { { name = 'X' }, { name = 'Y' } })", 2),
    }),
    f(
      'db.transaction',
      'body(tx), isolation?',
      'what the function returns',
      'Runs a function in a transaction: committed when it returns, undone when it raises, and the error is raised again.',
      {
        errors: ['What the function raises', 'When another transaction was first'],
        ...example("db:transaction(function(tx) return tx:collection('people'):update('a', { age = 99 }).age end)", 99),
      },
    ),
    f(
      'db.enqueue',
      'queue, script, params?, options?',
      'the id of the job',
      'Has a script of this database run later. Options: `priority`, `max_retries`, `run_at` (seconds since 1970), `delay_ms`, `idempotency_key`. The script is not checked to exist.',
      {
        ...example("type(db:enqueue('mail', 'jobs/send', { to = 'x' }))", 'string'),
      },
    ),
    f('db.queue', 'name', 'queue', 'A queue by its name.'),
    f('queue:enqueue', 'script, params?, options?', 'the id of the job', 'As `db:enqueue`.', {
      ...example("type(db:queue('mail'):enqueue('jobs/send', { to = 'x' }, { priority = 9 }))", 'string'),
    }),
  ],
};

/** Methods of a collection's handle. */
export const collectionSection: ScriptSection = {
  title: 'Collections',
  introduction:
    'A filter names members and the values that they must have; `{ age = { ["$gte"] = 18 } }` compares (`$eq $ne $gt $gte $lt $lte $in`). `{}` takes all; what is no table takes none.',
  functions: [
    f('collection:get', 'key', 'document or nil', 'Reads a document.', {
      errors: [NO_COLLECTION],
      ...example("db:collection('people'):get('a').name", 'Ann'),
    }),
    f('collection:insert', 'document', 'the stored document', 'Stores a new document; without `_key` it gets one.', {
      errors: [NO_COLLECTION, BAD_KEY, 'When the key is taken'],
      ...example("db:collection('people'):insert({ _key = 'c', name = 'Cid' }).name", 'Cid'),
    }),
    f(
      'collection:update',
      'key, changes',
      'the merged document',
      'Lays members over a document; names that begin with `_` are passed over.',
      {
        errors: [NO_COLLECTION, NO_DOCUMENT],
        ...example("db:collection('people'):update('a', { age = 31 }).age", 31),
      },
    ),
    f(
      'collection:replace',
      'key, document',
      'the stored document',
      'Puts another document in the place of the one with this key.',
      {
        errors: [NO_COLLECTION, NO_DOCUMENT],
        ...example("db:collection('people'):replace('a', { name = 'New' }).name", 'New'),
      },
    ),
    f('collection:delete', 'key', 'true', 'Removes a document.', {
      errors: [NO_COLLECTION, NO_DOCUMENT],
      ...example("db:collection('people'):delete('a')", true),
    }),
    f('collection:count', 'filter?', 'number', 'How many documents there are, or match.', {
      errors: [NO_COLLECTION],
      ...example("db:collection('people'):count({ age = 30 })", 1),
    }),
    f('collection:find', 'filter', 'list of documents in key order', 'The documents that match.', {
      errors: [NO_COLLECTION],
      ...example("db:collection('people'):find({ name = 'Nobody' })", []),
    }),
    f('collection:find_one', 'filter', 'document or nil', 'The first that matches.', {
      errors: [NO_COLLECTION],
      ...example("db:collection('people'):find_one({ name = 'Bob' })._key", 'b'),
    }),
    f('collection:bulk_insert', 'documents', 'list of the stored documents', 'Stores many documents, all or none.', {
      errors: [NO_COLLECTION, '`Bad Request: bulk_insert expects an array of documents`'],
      ...example("#db:collection('people'):bulk_insert({ { name = 'X' } })", 1),
    }),
    f(
      'collection:upsert',
      'key_or_filter, document',
      'the stored document',
      'A text: updates the document with that key, or stores one under it. A filter: updates the first match, or stores the document. Anything else stores it.',
      {
        errors: [NO_COLLECTION],
        ...example("db:collection('people'):upsert('z', { age = 1 })._key", 'z'),
      },
    ),
  ],
};

const TRANSACTION_METHODS = [
  ['collection', 'name', 'collection'],
  ['query', 'sdbql, binds?', 'list of rows'],
  ['get', 'collection, key', 'document or nil'],
  ['insert', 'collection, document', 'its key'],
  ['update', 'collection, key, changes', 'true'],
  ['replace', 'collection, key, document', 'true'],
  ['delete', 'collection, key', 'true'],
  ['find', 'collection, filter', 'list of documents'],
  ['find_one', 'collection, filter', 'document or nil'],
  ['count', 'collection, filter?', 'number'],
  ['upsert', 'collection, key_or_filter, document', 'document'],
  ['bulk_insert', 'collection, documents', 'list of the stored documents'],
  ['enqueue', 'queue, script, params?, options?', 'the id of the job'],
  ['queue', 'name', 'queue'],
] as const;

/** Methods of a transaction. */
export const transactionSection: ScriptSection = {
  title: 'Transactions',
  introduction:
    '`db:transaction(function(tx) … end)`. A job that is enqueued here exists when the transaction commits, and never when it does not.',
  functions: TRANSACTION_METHODS.map(([name, parameters, result]) =>
    f(`tx:${name}`, parameters, result, `As \`db:${name}\`, inside the transaction.`),
  ),
};

/** Work for later. */
export const jobSection: ScriptSection = {
  title: 'Jobs',
  functions: [
    f(
      'solidb.job.async',
      'script, params?, options?',
      'the id of the job',
      'Has a script run soon, in the queue `default`. It finds the parameters in `request.body`.',
      {
        ...example("type(solidb.job.async('jobs/send', { to = 'x' }))", 'string'),
      },
    ),
    f(
      'solidb.job.cron',
      'schedule, script, params?, options?',
      'the id',
      'Has a script run by a schedule of five or six fields.',
      {
        errors: ['For a bad schedule'],
      },
    ),
    f('solidb.job.status', 'id', 'the job or nil', 'Reads a job.', example("solidb.job.status('none')", null)),
    f('solidb.job.cancel', 'id', 'true', 'Cancels a job.'),
  ],
};
