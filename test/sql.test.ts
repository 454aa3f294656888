import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Client, connect, type Database } from '@cairn/client';
import { cairn } from './harness/cairn-command.ts';
import { ServerProcess } from './harness/server-process.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

/** More than the planner leaves to the main thread. */
const USERS = 25_000;

describe('SQL, from end to end', function () {
  this.timeout(60_000);

  const folder = temporaryFolder('sql');
  let server: ServerProcess;
  let client: Client;
  let shop: Database;

  before(async () => {
    server = await ServerProcess.start({ dataDir: join(folder.path, 'data') });
    client = await connect({ port: server.port, user: 'admin', password: server.password });
    await client.databases.create('shop');
    shop = client.database('shop');
    await shop.sql('CREATE TABLE users (id INTEGER NOT NULL, name TEXT)');
    await shop.sql('CREATE TABLE orders');
    const numbers = Array.from({ length: USERS }, (_, id) => ({ id, name: `n${id % 100}`, age: id % 80 }));
    await shop.collection('users').bulkInsert(numbers);
    await shop.sql('INSERT INTO orders (user, total) SELECT id, id % 10 FROM users WHERE id % 5 = 0');
  });

  after(async () => {
    await client?.close();
    await server?.stop();
    folder.remove();
  });

  it('runs on worker threads with subqueries that stand in several places', async () => {
    const [average] = await shop.sql<{ a: number }>('SELECT AVG(age) AS a FROM users');
    const old = await shop.sql<{ n: number; f: number }>(
      'SELECT COUNT(*) AS n, COUNT(*) FILTER (WHERE NOT (age > (SELECT AVG(age) FROM users))) AS f FROM users',
    );
    const expected = Array.from({ length: USERS }, (_, id) => id % 80).filter((age) => age <= average!.a).length;
    assert.deepEqual(old, [{ n: USERS, f: expected }]);
    const without = 'SELECT COUNT(*) AS n FROM users WHERE id NOT IN (SELECT user FROM orders WHERE total >= ?)';
    assert.deepEqual(await shop.sql(without, [5]), [{ n: USERS - USERS / 10 }]);
    const joined = 'SELECT SUM(o.total) AS s FROM users u LEFT JOIN orders o ON o.user = u.id';
    assert.deepEqual(await shop.sql(joined), [{ s: (USERS / 10) * 5 }]);
  });

  it('fetches rows as they are read, and stays inside a transaction', async () => {
    let count = 0;
    for await (const rows of (await shop.sqlCursor('SELECT id FROM users', {}, { batchSize: 7_000 })).batches()) {
      count += rows.length;
    }
    assert.equal(count, USERS);
    await assert.rejects(
      shop.transaction(async (transaction) => {
        await transaction.sql('UPDATE users SET age = :age WHERE id < 3', { age: -1 });
        const changed = await transaction.sql('SELECT COUNT(*) AS n FROM users WHERE age = -1');
        assert.deepEqual(changed, [{ n: 3 }]);
        throw new Error('no');
      }),
      /no/,
    );
    assert.deepEqual(await shop.sql('SELECT COUNT(*) AS n FROM users WHERE age = -1'), [{ n: 0 }]);
  });

  it('shows its translation, which answers the same', async () => {
    const text =
      'SELECT name, COUNT(*) AS n FROM users WHERE age BETWEEN 20 AND 40 GROUP BY name ORDER BY n DESC, name LIMIT 5';
    assert.deepEqual(await shop.query(await shop.translateSql(text)), await shop.sql(text));
  });

  it('is a language of the command line', async () => {
    const environment = { CAIRN_URL: `127.0.0.1:${server.port}`, CAIRN_PASSWORD: server.password };
    const run = (...args: string[]) => cairn(['query', 'shop', ...args, '--sql'], { environment });
    const { stdout } = await run(
      'SELECT id FROM users WHERE age = :age ORDER BY id LIMIT 2',
      '--bind',
      'age=7',
      '--format',
      'ndjson',
    );
    assert.equal(stdout, '{"id":7}\n{"id":87}\n');
    assert.match((await run('SELECT id FROM users', '--explain')).stdout, /"query": "EXPLAIN FOR doc IN users/);
    const wrong = await run('SELECT id FRM users');
    assert.equal(wrong.exitCode, 1);
    assert.match(wrong.stderr, /expected the end of the statement after 'FRM'/);
  });
});
