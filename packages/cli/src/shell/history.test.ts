import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShellHistory } from './history.ts';

describe('ShellHistory', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-history-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives statements back newest first, on one line, and to nobody else', () => {
    const history = new ShellHistory(join(folder, 'history'));
    assert.deepEqual(history.read(), []);
    history.add('FOR u IN users\nRETURN u');
    history.add("RETURN 'a\\nb'");
    history.add('  ');
    assert.deepEqual(history.read(), ["RETURN 'a\\nb'", 'FOR u IN users RETURN u']);
    assert.equal(statSync(history.path).mode & 0o777, 0o600);
  });

  it('forgets the oldest', () => {
    const history = new ShellHistory(join(folder, 'history'));
    writeFileSync(history.path, Array.from({ length: 2500 }, (_, n) => `RETURN ${n}\n`).join(''));
    assert.equal(history.read().length, 1000);
    assert.equal(history.read()[0], 'RETURN 2499');
    assert.equal(readFileSync(history.path, 'utf8').split('\n').length, 1001);
  });

  it('is no reason to stop when it cannot be written', () => {
    const history = new ShellHistory(join(folder, 'none', 'history'));
    history.add('RETURN 1');
    assert.deepEqual(history.read(), []);
  });
});
