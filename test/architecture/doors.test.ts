import assert from 'node:assert/strict';
import { breaches } from '../../tools/check-architecture.ts';

/** The checker is itself checked: each kind of breach is planted, and must be found. */
describe('the architecture check', () => {
  it('finds nothing in a sound house', () => {
    const files = [
      { path: 'packages/storage/src/index.ts', text: "export { a } from './a.ts';" },
      { path: 'packages/storage/src/a.ts', text: "import { b } from '@cairn/protocol/internal';" },
    ];
    assert.deepEqual(breaches(files), []);
  });

  it('finds an import cycle, and ignores one of types alone', () => {
    const cycle = [
      { path: 'packages/query/src/a.ts', text: "import { b } from './b.ts';" },
      { path: 'packages/query/src/b.ts', text: "import { a } from './a.ts';" },
    ];
    assert.equal(breaches(cycle).length, 1);
    const types = [cycle[0]!, { path: 'packages/query/src/b.ts', text: "import type { A } from './a.ts';" }];
    assert.deepEqual(breaches(types), []);
  });

  it('finds a reach past the doors, by name and by path', () => {
    const files = [
      { path: 'packages/query/src/a.ts', text: "import { b } from '@cairn/storage/src/b.ts';" },
      { path: 'packages/query/src/c.ts', text: "import { b } from '../../storage/src/b.ts';" },
    ];
    assert.equal(breaches(files).length, 2);
  });

  it('finds a dependency against the direction of the house', () => {
    const files = [{ path: 'packages/protocol/src/a.ts', text: "import { b } from '@cairn/server';" }];
    assert.deepEqual(breaches(files), ['packages/protocol/src/a.ts: protocol may not depend on server']);
  });
});
