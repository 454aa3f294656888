import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { Store } from './store.ts';

const STORE = new URL('./store.ts', import.meta.url).href;

describe('the folder lock', () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'cairn-lock-'));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));

  const refused = (error: unknown) =>
    error instanceof CairnError && error.code === 'invalid_argument' && error.message.includes(path);

  it('refuses a second open of the folder until the first is closed', async () => {
    const first = await Store.open({ path });
    await assert.rejects(Store.open({ path }), refused);
    await first.close();
    await (await Store.open({ path })).close();
  });

  it('holds against another user who may not ask for it, and may remove it', async function () {
    if (process.geteuid?.() !== 0) this.skip();
    const first = await Store.open({ path });
    chmodSync(path, 0o777);
    const lock = statSync(join(path, 'lock')).ino;
    process.seteuid!(65_534);
    try {
      await assert.rejects(Store.open({ path }), /cannot be asked: .*EACCES/);
    } finally {
      process.seteuid!(0);
    }
    assert.equal(statSync(join(path, 'lock')).ino, lock);
    await first.close();
  });

  it('holds against another process, and falls with it when it is killed', async function () {
    this.timeout(30_000);
    const program = `import { Store } from ${JSON.stringify(STORE)};
      await Store.open({ path: ${JSON.stringify(path)} });
      console.log('open');
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(owner, 'close');
    await once(owner.stdout, 'data');
    await assert.rejects(Store.open({ path }), refused);
    owner.kill('SIGKILL');
    await exited;
    await (await Store.open({ path })).close();
  });
});
