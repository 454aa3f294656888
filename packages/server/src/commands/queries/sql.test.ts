import assert from 'node:assert/strict';
import type { Session } from '../../runner/session.ts';
import { ADMIN_PASSWORD, TestEngine } from '../../testing/test-engine.ts';

describe('the command sql', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let admin: Session;

  before(async () => {
    test = await TestEngine.open();
    admin = test.session();
    await test.data(admin, 'create_database', { name: 'shop' });
    await sql('CREATE TABLE users (_key TEXT, name VARCHAR(20) NOT NULL, age INTEGER, email TEXT UNIQUE)');
    await sql("INSERT INTO users (_key, name, age) VALUES ('1', 'Ann', 30), ('2', 'Bob', 25), ('3', 'Cid', NULL)");
    await test.data(admin, 'create_user', { username: 'vic', password: `${ADMIN_PASSWORD} vic` });
    await test.data(admin, 'assign_role', { username: 'vic', role: 'viewer' });
  });

  after(() => test.close());

  const send = (query: string, fields = {}, session = admin) =>
    test.send(session, 'sql', { database: 'shop', query, ...fields });
  const sql = async (query: string, fields = {}) => {
    const reply = await send(query, fields);
    assert.equal(reply.status, 'ok', JSON.stringify(reply.error));
    return reply.data;
  };

  it('takes parameters by place and by name', async () => {
    const ann = [{ name: 'Ann' }];
    assert.deepEqual(await sql('SELECT name FROM users WHERE age > ?', { bind_vars: [26] }), ann);
    assert.deepEqual(await sql('SELECT name FROM users WHERE age > $1', { bind_vars: [26] }), ann);
    assert.deepEqual(await sql('SELECT name FROM users WHERE age > :age', { bind_vars: { age: 26 } }), ann);
    assert.deepEqual(await sql('SELECT name FROM users WHERE name = ?', { bind_vars: ["x' OR '1' = '1"] }), []);
    assert.equal((await send('SELECT name FROM users WHERE age > ?')).code, 'invalid_argument');
  });

  it('shows the translation, and with dry_run nothing else', async () => {
    const text = "INSERT INTO users (name) VALUES ('Dry')";
    const dry = await send(text, { dry_run: true });
    assert.equal(dry.sdbql, "FOR row IN [{name: 'Dry'}] INSERT row INTO users");
    assert.deepEqual(dry.data, []);
    assert.deepEqual(await sql('SELECT COUNT(*) AS n FROM users'), [{ n: 3 }]);
    assert.equal((await send('SELECT 1 AS one')).sdbql, 'RETURN {one: 1}');
    assert.equal((await send('SELECT * FROM users', { dry_run: true })).sdbql, 'FOR doc IN users RETURN doc');
  });

  it('keeps the types and constraints of CREATE TABLE', async () => {
    assert.equal((await send('INSERT INTO users (age) VALUES (1)')).code, 'schema_violation');
    assert.equal((await send("INSERT INTO users (name, age) VALUES ('x', 'old')")).code, 'schema_violation');
    await sql("INSERT INTO users (name, email) VALUES ('Eve', 'e@x')");
    assert.equal((await send("INSERT INTO users (name, email) VALUES ('Fay', 'e@x')")).code, 'unique_violation');
    await sql("DELETE FROM users WHERE email = 'e@x'");
  });

  it('defines tables and indexes', async () => {
    await sql('CREATE TABLE IF NOT EXISTS users');
    assert.equal((await send('CREATE TABLE users')).code, 'already_exists');
    await sql('CREATE INDEX by_age ON users (age)');
    await sql('CREATE INDEX IF NOT EXISTS by_age ON users (age)');
    const [plan] = (await sql('EXPLAIN SELECT name FROM users WHERE age = 30')) as {
      collections: { index_used: string }[];
    }[];
    assert.equal(plan!.collections[0]!.index_used, 'by_age');
    await sql('DROP INDEX by_age');
    assert.equal((await send('DROP INDEX by_age ON users')).code, 'not_found');
    await sql('DROP INDEX IF EXISTS by_age');
    await sql('CREATE TABLE gone (a INT)');
    await sql('TRUNCATE TABLE gone');
    await sql('DROP TABLE gone');
    assert.equal((await send('SELECT * FROM gone')).code, 'not_found');
    await sql('DROP TABLE IF EXISTS gone');
  });

  it('runs in a transaction, by the rights of the user, and with a cursor', async () => {
    const { tx_id: transaction } = await test.send(admin, 'begin_transaction', { database: 'shop' });
    await sql("UPDATE users SET age = 99 WHERE name = 'Ann'", { tx_id: transaction });
    assert.deepEqual(await sql("SELECT age FROM users WHERE name = 'Ann'"), [{ age: 30 }]);
    assert.deepEqual(await sql("SELECT age FROM users WHERE name = 'Ann'", { tx_id: transaction }), [{ age: 99 }]);
    assert.equal((await send('CREATE TABLE t', { tx_id: transaction })).code, 'invalid_argument');
    await test.data(admin, 'rollback_transaction', { tx_id: transaction! });
    const viewer = test.session('vic');
    assert.equal((await send('SELECT 1', {}, viewer)).status, 'ok');
    for (const text of [
      'DELETE FROM users',
      "INSERT INTO users (name) VALUES ('x')",
      'DROP TABLE users',
      'CREATE TABLE x',
    ]) {
      assert.equal((await send(text, {}, viewer)).code, 'permission_denied', text);
    }
    const first = await send('SELECT name FROM users ORDER BY name', { batch_size: 2 });
    assert.deepEqual(first.data, [{ name: 'Ann' }, { name: 'Bob' }]);
    const rest = await test.send(admin, 'cursor_next', { cursor: first.cursor! });
    assert.deepEqual(rest.data, [{ name: 'Cid' }]);
  });

  it('keeps plans of one text in two languages apart', async () => {
    const text = 'RETURN 1';
    assert.equal((await send(text)).code, 'parse_error');
    assert.deepEqual(await test.data(admin, 'query', { database: 'shop', sdbql: text }), [1]);
    assert.equal((await send(text)).code, 'parse_error');
  });

  it('says where a text went wrong and what is not supported', async () => {
    const reply = await send('SELECT name\nFROM users WHERE');
    assert.equal(reply.code, 'parse_error');
    assert.deepEqual(reply.details, { line: 2, column: 17, offset: 28 });
    assert.match(JSON.stringify(reply.error), /expected an expression after WHERE, found the end of the statement/);
    assert.match(JSON.stringify((await send('ALTER TABLE users ADD x INT')).error), /ALTER is not supported/);
    assert.match(JSON.stringify((await send('CREATE TABLE t (a POINT)')).error), /the type POINT is not supported/);
  });
});
