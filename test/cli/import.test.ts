import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cairn } from '../harness/cairn-command.ts';
import { ServedShop } from '../harness/served-shop.ts';
import { ServerProcess } from '../harness/server-process.ts';

describe('cairn import, against a server', function () {
  this.timeout(120_000);

  const shop = new ServedShop('import');
  const at = (name: string) => join(shop.folder.path, name);

  const run = (...args: string[]) => cairn(args, { environment: shop.environment });
  const all = (collection: string, what = 'd') =>
    shop.client.database('shop').query(`FOR d IN ${collection} RETURN ${what}`);

  it('reads CSV from standard input with keys and types', async () => {
    const { exitCode, stderr } = await cairn(
      ['import', '-', 'shop', 'goods', '--create', '--format', 'csv', '--key', 'sku', '--infer-types'],
      {
        environment: shop.environment,
        input: 'sku,name,price,old\r\n7,"Tea, green\r\n(loose)",4.5,\r\n8,Salt,1,true\r\n',
      },
    );
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(await all('goods', '[d._key, d.sku, d.name, d.price, d.old]'), [
      ['7', 7, 'Tea, green\r\n(loose)', 4.5, null],
      ['8', 8, 'Salt', 1, true],
    ]);
  });

  it('rejects what cannot be stored, and stores the rest', async () => {
    await shop.client.database('shop').collections.create('users');
    await shop.client
      .database('shop')
      .collection('users')
      .indexes.create({ name: 'mail', fields: ['mail'], unique: true });
    const lines = [
      '{"_key":"a","mail":"1"}',
      '{"_key":"b","mail":"1"}',
      'not json',
      '{"_key":"a","mail":"2"}',
      '{"_key":"c"}',
    ];
    writeFileSync(at('users.ndjson'), lines.join('\n'));
    const { exitCode, stderr } = await run('import', at('users.ndjson'), 'shop', 'users');
    assert.equal(exitCode, 5, stderr);
    assert.deepEqual(await all('users', 'd._key'), ['a', 'c']);
    const rejects = readFileSync(at('users.ndjson.rejects.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      rejects.map(({ line }) => line),
      [2, 3, 4],
    );
    assert.equal(rejects[0].document._key, 'b');
    assert.equal(existsSync(at('users.ndjson.checkpoint')), false);
  });

  it('never takes the source for a file of rejects, and writes those to a device as it is', async () => {
    const source = at('half.ndjson');
    writeFileSync(source, '{"a":1}\n[2]\n');
    const args = ['import', source, 'shop', 'half', '--create', '--rejects'];
    const refused = await run(...args, source);
    assert.deepEqual([refused.exitCode, existsSync(source)], [2, true]);
    assert.match(refused.stderr, /is what is to be imported/);
    const { exitCode, stderr } = await run(...args, '/dev/null');
    assert.equal(exitCode, 5, stderr);
    assert.match(stderr, /1 rejected: see \/dev\/null/);
    assert.equal(statSync('/dev/null').isCharacterDevice(), true);
  });

  it('goes on after kill -9 and stores every document once', async () => {
    const count = 200_000;
    const source = at('many.ndjson');
    writeFileSync(
      source,
      Array.from({ length: count }, (_, n) => `{"n":${n},"text":"document number ${n}"}\n`).join(''),
    );
    const args = ['import', source, 'shop', 'many', '--create', '--batch', '500'];
    const killed = await cairn(args, {
      environment: shop.environment,
      onStart: async (child) => {
        while (!existsSync(`${source}.checkpoint`)) await sleep(5);
        await sleep(400);
        child.kill('SIGKILL');
      },
    });
    assert.equal(killed.exitCode, null, 'the import was stopped half way');
    const partly = await shop.client.database('shop').collection('many').count();
    assert(partly < count, 'before all was stored');

    const without = await run(...args);
    assert.equal(without.exitCode, 2);
    assert.match(without.stderr, /--resume/);
    const { exitCode, stderr } = await run(...args, '--resume');
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(
      await shop.client
        .database('shop')
        .query(
          'FOR d IN many COLLECT AGGREGATE n = COUNT(), last = MAX(d.n), sum = SUM(d.n), kinds = COUNT_DISTINCT(d.n) RETURN [n, last, sum, kinds]',
        ),
      [[count, count - 1, (count * (count - 1)) / 2, count]],
    );
    assert.equal(existsSync(`${source}.checkpoint`), false);
  });

  it('stops cleanly with Ctrl-C, saying how to go on', async () => {
    const source = at('stopped.ndjson');
    writeFileSync(source, Array.from({ length: 300_000 }, (_, n) => `{"n":${n}}\n`).join(''));
    const { exitCode, stderr } = await cairn(['import', source, 'shop', 'stopped', '--create'], {
      environment: shop.environment,
      onStart: async (child) => {
        while (!existsSync(`${source}.checkpoint`)) await sleep(5);
        child.kill('SIGINT');
      },
    });
    assert.equal(exitCode, 130, stderr);
    assert.match(stderr, /stopped with [\d,]+ documents? stored; go on with --resume/);
    const stored = await shop.client.database('shop').collection('stopped').count();
    assert.equal(JSON.parse(readFileSync(`${source}.checkpoint`, 'utf8')).imported, stored);
  });

  it('waits for a server that is killed and comes back, and stores every document once', async () => {
    const count = 150_000;
    const source = at('through.ndjson');
    writeFileSync(source, Array.from({ length: count }, (_, n) => `{"n":${n}}\n`).join(''));
    const { port, password } = shop.server;
    const { exitCode, stderr } = await cairn(['import', source, 'shop', 'through', '--create', '--batch', '300'], {
      environment: shop.environment,
      onStart: async (child) => {
        while (!existsSync(`${source}.checkpoint`)) await sleep(5);
        await sleep(150);
        await shop.server.kill();
        assert.equal(child.exitCode, null, 'the import was still going on');
        shop.server = await ServerProcess.start({ dataDir: at('data'), port, password });
      },
    });
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /150,000 documents imported/);
    const text = 'FOR d IN through COLLECT AGGREGATE n = COUNT(), kinds = COUNT_DISTINCT(d.n) RETURN [n, kinds]';
    assert.deepEqual(await shop.client.database('shop').query(text), [[count, count]]);
  });
});
