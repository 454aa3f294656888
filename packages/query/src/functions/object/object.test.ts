import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { call } from '../testing/call.ts';

const names = fc.constantFrom('a', 'b', '_c', '__proto__', 'constructor', 'toString');
const objects: fc.Arbitrary<ValueObject> = fc.dictionary(names, fc.constantFrom<Value>(null, 1, 'x', [1], { a: 2 }), {
  maxKeys: 5,
});

describe('objects', () => {
  it('are taken apart and put together again, whatever their members are called', () =>
    fc.assert(
      fc.property(objects, (object) => {
        const again = call('FROM_ENTRIES', [call('ENTRIES', [object])]) as ValueObject;
        assert.deepEqual(Object.entries(again), Object.entries(object));
        assert.equal(Object.getPrototypeOf(again), Object.prototype);
      }),
    ));

  it('KEEP and UNSET share out the members', () =>
    fc.assert(
      fc.property(objects, names, names, (object, one, two) => {
        const kept = call('KEEP', [object, one, two]) as ValueObject;
        const left = call('UNSET', [object, one, two]) as ValueObject;
        assert.equal(Object.keys(kept).length + Object.keys(left).length, Object.keys(object).length);
        for (const name of Object.keys(object)) {
          assert.equal(call('HAS', [kept, name]), name === one || name === two);
          assert.equal(call('HAS', [left, name]), name !== one && name !== two);
        }
      }),
    ));

  it('are merged with the later member counting', () =>
    fc.assert(
      fc.property(objects, objects, (first, second) => {
        const merged = call('MERGE', [first, null, second]) as ValueObject;
        for (const name of Object.keys(merged)) {
          assert.deepEqual(merged[name], Object.hasOwn(second, name) ? second[name] : first[name]);
        }
        assert.equal(({} as { a?: unknown }).a, undefined, 'no prototype was touched');
      }),
    ));

  it('are merged at every depth by DEEP_MERGE, arrays replaced', () => {
    assert.deepEqual(call('DEEP_MERGE', [{ a: { x: 1, l: [1, 2] } }, { a: { y: 2, l: [3] } }, { a: { x: null } }]), {
      a: { x: null, l: [3], y: 2 },
    });
    let deep: ValueObject = {};
    for (let level = 0; level < 500; level++) deep = { deep };
    assert.throws(() => call('DEEP_MERGE', [deep, deep]), { code: 'limit_exceeded' });
  });

  it('give what stands at a path, own members only', () => {
    assert.equal(call('GET', [{ a: { b: null } }, 'a.b', 1]), null);
    assert.equal(call('GET', [{ a: {} }, 'a.constructor', 'none']), 'none');
    assert.equal(call('GET', [{ a: [1] }, 'a.0', 'none']), 'none');
    assert.equal(call('HAS', [{}, 'toString']), false);
  });

  it('hide the system’s members when asked', () => {
    assert.deepEqual(call('ATTRIBUTES', [{ _key: 1, b: 1, a: 2 }, true, true]), ['a', 'b']);
    assert.deepEqual(call('VALUES', [{ _key: 1, b: 3 }, true]), [3]);
  });

  it('are looked for in an array, whatever else it holds', () => {
    const mixed: Value[] = [5, { a: 1 }, null, 'x', { b: [2] }];
    assert.deepEqual(call('KEYS', [mixed]), ['a', 'b']);
    assert.deepEqual(call('VALUES', [mixed]), [1, [2]]);
    assert.equal(call('HAS', [mixed, 'b']), true);
    assert.equal(call('HAS', [[5, null], 'b']), false);
    for (const name of ['KEYS', 'VALUES']) assert.throws(() => call(name, ['x']), /must be an object or an array/);
  });
});
