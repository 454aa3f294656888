import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOutput } from './output-target.ts';

describe('an output', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-output-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has its name when it is whole, and before that another one', async () => {
    writeFileSync(at('rows'), 'old');
    const output = await openOutput(at('rows'));
    await output.write('new');
    assert.equal(readFileSync(at('rows'), 'utf8'), 'old');
    await output.finish();
    assert.equal(readFileSync(at('rows'), 'utf8'), 'new');
    const dropped = await openOutput(at('rows'));
    await dropped.write('half');
    dropped.discard();
    assert.equal(readFileSync(at('rows'), 'utf8'), 'new');
    assert.equal(existsSync(at('rows.partial')), false);
  });

  it('leaves a symbolic link where it is', async () => {
    writeFileSync(at('rows'), 'old');
    symlinkSync('rows', at('link'));
    const output = await openOutput(at('link'));
    await output.write('new');
    await output.finish();
    assert(lstatSync(at('link')).isSymbolicLink());
    assert.equal(readFileSync(at('rows'), 'utf8'), 'new');
  });

  it('never puts a file in the place of a pipe', async function () {
    if (spawnSync('mkfifo', [at('pipe')]).status !== 0) this.skip();
    const reader = readFile(at('pipe'), 'utf8');
    const output = await openOutput(at('pipe'));
    await output.write('new');
    await output.finish();
    assert.equal(await reader, 'new');
    assert(statSync(at('pipe')).isFIFO());
  });

  it('is no folder', async () => {
    await assert.rejects(openOutput(folder), /is a folder/);
  });
});
