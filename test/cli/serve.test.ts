import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect } from '@cairn/client';
import { cairn } from '../harness/cairn-command.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const MAIN = resolve(import.meta.dirname, '../../packages/cli/src/main.ts');

describe('cairn serve', function () {
  this.timeout(60_000);

  const folder = temporaryFolder('cli-serve');
  const started: ChildProcess[] = [];
  after(() => {
    for (const child of started) child.kill('SIGKILL');
    folder.remove();
  });

  /** Starts a server without a chosen password and answers what it says of itself. */
  async function serve(...flags: string[]): Promise<{ child: ChildProcess; banner: string; port: number }> {
    const { CAIRN_ADMIN_PASSWORD: _chosen, SOLIDB_ADMIN_PASSWORD: _either, ...environment } = process.env;
    const child = spawn(process.execPath, [MAIN, 'serve', '--log-level', 'silent', ...flags], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(child);
    let banner = '';
    for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
      banner += chunk;
      if (banner.includes('Ctrl-C')) break;
    }
    child.stdout!.resume();
    return { child, banner, port: Number(/cairn:\/\/127\.0\.0\.1:(\d+)/.exec(banner)![1]) };
  }

  async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    child.kill(signal);
    const [exitCode] = await once(child, 'exit');
    return exitCode;
  }

  const dataDir = join(folder.path, 'data');

  it('shows the first password once, and stops with code 0 when told', async () => {
    const first = await serve('--port', '0', '--data-dir', dataDir);
    assert(first.banner.includes(dataDir));
    const password = /password {2}(\S+)/.exec(first.banner)![1];
    const client = await connect({ port: first.port, user: 'admin', password });
    await client.close();
    assert.equal(await stop(first.child, 'SIGTERM'), 0);

    const second = await serve('--port', '0', '--data-dir', dataDir);
    assert.doesNotMatch(second.banner, /password/);
    assert.equal(await stop(second.child, 'SIGINT'), 0);
  });

  it('lets flags beat variables, and these the config file', async () => {
    const config = join(folder.path, 'cairn.json');
    writeFileSync(config, JSON.stringify({ port: 1, dataDir }));
    const { child, banner, port } = await serve('--config', config, '--port', '0');
    assert(port > 1 && banner.includes(dataDir));

    const taken = await cairn([
      'serve',
      '--log-level',
      'silent',
      '--port',
      String(port),
      '--data-dir',
      join(folder.path, 'other'),
    ]);
    assert.equal(taken.exitCode, 1);
    assert.match(taken.stderr, new RegExp(`^cairn: .*${port}.*\n$`));
    const locked = await cairn(['serve', '--log-level', 'silent', '--port', '0', '--data-dir', dataDir]);
    assert.equal(locked.exitCode, 1);
    assert.match(locked.stderr, /^cairn: .*already open.*\n$/);
    assert.equal(await stop(child, 'SIGTERM'), 0);
  });

  it('refuses wrong settings with code 2', async () => {
    for (const flags of [
      ['--port', 'x'],
      ['--log-level', 'loud'],
      ['--config', join(folder.path, 'none.json')],
    ]) {
      const { exitCode, stderr } = await cairn(['serve', ...flags]);
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, /^cairn: .+\n$/);
    }
  });
});
