import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ServedShop } from '../harness/served-shop.ts';
import { ServerProcess } from '../harness/server-process.ts';

interface View {
  readonly requests_per_s: number;
  readonly commands: readonly { readonly command: string }[];
  readonly running: readonly { readonly id: number; readonly command: string; readonly text: string }[];
}

const SLEEPING = 'FOR n IN 1..5 RETURN SLEEP(10000)';

describe('cairn status, top and audit', function () {
  this.timeout(60_000);
  const shop = new ServedShop('observing');

  before(async () => {
    await shop.client.users.create('ann', 'open sesame', ['viewer']);
  });

  const run = shop.run.bind(shop);
  const ok = shop.ok.bind(shop);

  it('status tells memory, disk, event loop and requests', async () => {
    const text = await ok(['status']);
    for (const name of [
      'version',
      'memory.rss_bytes',
      'disk.free_bytes',
      'event_loop.delay_p99_ms',
      'requests.total',
    ]) {
      assert.match(text, new RegExp(`^${name.replace('.', '\\.')} +\\S`, 'm'));
    }
    const status = JSON.parse(await ok(['status', '--json']));
    assert.ok(status.gauges.cairn_commits_total >= 2);
    assert.equal(status.gauges.cairn_native_connections >= 1, true);
  });

  it('top shows what runs, without a terminal, and stops it', async () => {
    const slow = shop.client
      .database('shop')
      .query(SLEEPING)
      .catch((error: { code: string }) => error.code);
    await delay(50);
    const view = JSON.parse(await ok(['top', '--once', '--json', '--interval', '0.2'])) as View;
    assert.ok(view.requests_per_s > 0);
    const found = view.running.find(({ command }) => command === 'query');
    assert.equal(found?.text, SLEEPING);
    const text = await ok(['top', '--once', '--interval', '0.2']);
    assert.match(text, /requests\/s/);
    assert.match(text, /query +shop +FOR n IN 1\.\.5 RETURN SLEEP\(10000\)/);
    assert.match(await ok(['top', '--kill', String(found!.id)]), /told to stop/);
    assert.equal(await slow, 'cancelled');
    assert.equal((await run(['top', '--kill', String(found!.id)])).exitCode, 1);
    assert.equal((await run(['top', '--interval', 'soon'])).exitCode, 2);
  });

  it('audit lists entries and follows the chain', async () => {
    const lines = (await ok(['audit', 'list'])).trim().split('\n');
    assert.match(lines[0]!, /^1 \S+ - inside first_start \{/);
    assert.match(lines.at(-1)!, /create_user .*"username":"ann"/);
    assert.ok(!lines.join('').includes('sesame'));
    assert.equal((await ok(['audit', 'list', '--action', 'create_database', '--json'])).trim().split('\n').length, 1);
    const [, mark] = /^(?:3) entries are sound, the last one is (\S+)\n$/.exec(await ok(['audit', 'verify'])) ?? [];
    assert.ok(mark);
    await ok(['audit', 'verify', '--expect', mark!]);
    const other = await run(['audit', 'verify', '--expect', `2:${'0'.repeat(64)}`]);
    assert.equal(other.exitCode, 1);
    assert.match(other.stderr, /entry 2 is not the one that was noted/);
    assert.equal((await run(['audit', 'verify', '--expect', 'nonsense'])).exitCode, 2);
  });

  it('audit verifies a file of entries, and a folder that no server has open', async () => {
    const lines = (await ok(['audit', 'list', '--all', '--json'])).trim().split('\n');
    const file = join(shop.folder.path, 'audit.jsonl');
    const verifyFile = async (written: readonly string[]) => {
      await writeFile(file, `${written.join('\n')}\n`);
      return run(['audit', 'verify', '--file', file]);
    };
    const whole = await verifyFile(lines);
    assert.deepEqual([whole.exitCode, whole.stderr], [0, '']);
    assert.match(whole.stdout, new RegExp(`^${lines.length} entries are sound`));
    const forged = lines.map((line) => line.replace('"username":"ann"', '"username":"bob"'));
    assert.match((await verifyFile(forged)).stderr, /is not what was written/);
    assert.match((await verifyFile(lines.toSpliced(1, 1))).stderr, /entry 2 is missing/);
    assert.match((await verifyFile(['rubbish'])).stderr, /not an entry/);
    const open = await run(['audit', 'verify', '--data-dir', join(shop.folder.path, 'data')]);
    assert.notEqual(open.exitCode, 0);
    const own = await ServerProcess.start({ dataDir: join(shop.folder.path, 'own') });
    await own.stop();
    assert.match(await ok(['audit', 'verify', '--data-dir', join(shop.folder.path, 'own')]), /^1 entries are sound/);
    assert.equal((await run(['audit', 'verify', '--data-dir', join(shop.folder.path, 'none')])).exitCode, 1);
  });

  it('rules of a collection are shown, set and taken off, and say why somebody may not', async () => {
    const tasks = ['shop', 'tasks'];
    await shop.client.database('shop').collections.create('tasks');
    await shop.client.database('shop').collection('tasks').insert({ _key: 't1', owner: 'eve', pay: 5 });
    assert.equal((await run(['rules', 'show', ...tasks])).stdout, 'null\n');
    const read = 'doc.owner == @user.username';
    await ok(['rules', 'set', ...tasks, '--read', read, '--hidden', 'pay', 'home.street']);
    const shown = JSON.parse(await ok(['rules', 'show', ...tasks]));
    assert.equal(shown.read, read);
    assert.equal(shown.hidden.length, 2);
    const asked = [
      'explain-permission',
      'get',
      '--database',
      'shop',
      '--collection',
      'tasks',
      '--key',
      't1',
      '--for',
      'ann',
    ];
    const refused = await run(asked);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stdout, /^ann may not: .*rule/m);
    const allowed = await ok([
      'explain-permission',
      'list_collections',
      '--database',
      'shop',
      '--for',
      'ann',
      '--json',
    ]);
    assert.equal(JSON.parse(allowed).allowed, true);
    const file = join(shop.folder.path, 'rules.json');
    await writeFile(file, JSON.stringify({ read: 'true' }));
    await ok(['rules', 'set', ...tasks, '--file', file]);
    assert.deepEqual(JSON.parse(await ok(['rules', 'show', ...tasks])).hidden ?? [], []);
    assert.match(await ok(asked), /^ann may: /);
    assert.equal((await run(['rules', 'set', ...tasks])).exitCode, 2);
    assert.equal((await run(['rules', 'set', ...tasks, '--read', 'doc.'])).exitCode !== 0, true);
    await ok(['rules', 'drop', ...tasks]);
    assert.equal(await ok(['rules', 'show', ...tasks]), 'null\n');
  });
});
