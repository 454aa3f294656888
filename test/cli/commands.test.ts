import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cairn } from '../harness/cairn-command.ts';
import { ServedShop } from '../harness/served-shop.ts';

describe('cairn, against a server', function () {
  this.timeout(60_000);

  const shop = new ServedShop('commands');

  before(async () => {
    await shop.client.database('shop').collections.create('users');
    await shop.client
      .database('shop')
      .collection('users')
      .bulkInsert([
        { _key: 'a', name: 'Ann', age: 30 },
        { _key: 'b', name: 'Bo "x", é', at: new Date(5), raw: new Uint8Array([1, 2]), big: 2n ** 64n - 1n },
      ]);
  });

  const run = shop.run.bind(shop);
  const ok = shop.ok.bind(shop);

  it('tells the state of the server', async () => {
    assert.match(await ok(['status']), /^server +127\.0\.0\.1:\d+\n(.*\n)*databases +.*shop/);
    assert(JSON.parse(await ok(['status', '--json'])).databases.includes('shop'));
  });

  it('exports what it can import again', async () => {
    assert.equal(
      await ok(['export', 'shop', 'users', '--fields', '_key,name', '--format', 'csv']),
      '_key,name\r\na,Ann\r\nb,"Bo ""x"", é"\r\n',
    );
    const file = join(shop.folder.path, 'users.ndjson');
    await ok(['export', 'shop', 'users', file]);
    assert.deepEqual(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).name),
      ['Ann', 'Bo "x", é'],
    );
    await ok(['import', file, 'shop', 'again', '--create']);
    assert.deepEqual(JSON.parse(await ok(['query', 'shop', 'FOR d IN again RETURN [d._key, d.big]'])).length, 2);
  });

  it('gives every kind of value back by dump and restore, over a pipe', async () => {
    const dump = await ok(['dump', 'shop', '-q']);
    await ok(['restore', '-', 'copy', '-q'], dump);
    const [, b] = await shop.client
      .database('copy')
      .query<{ at: Date; raw: Uint8Array; big: bigint }>('FOR u IN users RETURN u');
    assert.deepEqual([b.at, new Uint8Array(b.raw), b.big], [new Date(5), new Uint8Array([1, 2]), 2n ** 64n - 1n]);
    const cut = await run(['restore', '-', 'broken'], dump.slice(0, -20));
    assert.equal(cut.exitCode, 1);
    assert.match(cut.stderr, /not whole/);
    await ok(['restore', '-', 'broken', '--resume', '-q'], dump);
    assert.deepEqual(
      await shop.client.database('broken').query('FOR u IN users RETURN u._key'),
      await shop.client.database('shop').query('FOR u IN users RETURN u._key'),
    );
  });

  it('gives the rules of collections back', async () => {
    const rules = { read: 'doc.owner == @user.username', hidden: [{ path: 'pay', unless: ['hr'] }] };
    await shop.client.database('shop').collections.create('ruled');
    await shop.client.database('shop').collection('ruled').rules.set(rules);
    const dump = await ok(['dump', 'shop', '-q']);
    await ok(['restore', '-', 'ruled-copy', '-q'], dump);
    assert.deepEqual(await shop.client.database('ruled-copy').collection('ruled').rules.get(), rules);
    await shop.client.database('shop').collections.drop('ruled');
  });

  it('runs statements from a file in the shell', async () => {
    const rows = await ok(['shell', 'shop'], '.format ndjson\nFOR u IN users\n  RETURN u._key\nRETURN 1;\n-- done\n');
    assert.equal(rows, '"a"\n"b"\n1\n');
    const { exitCode, stderr } = await run(['shell', 'shop'], 'RETURN 1 +* 2\n');
    assert.equal(exitCode, 1);
    assert.match(stderr, /^RETURN 1 \+\* 2\n {10}\^\n/);
  });

  it('adds a user, changes the password, and removes the user', async () => {
    await ok(['users', 'add', 'eve', '--role', 'viewer'], 'first password\n');
    assert.match(await ok(['users', 'list']), /eve +viewer/);
    const asEve = { CAIRN_URL: shop.environment.CAIRN_URL, CAIRN_USER: 'eve', CAIRN_PASSWORD: 'first password' };
    const changed = await cairn(['password'], { environment: asEve, input: 'second password\n' });
    assert.equal(changed.exitCode, 0, changed.stderr);
    assert.equal((await cairn(['query', 'shop', 'RETURN 1'], { environment: asEve })).exitCode, 4);
    const second = { ...asEve, CAIRN_PASSWORD: 'second password' };
    assert.equal((await cairn(['query', 'shop', 'RETURN 1'], { environment: second })).exitCode, 0);
    assert.equal((await cairn(['users', 'list'], { environment: second })).exitCode, 4);
    assert.equal(await ok(['users', 'roles', 'eve', '--grant', 'editor', '--revoke', 'viewer']), 'editor\n');
    await ok(['users', 'remove', 'eve']);
    assert.equal((await cairn(['query', 'shop', 'RETURN 1'], { environment: second })).exitCode, 4);
  });
});
