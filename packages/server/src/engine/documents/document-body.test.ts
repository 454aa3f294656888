import assert from 'node:assert/strict';
import { CairnError, decodeValue, encodeValue, type Value, type ValueObject } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { requireEdgeEnds, takeDocument, withoutSystemMembers } from './document-body.ts';
import { keepEnds, mergeBody } from './merge-body.ts';

const SYSTEM = ['_key', '_id', '_rev', '_created_at', '_updated_at'];
/** Not names that look like positions of an array: plain objects do not keep these in the order of writing. */
const name = fc.oneof(
  fc.string({ maxLength: 6 }).filter((text) => !/^\d+$/.test(text)),
  fc.constantFrom('a', 'b', '_x', '_from', '_to', '__proto__', 'n'.repeat(300)),
);
const value = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.array(fc.integer(), { maxLength: 3 }));

function documentOf(entries: readonly (readonly [string, Value])[]): ValueObject {
  const document: ValueObject = {};
  for (const [key, one] of entries) {
    Object.defineProperty(document, key, { value: one, enumerable: true, configurable: true, writable: true });
  }
  return document;
}

const members = fc.array(fc.tuple(name, value), { maxLength: 40 });
const system = fc.array(fc.tuple(fc.constantFrom(...SYSTEM), fc.string({ maxLength: 40 })), { maxLength: 5 });

describe('withoutSystemMembers', () => {
  it('takes the system members out wherever they stand, and keeps the rest in order', () => {
    fc.assert(
      fc.property(members, system, fc.integer({ min: 0, max: 40 }), (plain, reserved, at) => {
        const entries: (readonly [string, Value])[] = [...plain];
        entries.splice(Math.min(at, entries.length), 0, ...reserved);
        const document = documentOf(entries);
        const { key, body } = withoutSystemMembers(Uint8Array.from(encodeValue(document)));
        const expected = documentOf(Object.entries(document).filter(([one]) => !SYSTEM.includes(one)));
        assert.deepEqual(Object.entries(decodeValue(body) as ValueObject), Object.entries(expected));
        assert.deepEqual(Buffer.from(body), Buffer.from(encodeValue(expected)));
        assert.equal(key, document._key);
      }),
    );
  });

  it('refuses what is no object and keys that are no strings', () => {
    const refused = (one: Value) =>
      assert.throws(
        () => takeDocument(encodeValue(one), { offset: 0 }),
        (error) => error instanceof CairnError,
      );
    refused([1]);
    refused('text');
    refused({ _key: 1 });
    refused({ a: 1, _key: null });
  });
});

describe('mergeBody', () => {
  it('lays changed members over the old ones and ignores reserved names', () => {
    fc.assert(
      fc.property(members, members, fc.boolean(), (before, changes, isEdge) => {
        const old = documentOf(before);
        const laid = documentOf(changes);
        const allowed = (one: string) => !one.startsWith('_') || (isEdge && (one === '_from' || one === '_to'));
        const expected = documentOf([...Object.entries(old), ...Object.entries(laid).filter(([one]) => allowed(one))]);
        const merged = mergeBody(encodeValue(old), encodeValue(laid), isEdge);
        assert.deepEqual(Buffer.from(merged), Buffer.from(encodeValue(expected)));
      }),
    );
  });
});

describe('keepEnds', () => {
  it('keeps the ends that are not named anew, and nothing else of the document before', () => {
    const kept = (before: ValueObject, replacement: ValueObject) =>
      decodeValue(keepEnds(encodeValue(before), encodeValue(replacement)));
    const edge = { w: 1, _from: 'a/1', x: 2, _to: 'a/2' };
    assert.deepEqual(kept(edge, { w: 3 }), { _from: 'a/1', _to: 'a/2', w: 3 });
    assert.deepEqual(kept(edge, { _to: 'b', w: 3 }), { _from: 'a/1', _to: 'b', w: 3 });
    assert.deepEqual(kept(edge, {}), { _from: 'a/1', _to: 'a/2' });
    assert.deepEqual(kept({ w: 1 }, { v: 2 }), { v: 2 });
  });
});

describe('requireEdgeEnds', () => {
  it('wants both ends as non-empty strings', () => {
    requireEdgeEnds(encodeValue({ _from: 'a/1', w: 1, _to: 'a/2' }));
    const bad: [ValueObject, RegExp][] = [
      [{ _to: 'a/2' }, /_from field$/],
      [{ _from: 'a/1' }, /_to field$/],
      [{ _from: '', _to: 'x' }, /_from field must be a non-empty string/],
      [{ _from: 'x', _to: 5 }, /_to field must be a string/],
    ];
    for (const [body, words] of bad) assert.throws(() => requireEdgeEnds(encodeValue(body)), words);
  });
});
