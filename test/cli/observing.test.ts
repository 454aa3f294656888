import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, connect } from '@cairn/client';
import { cairn } from '../harness/cairn-command.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

interface View {
  readonly requests_per_s: number;
  readonly commands: readonly { readonly command: string }[];
  readonly running: readonly { readonly id: number; readonly command: string; readonly text: string }[];
}

const SLEEPING = 'FOR n IN 1..5 RETURN SLEEP(10000)';

describe('cairn status, top and audit', function () {
  this.timeout(60_000);
  const folder = temporaryFolder('cli-observing');
  let server: ServerProcess;
  let client: Client;
  let environment: Record<string, string>;

  before(async () => {
    server = await ServerProcess.start({ dataDir: join(folder.path, 'data') });
    client = await connect({ port: server.port, user: 'admin', password: server.password });
    environment = { CAIRN_URL: `127.0.0.1:${server.port}`, CAIRN_PASSWORD: server.password };
    await client.databases.create('shop');
    await client.users.create('ann', 'open sesame', ['viewer']);
  });
  after(async () => {
    await client?.close();
    await server?.stop();
    folder.remove();
  });

  const run = (args: string[]) => cairn(args, { environment });
  const ok = async (args: string[]) => {
    const { exitCode, stdout, stderr } = await run(args);
    assert.equal(exitCode, 0, `${args.join(' ')}: ${stderr}`);
    return stdout;
  };

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
    const slow = client
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
});
