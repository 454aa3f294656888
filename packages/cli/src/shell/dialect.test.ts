import assert from 'node:assert/strict';
import { SDBQL, SQL } from './dialect.ts';
import { isComplete } from './statement-text.ts';

const catalogue = { collections: ['users'], fields: () => [{ path: ['name'] }] };

describe('SDBQL in the shell', () => {
  const whole = (text: string) => isComplete(text, SDBQL.problem);

  it('runs a statement as soon as it is whole', () => {
    for (const text of [
      'RETURN 1',
      'FOR u IN users\n  FILTER u.age > 3\n  RETURN u',
      'RETURN 1;',
      'REMOVE "a" IN users',
    ]) {
      assert(whole(text), text);
    }
  });

  it('waits while one only ends too early', () => {
    for (const text of [
      'FOR u IN users',
      'FOR u IN users FILTER',
      'RETURN',
      'RETURN 1 +',
      'LET a = 1',
      'RETURN {a: 1,',
    ]) {
      assert(!whole(text), text);
    }
  });

  it('does not wait for what no further line can mend', () => {
    for (const text of ['RETRUN 1', 'FOR u users RETURN u', 'RETURN 1 1', 'RETURN )']) assert(whole(text), text);
  });

  it('completes from the catalogue', () => {
    assert.equal(SDBQL.complete('FOR u IN users RETURN u.n', catalogue).items[0].text, 'name');
  });
});

describe('SQL in the shell', () => {
  const whole = (text: string) => isComplete(text, SQL.problem);

  it('knows when a statement is whole', () => {
    for (const text of ['SELECT 1', 'SELECT name FROM users WHERE age > 3', 'CREATE TABLE t (a INT)', 'SELCT 1']) {
      assert(whole(text), text);
    }
    for (const text of ['SELECT name FROM', 'SELECT (1', 'CREATE TABLE']) assert(!whole(text), text);
  });

  it('completes words and tables', () => {
    const { start, items } = SQL.complete('SELECT name FROM us', catalogue);
    assert.equal(start, 17);
    assert.deepEqual(items, [
      { kind: 'collection', text: 'users' },
      { kind: 'keyword', text: 'USING' },
    ]);
  });
});
