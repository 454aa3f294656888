import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Client, connect, type Database } from '@cairn/client';
import { type RunningServer, resolveSettings, startServer } from '@cairn/server';

/** Scripts of the service `auto`, as jobs and triggers call them. */
const SCRIPTS: Readonly<Record<string, string>> = {
  note: `export default async (request, db) => {
    await db.collection('notes').insert({ of: request.body.of ?? null });
    return { noted: request.body.of ?? null };
  };`,
  fail: `export default () => { throw new Error('always'); };`,
  slow: `export default async () => { await sleep(20000); };`,
  audit: `export default async (request, db) => {
    const { event, key, lsn } = request.body;
    await db.collection('audit').insert({ event, key, lsn });
  };`,
  slug: `export default async (request, db) => {
    const { data } = request.body;
    await db.collection('tries').insert({});
    if (data.name === 'forbidden') response.error('no such name', 409);
    return { document: { ...data, slug: data.name.toLowerCase() } };
  };`,
  where: `export default (request) => [request.method, request.path, request.body, request.query, request.params];`,
  loop: `export default async (request, db) => {
    await db.collection('loops').insert({ after: request.body.key });
  };`,
};

describe('automation, with scripts in their processes', function () {
  this.timeout(60_000);
  let server: RunningServer;
  let client: Client;
  let db: Database;
  let folder: string;
  let authorization: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cairn-automation-'));
    const flags = { port: 0, dataDir: folder, adminPassword: 'correct horse battery', logLevel: 'silent' };
    server = await startServer(resolveSettings({ flags }));
    client = await connect(`cairn://admin:correct%20horse%20battery@127.0.0.1:${server.port}/shop`);
    await client.databases.create('shop');
    db = client.database();
    for (const name of ['notes', 'audit', 'tries', 'loops', 'users']) await db.collections.create(name);
    await client.command('create_service', { database: 'shop', key: 'auto', name: 'auto' });
    for (const [path, code] of Object.entries(SCRIPTS)) {
      const script = { name: path, path, service: 'auto', methods: ['POST'], language: 'javascript', code };
      await client.command('create_script', { database: 'shop', ...script });
    }
    authorization = `Basic ${Buffer.from('admin:correct horse battery').toString('base64')}`;
  });

  after(async () => {
    await client?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const http = async (method: string, path: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/_api/database/shop${path}`, {
      method,
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };

  async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
    for (let tries = 0; tries < 1_000; tries++) {
      const value = await read();
      if (holds(value)) return value;
      await sleep(20);
    }
    throw new Error(`it never came to be: ${JSON.stringify(await read())}`);
  }

  it('runs jobs that the client and HTTP enqueue', async () => {
    const job = await db.jobs.enqueue('mail', 'note', { of: 1 }, { priority: 3 });
    const done = await until(
      () => db.jobs.get(job._key),
      ({ status }) => status === 'completed',
    );
    assert.deepEqual(done.result, { noted: 1 });
    const made = await http('POST', '/queues/mail/enqueue', { script: 'note', params: { of: 2 } });
    const id = String(made.json.job_id);
    await until(
      () => db.jobs.get(id),
      ({ status }) => status === 'completed',
    );
    const listed = await http('GET', '/queues/mail/jobs?status=completed&limit=1');
    assert.equal(listed.json.total, 2);
    assert.equal((listed.json.jobs as { _key: string }[])[0]!._key, id);
    const [queue] = await db.jobs.listQueues();
    assert.deepEqual([queue!.name, queue!.completed], ['mail', 2]);
    assert.deepEqual(await db.query('FOR n IN notes SORT n.of RETURN n.of'), [1, 2]);
  });

  it('shows a job its id', async () => {
    const job = await db.jobs.enqueue('mail', 'where', { of: 3 });
    const done = await until(
      () => db.jobs.get(job._key),
      ({ status }) => status === 'completed',
    );
    assert.deepEqual(done.result, ['POST', job._key, { of: 3 }, {}, {}]);
    await db.jobs.purge('mail', 'completed');
  });

  it('ends the run of a job that is cancelled, and gives up one that always fails', async () => {
    const slow = await db.jobs.enqueue('slow', 'slow', null, { runTimeoutMs: 30_000 });
    await until(
      () => db.jobs.get(slow._key),
      ({ status }) => status === 'running',
    );
    assert.deepEqual((await http('DELETE', `/queues/jobs/${slow._key}`)).json, { success: true });
    await until(
      () => db.jobs.get(slow._key),
      ({ status }) => status === 'cancelled',
    );
    const fail = await db.jobs.enqueue('mail', 'fail', null, { maxRetries: 1 });
    const dead = await until(
      () => db.jobs.get(fail._key),
      ({ status }) => status === 'failed',
    );
    assert.match(String(dead.last_error), /always/);
    assert.equal(await db.jobs.purge('mail', 'failed'), 1);
  });

  it('enqueues in a transaction what is there when it commits', async () => {
    const id = await db.transaction(async (transaction) => {
      await transaction.collection('users').insert({ name: 'ann' });
      return (await transaction.jobs.enqueue('mail', 'note', { of: 'tx' }))._key;
    });
    await until(
      () => db.jobs.get(id),
      ({ status }) => status === 'completed',
    );
  });

  it('starts cron jobs and shows their runs', async () => {
    const cron = await db.cron.create({
      name: 'often',
      schedule: '* * * * * *',
      script: 'note',
      params: { of: 'cron' },
    });
    const runs = await until(
      () => db.cron.history(cron._key),
      (jobs) => jobs.some(({ status }) => status === 'completed'),
    );
    assert.ok(runs.every(({ cron_job_id }) => cron_job_id === cron._key));
    assert.equal((await db.cron.toggle(cron._key)).enabled, false);
    const bad = await http('POST', '/cron', { name: 'bad', cron_expression: 'every day', script: 'note' });
    assert.equal(bad.status, 400);
    assert.match(String(bad.json.error), /Invalid cron expression/);
    const [next] = await db.cron.preview('30 2 * * *', { timezone: 'Europe/Berlin', count: 2 });
    assert.ok(next!.getTime() > Date.now());
    assert.deepEqual((await http('DELETE', `/cron/${cron._key}`)).json, { success: true });
  });

  it('tells triggers of changes, which write in their own name and in no transaction but their own', async () => {
    const trigger = await db.triggers.create({
      name: 'audit',
      collection: 'users',
      events: ['insert', 'delete'],
      script: 'audit',
      filter: 'doc == null OR doc.name != "silent"',
    });
    await db.collection('users').insert({ _key: 'u1', name: 'ann' });
    await db.collection('users').insert({ _key: 'u2', name: 'silent' });
    await db.sql("DELETE FROM users WHERE _key = 'u1'");
    const seen = await until(
      () => db.query<{ event: string; key: string }>('FOR a IN audit SORT a.lsn RETURN {event: a.event, key: a.key}'),
      (rows) => rows.length === 2,
    );
    assert.deepEqual(seen, [
      { event: 'insert', key: 'u1' },
      { event: 'delete', key: 'u1' },
    ]);
    assert.equal((await db.triggers.history(trigger._key)).runs_total, 2);
    assert.equal((await http('GET', '/collections/users/triggers')).json.total, 1);
    await db.triggers.delete(trigger._key);
  });

  it('lets a trigger change and refuse documents before they are stored, and leaves nothing of a refusal', async () => {
    const trigger = await db.triggers.create({
      ...{ name: 'slug', collection: 'users', events: ['insert'], script: 'slug', timing: 'before' },
    });
    const stored = await db.collection('users').insert({ name: 'ZOE' });
    assert.equal((stored as { slug?: string }).slug, 'zoe');
    const tries = () => db.query('RETURN COLLECTION_COUNT("tries")');
    assert.deepEqual(await tries(), [1]);
    await assert.rejects(db.collection('users').insert({ name: 'forbidden' }), {
      code: 'conflict',
      message: /no such name/,
    });
    assert.deepEqual(await tries(), [1]);
    const refused = await http('POST', '/document/users', { name: 'forbidden' });
    assert.equal(refused.status, 409);
    assert.deepEqual(await tries(), [1]);
    await db.triggers.delete(trigger._key);
  });

  it('goes into a dump and comes back from it', async () => {
    const kept = await db.triggers.create({ name: 'kept', collection: 'users', events: ['insert'], script: 'note' });
    const cron = await db.cron.create({
      name: 'nightly',
      schedule: '0 3 * * *',
      timezone: 'Asia/Kolkata',
      script: 'note',
    });
    await db.jobs.configureQueue('mail', { concurrency: 7 });
    const file = join(folder, 'shop.dump');
    const cairn = async (...args: string[]) => {
      const main = join(import.meta.dirname, '../../packages/cli/src/main.ts');
      const url = `cairn://admin@127.0.0.1:${server.port}`;
      const env = { ...process.env, CAIRN_URL: url, CAIRN_PASSWORD: 'correct horse battery' };
      await promisify(execFile)(process.execPath, [main, ...args], { env });
    };
    await cairn('dump', 'shop', file);
    await cairn('restore', file, 'copy');
    const copy = client.database('copy');
    const [trigger] = await copy.triggers.list();
    assert.deepEqual([trigger!._key, trigger!.name, trigger!.enabled], [kept._key, 'kept', true]);
    assert.deepEqual((await copy.cron.get(cron._key)).timezone, 'Asia/Kolkata');
    assert.equal((await copy.jobs.listQueues()).find(({ name }) => name === 'mail')!.concurrency, 7);
    await db.triggers.delete(kept._key);
  });

  it('ends a loop of triggers', async () => {
    const trigger = await db.triggers.create({ name: 'loop', collection: 'loops', events: ['insert'], script: 'loop' });
    await db.collection('loops').insert({});
    const report = await until(
      () => db.triggers.history(trigger._key),
      ({ failures_total }) => failures_total > 0,
    );
    assert.match(String(report.runs.find(({ status }) => status === 'failed')!.error), /loop/);
    assert.deepEqual(await db.query('RETURN COLLECTION_COUNT("loops")'), [9]);
  });
});
