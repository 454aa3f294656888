import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';

describe('makeFolder', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-make-folder-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes all that is missing, for the owner alone, and says whether it made anything', () => {
    const path = join(folder, 'a', 'b', 'c');
    assert.equal(makeFolder(path), true);
    assert.equal(makeFolder(path), false);
    for (const made of [join(folder, 'a'), path]) assert.equal(statSync(made).mode & 0o777, 0o700);
  });

  it('fails where a file stands in the way', () => {
    writeFileSync(join(folder, 'file'), '');
    assert.throws(() => makeFolder(join(folder, 'file', 'a')), { code: 'ENOTDIR' });
  });

  it('fails where nothing can be made, and does not try for ever', function () {
    if (!existsSync('/proc/self')) this.skip();
    assert.throws(() => makeFolder('/proc/cairn/databases'), { code: 'ENOENT' });
  });
});
