import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BlockReference } from '../tree/block-reference.ts';
import { editTree, type RecordChange } from '../tree/edit-tree.ts';
import { TreeVersion } from '../tree/tree-version.ts';
import { applyTreeDelta, treeDelta } from './tree-delta.ts';

const key = fc.nat({ max: 400 }).map((number) => Buffer.from(String(number).padStart(3, '0')));
const change = fc.record({ key, value: fc.option(fc.uint8Array({ maxLength: 60 }), { nil: undefined }) });
const changes = fc
  .uniqueArray(change, { maxLength: 40, selector: (one) => one.key.toString() })
  .map((some) => some.sort((a, b) => Buffer.compare(a.key, b.key)));

const edited = (tree: TreeVersion, some: readonly RecordChange[]): TreeVersion =>
  editTree(tree, some, { blockMaxBytes: 256, read: (reference) => reference.bytes! }).version;

describe('the delta of a tree', () => {
  it('makes of a mirrored version the mirror of any later one, and keeps the references of blocks that stay', () => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 1, maxLength: 8 }), fc.array(fc.nat({ max: 8 })), (commits, sent) => {
        let original = new TreeVersion(7, []);
        let told = original;
        let mirror = original;
        const partners = new Map<BlockReference, BlockReference>();
        for (const [number, commit] of commits.entries()) {
          original = edited(original, commit);
          if (sent.includes(number)) continue; // several commits go into one delta
          const gone = new Set<BlockReference>();
          const before = mirror;
          mirror = applyTreeDelta(before, structuredClone(treeDelta(told, original, 0)), {
            gone: (one) => gone.add(one),
            unwritten: () => assert.fail('all blocks are in the file'),
          });
          told = original;
          assert.deepEqual(
            Array.from(mirror.references, (one) => Buffer.from(one.fence).toString()),
            Array.from(original.references, (one) => Buffer.from(one.fence).toString()),
          );
          for (const [at, reference] of [...original.references].entries()) {
            const known = partners.get(reference);
            if (known === undefined) partners.set(reference, mirror.references.at(at)!);
            else assert.equal(mirror.references.at(at)!, known);
            if (known === undefined) assert.ok(![...before.references].includes(mirror.references.at(at)!));
            const next = original.references.at(at + 1)?.fence;
            const successor = mirror.references.at(at)!.successor;
            assert.deepEqual(successor && Buffer.from(successor), next && Buffer.from(next));
          }
          const left = [...before.references].filter((one) => ![...mirror.references].includes(one));
          assert.deepEqual(new Set(left), gone);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('brings the bytes of blocks that the file may not have', () => {
    const tree = edited(new TreeVersion(1, []), fill(0, 40));
    for (const [at, reference] of [...tree.references].entries()) reference.lsn = at + 1;
    const delta = structuredClone(treeDelta(undefined, tree, 3));
    const told: BlockReference[] = [];
    const mirror = applyTreeDelta(undefined, delta, { gone: () => {}, unwritten: (one) => told.push(one) });
    assert.equal(mirror.references.length, tree.references.length);
    for (const [at, reference] of [...mirror.references].entries()) {
      if (at < 3) assert.equal(reference.bytes, undefined);
      else assert.deepEqual(reference.bytes, tree.references.at(at)!.bytes);
    }
    assert.deepEqual(told, [...mirror.references].slice(3));
  });

  it('is refused by a thread that does not have the earlier version', () => {
    const tree = edited(new TreeVersion(1, []), fill(0, 2));
    const delta = treeDelta(tree, edited(tree, fill(2, 4)), 0);
    assert.throws(() => applyTreeDelta(undefined, delta, { gone: () => {}, unwritten: () => {} }), {
      code: 'internal',
    });
  });

  it('is empty between a version and itself', () => {
    const tree = edited(new TreeVersion(1, []), [{ key: Buffer.from('a'), value: Buffer.from('b') }]);
    assert.equal(treeDelta(tree, tree, 0).edits.length, 0);
  });

  it('finds the changed blocks among many', () => {
    const references = Array.from({ length: 1000 }, (_, at) => new BlockReference(fence(at), undefined, true));
    const changed = references.with(10, new BlockReference(fence(10), undefined, true)).toSpliced(500, 1);
    const delta = treeDelta(new TreeVersion(1, references), new TreeVersion(1, changed), 0);
    assert.deepEqual([...delta.edits], [10, 1, 1, 500, 1, 0]);
  });
});

function fill(from: number, to: number) {
  return Array.from({ length: to - from }, (_, at) => ({ key: fence(from + at), value: Buffer.alloc(50, at) }));
}

function fence(at: number): Uint8Array {
  return Buffer.from(String(at).padStart(6, '0'));
}
