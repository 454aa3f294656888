import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cairn } from '../harness/cairn-command.ts';
import { ServedShop } from '../harness/served-shop.ts';

describe('cairn scripts and cairn repl', function () {
  this.timeout(60_000);

  const shop = new ServedShop('scripts');
  const files = join(shop.folder.path, 'scripts');

  const write = (name: string, text: string, root = files) => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  };
  const run = shop.run.bind(shop);
  const ok = shop.ok.bind(shop);
  const ask = async (path: string) =>
    (await fetch(`http://127.0.0.1:${shop.server.port}/api/shop/web${path === '' ? '' : `/${path}`}`)).text();

  it('pushes a folder, and afterwards only what has changed', async () => {
    write('users/_id.lua', `-- @methods GET, POST\n-- @description one user\nreturn request.params.id`);
    write('index.lua', `return 'root'`);
    write(
      'sum.ts',
      `// @name Sum\nexport default (request: { query: Record<string, string> }): number => Number(request.query.a) + 1;`,
    );
    write('shared.lua', `-- @methods none\nreturn { answer = 42 }`);
    write('uses.lua', `return solidb.module('shared').answer`);
    write('users.test.lua', '');
    const first = await ok(['scripts', 'push', 'shop', files, '--service', 'web']);
    assert.match(first, /^\+ users\/_id\.lua {2}\/api\/shop\/web\/users\/:id$/m);
    assert.match(first, /^5 pushed, 0 the same$/m);
    assert.deepEqual(await Promise.all(['users/7', 'sum?a=1', 'uses', ''].map(ask)), ['"7"', '2', '42', '"root"']);
    write('index.lua', `return 'other'`);
    const second = await ok(['scripts', 'push', 'shop', files, '--service', 'web']);
    assert.equal(second, 'M index.lua\n1 pushed, 4 the same\n');
    assert.equal(await ask(''), '"other"');
  });

  it('says what differs, and removes what has no file only when asked', async () => {
    await shop.client
      .database('shop')
      .scripts.create({ name: 'x', path: 'extra', methods: ['GET'], service: 'web', code: 'return 1' });
    assert.equal(await ok(['scripts', 'diff', 'shop', files, '-s', 'web']), '- extra\n');
    assert.match(await ok(['scripts', 'push', 'shop', files, '-s', 'web', '--prune']), /^- extra$/m);
    assert.equal(await ok(['scripts', 'diff', 'shop', files, '-s', 'web']), '');
  });

  it('pulls what pushes to the same again, and leaves files that differ', async () => {
    const copy = join(shop.folder.path, 'copy');
    await ok(['scripts', 'pull', 'shop', copy, '-s', 'web']);
    assert.match(readFileSync(join(copy, 'users/_id.lua'), 'utf8'), /@methods GET, POST/);
    assert.equal(await ok(['scripts', 'diff', 'shop', copy, '-s', 'web']), '');
    write('index.lua', 'return 5', copy);
    const refused = await run(['scripts', 'pull', 'shop', copy, '-s', 'web']);
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.stdout, /index\.lua differs/);
    await ok(['scripts', 'pull', 'shop', copy, '-s', 'web', '--force']);
    assert.match(readFileSync(join(copy, 'index.lua'), 'utf8'), /'other'/);
    // `sum.ts` must not get a `sum.js` beside it, which would be the same script once more.
    await ok(['scripts', 'pull', 'shop', files, '-s', 'web']);
    assert.deepEqual([existsSync(join(files, 'sum.ts')), existsSync(join(files, 'sum.js'))], [true, false]);
  });

  it('schedules what says when it runs', async () => {
    const timed = join(shop.folder.path, 'timed');
    const { cron } = shop.client.database('shop');
    write('tick.lua', `-- @methods none\n-- @cron * * * * * *\nsolidb.log('tick')`, timed);
    await ok(['scripts', 'push', 'shop', timed, '-s', 'timed']);
    assert.deepEqual(
      (await cron.list()).map(({ name, cron_expression }) => [name, cron_expression]),
      [['timed/tick', '* * * * * *']],
    );
    let shown = '';
    for (let i = 0; i < 20 && !shown.includes('tick: tick'); i++) shown = await ok(['scripts', 'logs', 'shop']);
    assert.match(shown, /tick.*: tick/);
    write('tick.lua', `-- @methods none\nsolidb.log('tick')`, timed);
    await ok(['scripts', 'push', 'shop', timed, '-s', 'timed']);
    assert.deepEqual(await cron.list(), []);
  });

  it('shows each line that was logged, alike or not, without control characters', async () => {
    const service = { methods: ['GET'], service: 'web' };
    const code = `for i = 1, 3 do solidb.log('alike') end solidb.log('\\27[31mred') return 1`;
    await shop.client.database('shop').scripts.create({ ...service, name: 'chatty', path: 'chatty', code });
    await ask('chatty');
    let shown = '';
    for (let i = 0; i < 20 && !shown.includes('red'); i++) shown = await ok(['scripts', 'logs', 'shop']);
    assert.equal(shown.match(/chatty:1: alike$/gm)?.length, 3);
    assert(!shown.includes('\u001b'), JSON.stringify(shown));
    await shop.client.database('shop').scripts.delete('shop_web_chatty');
  });

  it('refuses a folder that there is not, also to watch or test it', async () => {
    for (const command of ['push', 'diff', 'watch', 'test']) {
      const { exitCode, stderr } = await run(['scripts', command, 'shop', join(files, 'none')]);
      assert.equal(exitCode, 2, command);
      assert.match(stderr, /none is no folder\n$/);
    }
  });

  it('names what is wrong with a file', async () => {
    const bad = join(shop.folder.path, 'bad');
    write('a.lua', '-- @mehtods GET\nreturn 1', bad);
    const { exitCode, stderr } = await run(['scripts', 'push', 'shop', bad]);
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /a\.lua: @mehtods is not known/);
  });

  it('watches: pushes files as they change, and removes what is deleted', async () => {
    let child: ChildProcess | undefined;
    const watched = join(shop.folder.path, 'watched');
    write('one.lua', 'return 1', watched);
    const watching = cairn(['scripts', 'watch', 'shop', watched, '-s', 'web'], {
      environment: shop.environment,
      onStart: (started) => {
        child = started;
      },
    });
    const until = async (path: string, wanted: RegExp) => {
      for (let i = 0; i < 200 && !wanted.test(await ask(path)); i++) await sleep(50);
      assert.match(await ask(path), wanted);
    };
    try {
      await until('one', /^1$/);
      await sleep(500); // the watch begins after the first push
      write('one.lua', 'return 2', watched);
      await until('one', /^2$/);
      write('deep/two.js', 'export default () => 3', watched);
      await until('deep/two', /^3$/);
      rmSync(join(watched, 'one.lua'));
      await until('one', /No script found/);
    } finally {
      child?.kill('SIGINT');
    }
    await watching;
    assert.equal(existsSync(join(watched, 'deep/two.js')), true);
  });

  it('runs tests against the server, and fails with them', async () => {
    write(
      'users.test.lua',
      `describe('users', function()
  local seen = 0
  before(function() seen = seen + 1 end)
  it('answers', function()
    local reply = http.get('users/12')
    expect(reply.status):to_equal(200)
    expect(reply.body):to_equal('12')
    expect(seen):to_be_greater_than(0)
  end)
  it('is wrong', function()
    expect(http.get('users/1').body).never:to_equal('1')
  end)
end)`,
    );
    const { exitCode, stdout } = await run(['scripts', 'test', 'shop', files, '-s', 'web']);
    assert.notEqual(exitCode, 0);
    assert.match(stdout, /ok users answers/);
    assert.match(stdout, /FAILED users is wrong\n {4}users\.test\.lua:11: expected "1" not to equal "1"/);
    assert.match(stdout, /^1 passed, 1 failed$/m);
    assert.match(
      await ok(['scripts', 'test', 'shop', files, '-s', 'web', '--filter', 'answers']),
      /^1 passed, 0 failed$/m,
    );
  });

  it('shows logs and lists scripts', async () => {
    await shop.client.database('shop').scripts.create({
      name: 'Talks',
      path: 'talks',
      methods: ['GET'],
      service: 'web',
      code: `solidb.log('hello from here')\nreturn 1`,
    });
    await ask('talks');
    let shown = '';
    for (let i = 0; i < 20 && !shown.includes('hello'); i++) shown = await ok(['scripts', 'logs', 'shop']);
    assert.match(shown, /INFO {2}Talks.*: hello from here/);
    assert.match(await ok(['scripts', 'list', 'shop']), /^GET {2}\/api\/shop\/web\/talks {2}Talks$/m);
  });

  it('evaluates what is typed', async () => {
    const typed = 'x = 20\nfunction twice(n)\n  return 2 * n\nend\nprint("hi")\nreturn twice(x)\n';
    assert.equal(await ok(['repl', 'shop'], typed), 'hi\n40\n');
    const failed = await run(['repl', 'shop', '-l', 'javascript'], 'let a = 1\na + nothing\n');
    assert.notEqual(failed.exitCode, 0);
    assert.match(failed.stderr, /nothing is not defined/);
  });
});
