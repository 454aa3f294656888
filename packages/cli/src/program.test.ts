import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { openSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { SETTINGS } from '@cairn/server';
import { SERVE_FLAGS } from './commands/serve.ts';

const MAIN = resolve(import.meta.dirname, 'main.ts');
const cairn = (...args: string[]) => promisify(execFile)(process.execPath, [MAIN, ...args]);

describe('cairn', () => {
  it('lists its commands without loading client or server', async () => {
    const { stdout } = await cairn('--help');
    for (const name of [
      'serve',
      'shell',
      'query',
      'import',
      'export',
      'dump',
      'restore',
      'indexes',
      'users',
      'password',
      'audit',
      'status',
      'top',
    ]) {
      assert.match(stdout, new RegExp(`^  ${name}\\b`, 'm'));
    }
    const trace = spawnSync(
      process.execPath,
      [
        '--import',
        'data:text/javascript,import{registerHooks}from"node:module";registerHooks({load(url,context,next){if(/packages.(server|client|query|protocol)/.test(url))console.log("LOADED "+url);return next(url,context)}})',
        MAIN,
        '--help',
      ],
      { encoding: 'utf8' },
    );
    assert(!trace.stdout.includes('LOADED'), trace.stdout);
    assert.match(trace.stdout, /Usage: cairn/);
  });

  it('answers a wrong command line with code 2 and one line that says why', () => {
    for (const args of [
      ['nonsense'],
      ['import'],
      ['serve', '--nonsense'],
      ['users', 'add'],
      ['import', 'a', 'b', 'c', '--batch', '0'],
    ]) {
      const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
      assert.equal(status, 2, args.join(' '));
      assert.match(stderr, /^error: .+\n/);
      assert.equal(stdout, '');
    }
  });

  it('says in one line that standard output takes nothing', function () {
    if (statSync('/dev/full', { throwIfNoEntry: false })?.isCharacterDevice() !== true) this.skip();
    const { status, stderr } = spawnSync(process.execPath, [MAIN, '--help'], {
      encoding: 'utf8',
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    });
    assert.equal(status, 1);
    assert.match(stderr, /^cairn: cannot write to standard output: ENOSPC.*\n$/);
  });

  it('helps with each command, and with those of a group', () => {
    const help = (...args: string[]) => spawnSync(process.execPath, [MAIN, 'help', ...args], { encoding: 'utf8' });
    assert.match(help('query').stdout, /^Usage: cairn query /);
    assert.match(help('scripts', 'push').stdout, /^Usage: cairn scripts push /);
    const { status, stdout, stderr } = help('scripts', 'nonsense');
    assert.deepEqual([status, stdout, stderr], [2, '', 'cairn: there is no command scripts nonsense\n']);
  });

  it('names the file of TLS that it cannot read', () => {
    const args = ['status', '--url', 'cairns://127.0.0.1:1', '--password', 'x', '--tls-ca', '/none/ca.pem'];
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [2, 'cairn: --tls-ca: cannot read /none/ca.pem (ENOENT)\n']);
  });

  it('answers an unreachable server with code 3', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [MAIN, 'status', '--url', 'cairn://127.0.0.1:1', '--password', 'x'],
      { encoding: 'utf8' },
    );
    assert.equal(status, 3, stderr);
    assert.match(stderr, /^cairn: .*127\.0\.0\.1:1.*\n$/);
  });

  it('has a flag for each setting of the server that is no secret', () => {
    const expected = SETTINGS.filter((setting) => setting.isSecret !== true).map(
      ({ name, flag, summary, isSwitch }) => {
        return { name, flag, summary, isSwitch: isSwitch === true };
      },
    );
    const offered = SERVE_FLAGS.map(({ name, flags, summary }) => ({
      name,
      flag: /--[a-z-]+/.exec(flags)![0],
      summary: summary.replace(/ \(default .*\)$/, ''),
      isSwitch: !flags.includes('<'),
    }));
    assert.deepEqual(offered, expected);
  });
});
