import assert from 'node:assert/strict';
import { COMMANDS, ProtocolError, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { z } from 'zod';
import type { Session } from '../../runner/session.ts';
import { TestEngine } from '../../testing/test-engine.ts';
import { openLog } from '../log.ts';
import { isSecretName } from './secret-names.ts';
import { withoutRequest } from './without-request.ts';

/** Part of everything that is planted; nothing of it may ever be logged. */
const SECRET = 'xyzzy-swordfish';

/** Fields with which most commands get to work, so that the secret comes as far as it can. */
const GOOD: ValueObject = {
  database: 'shop',
  collection: 'users',
  key: 'u1',
  document: { a: 1 },
  documents: [{ a: 1 }],
  fields: ['a'],
  sdbql: 'FOR u IN users RETURN u',
  query: 'SELECT * FROM users',
  bind_vars: {},
  username: 'ann',
  role: 'viewer',
  durability: 'full',
  timeout_ms: 3_000,
};

/** The shapes in which a secret may stand in a field. */
const SHAPES: readonly ((secret: string) => Value)[] = [
  (secret) => secret,
  (secret) => `FOR u IN users FILTER u.a == '${secret}' OR u.b == @x RETURN SLEEP(1)`,
  (secret) => ({ x: secret, password: secret, [secret]: { deep: [secret] } }),
  (secret) => [secret, { token: secret }],
];

describe('secrets planted in requests', function () {
  this.timeout(120_000);
  const lines: string[] = [];
  let test: TestEngine;
  let admin: Session;

  before(async () => {
    const destination = { write: (line: string) => lines.push(line) };
    // Everything is slow, so that everything is logged as slow.
    test = await TestEngine.open({ logLevel: 'trace', slowQueryMs: 0.000_001, auditLogins: 'all' }, destination);
    admin = test.session();
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'users' });
    await test.data(admin, 'insert', { database: 'shop', collection: 'users', document: { _key: 'u1' } });
    await test.data(admin, 'create_user', { username: 'ann', password: 'open sesame' });
  });
  after(() => test.close());

  const found = () => lines.filter((line) => line.includes(SECRET) || line.includes('sesame'));

  it('in every field of every command are found nowhere in the log', async () => {
    let planted = 0;
    for (const { name, request } of COMMANDS) {
      if (['delete_database', 'delete_collection', 'delete_user', 'backup_database'].includes(name)) continue;
      for (const field of Object.keys((request as unknown as z.ZodObject).shape)) {
        if (field === 'rid') continue; // of the message itself
        for (const shape of SHAPES) {
          const value = shape(`${SECRET}-${planted++}`);
          // A session of its own each time: some commands end one.
          const session = name === 'auth' ? test.stranger() : test.session();
          const sent = test.send(session, name, { ...GOOD, name: 'users', [field]: value });
          // Some shapes are not even a request.
          await sent.catch((error: unknown) => assert.ok(error instanceof ProtocolError));
        }
      }
    }
    assert.ok(planted > 500 && lines.length > 200, `${planted} planted, ${lines.length} lines`);
    assert.deepEqual(found(), []);
  });

  it('in a query that is slow and good are found neither in the log nor among the slow queries', async () => {
    const before = lines.length;
    admin = test.session();
    await test.data(admin, 'query', {
      database: 'shop',
      sdbql: `FOR u IN users FILTER u.a != '${SECRET}' AND u.b != @${'x'} RETURN SLEEP(1)`,
      bind_vars: { x: SECRET },
    });
    await test.engine.slowQueries.flush();
    assert.ok(lines.slice(before).some((line) => line.includes('slow request') && line.includes('SLEEP')));
    assert.deepEqual(found(), []);
    const kept = await test.data(admin, 'list', { database: '_system', collection: '_slow_queries', limit: 1_000 });
    assert.ok(!JSON.stringify(kept).includes(SECRET));
    assert.ok(
      !JSON.stringify(
        await test.data(admin, 'list_audit', { last: 1_000, limit: 1_000, action: 'change_password' }),
      ).includes(SECRET),
    );
  });

  it('in the message of an error that nobody expected are taken out of it', async () => {
    const { engine } = test;
    const get = engine.documents.get;
    engine.documents.get = () => {
      throw new TypeError(`cannot read '${SECRET}-1' of ${SECRET}`, { cause: new Error(`because of ${SECRET}-1`) });
    };
    const reply = await test.send(admin, 'get', {
      database: 'shop',
      collection: 'users',
      key: `${SECRET}-1`,
      extra: SECRET,
    });
    engine.documents.get = get;
    assert.equal(reply.code, 'internal');
    assert.ok(!JSON.stringify(reply).includes(SECRET));
    const line = lines.findLast((one) => one.includes('unexpectedly'))!;
    assert.match(line, /TypeError: cannot read '\[secret\]'/);
    assert.match(line, /because of \[secret\]/);
  });
});

describe('the log', () => {
  const lines: string[] = [];
  const log = openLog('info', { write: (line) => lines.push(line) });
  const logged = (line: object): string => {
    log.info(line, 'x');
    return lines.at(-1)!;
  };

  it('hides what has the name of a secret, at any depth, and what looks like one', () => {
    const deep = { a: [{ b: { newPassword: SECRET, 'x-api-key': SECRET, Authorization: SECRET, kept: 1 } }] };
    const text = logged({ ...deep, url: `https://ann:${SECRET}@example.org/x`, header: `Bearer ${SECRET}` });
    assert.ok(!text.includes(SECRET), text);
    assert.match(text, /"kept":1/);
    assert.match(text, /https:\/\/\[secret\]@example\.org\/x/);
  });

  it('ends where an object does not', () => {
    const endless: Record<string, unknown> = { level: 1 };
    endless.self = endless;
    assert.ok(
      logged({ endless, bytes: Buffer.from(SECRET), list: Array.from({ length: 5_000 }, () => 1) }).length < 5_000,
    );
    assert.ok(!lines.at(-1)!.includes(Buffer.from(SECRET).toString('base64')));
  });

  it('knows names of secrets from others', () => {
    for (const name of [
      'password',
      'adminPassword',
      'API_KEY',
      'api-key',
      'refreshToken',
      'Set-Cookie',
      'client_secret',
      'tlsPrivateKey',
    ]) {
      assert.ok(isSecretName(name), name);
    }
    for (const name of ['_key', 'keys', 'key_id', 'monkey', 'user', 'tokenLifetimeMs', 'collection']) {
      assert.equal(isSecretName(name), false, name);
    }
  });

  it('keeps what an error is and where it happened', () => {
    const cleaned = withoutRequest(new RangeError('x'), { sdbql: 'RETURN 12345' }) as Error;
    assert.equal(cleaned.name, 'RangeError');
    assert.match(cleaned.stack!, /planted-secrets\.test\.ts/);
  });
});
