import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../command-error.ts';
import { assertSameImport, CheckpointFile, type CheckpointState } from './checkpoint.ts';

const STATE: CheckpointState = {
  source: { path: 'places.csv', bytes: 100, beginning: 'abc' },
  target: 'world/places',
  options: 'csv',
  keySeed: '0123456789abcdef0123',
  offset: 50,
  line: 7,
  ordinal: 5,
  claimedTo: 100,
  columns: ['a', 'b'],
  imported: 4,
  rejects: { count: 1, bytes: 30 },
};

describe('CheckpointFile', () => {
  let folder: string;
  let file: CheckpointFile;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-checkpoint-'));
    file = new CheckpointFile(join(folder, 'checkpoint'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('reads back what it wrote, and nothing when there is none', () => {
    assert.equal(file.read(), undefined);
    file.write({ ...STATE, offset: 1 });
    file.write(STATE);
    const { format, version, ...state } = file.read() as CheckpointState & { format: string; version: number };
    assert.deepEqual([format, version], ['cairn import checkpoint', 1]);
    assert.deepEqual(state, STATE);
    assert.deepEqual(readdirSync(folder), ['checkpoint']);
    file.remove();
    assert.equal(file.read(), undefined);
  });

  it('refuses what is no checkpoint', () => {
    for (const text of ['', '{}', 'null', '{"format":"cairn import checkpoint","version":2}', '[1']) {
      writeFileSync(file.path, text);
      assert.throws(() => file.read(), UsageError, text);
    }
    file.write({ ...STATE, offset: -1 });
    assert.throws(() => file.read(), /damaged/);
  });

  it('refuses to go on with another source, target or options', () => {
    assertSameImport(STATE, STATE);
    assert.throws(() => assertSameImport(STATE, { ...STATE, source: { ...STATE.source, bytes: 99 } }), UsageError);
    assert.throws(() => assertSameImport(STATE, { ...STATE, target: 'world/other' }), UsageError);
    assert.throws(() => assertSameImport(STATE, { ...STATE, options: 'json' }), UsageError);
  });
});
