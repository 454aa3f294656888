import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import { call } from '../testing/call.ts';
import { testContext } from '../testing/function-context.ts';

const people: ValueObject[] = ['a', 'b', 'c', 'd', 'b/c'].map((key) => ({ _key: key, name: key.toUpperCase() }));
const context = testContext({ people: { documents: people } });
const names = (found: Value) => (found as ValueObject[]).map(({ name }) => name);

describe('DOCUMENT', () => {
  it('takes an id, with its database or without', () => {
    for (const id of ['people/b', 'shop:people/b']) assert.equal(call('DOCUMENT', [id], context), people[1]);
    assert.equal(call('DOCUMENT', ['people/b/c'], context), people[4], 'a key may hold a slash');
    assert.equal(call('DOCUMENT', ['people/z'], context), null);
  });

  it('takes a collection and a key, or the id in its place', () => {
    for (const key of ['b', 'people/b', 'shop:people/b']) {
      assert.equal(call('DOCUMENT', ['people', key], context), people[1]);
    }
    assert.equal(call('DOCUMENT', ['people', null], context), null);
  });

  it('leaves out of many what it does not find', () => {
    assert.deepEqual(names(call('DOCUMENT', [['people/c', 'people/z', 'people/a']], context)), ['C', 'A']);
    assert.deepEqual(names(call('DOCUMENT', ['people', ['z', 'b', null, 5]], context)), ['B']);
    const ids = [null, 5, 'people', 'nobody/a', '_system:people/a', 'people/a'];
    assert.deepEqual(names(call('DOCUMENT', [ids], context)), ['A'], 'nor what is no id or leads nowhere');
  });

  it('never reaches another database', () => {
    for (const args of [['_system:people/a'], ['_system:people', 'a'], ['_system:people', ['a']]]) {
      assert.throws(() => call('DOCUMENT', args, context), { code: 'not_found' });
    }
    for (const name of ['COLLECTION_COUNT', 'SAMPLE']) {
      const args = name === 'SAMPLE' ? ['_system:people', 1] : ['_system:people'];
      assert.throws(() => call(name, args, context), { code: 'not_found' });
    }
  });

  it('refuses what is no id', () => {
    assert.throws(() => call('DOCUMENT', ['people'], context), /collection\/key/);
    assert.throws(() => call('DOCUMENT', [5], context), /argument 1/);
    assert.throws(() => call('DOCUMENT', ['people', 5], context), /argument 2/);
    assert.throws(() => call('DOCUMENT', ['nobody/a'], context), { code: 'not_found' });
  });
});

describe('SAMPLE', () => {
  it('draws different documents, as many as there are', () => {
    for (const count of [0, 1, 3, 5, 99]) {
      const drawn = names(call('SAMPLE', ['people', count], context));
      assert.equal(drawn.length, Math.min(count, people.length));
      assert.equal(new Set(drawn).size, drawn.length);
    }
  });

  it('draws each document about as often as any other', () => {
    const draws = 5000;
    const times = new Map<Value, number>();
    for (let draw = 0; draw < draws; draw++) {
      for (const name of names(call('SAMPLE', ['people', 2], context))) times.set(name, (times.get(name) ?? 0) + 1);
    }
    const expected = (draws * 2) / people.length;
    for (const count of times.values())
      assert.ok(Math.abs(count - expected) < expected * 0.15, `${count} of ${expected}`);
  });
});
