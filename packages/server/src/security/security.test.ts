import assert from 'node:assert/strict';
import { RecordsInMemory } from '../testing/records-in-memory.ts';
import { TestHost } from '../testing/test-engine.ts';
import { passwordWeakness } from './accounts.ts';
import { CredentialMemory } from './login/credential-memory.ts';
import { LoginAttempts } from './login/login-attempts.ts';
import { PasswordHasher } from './login/password-hash.ts';
import { SessionTokens } from './login/session-tokens.ts';
import { Turnstile } from './login/turnstile.ts';
import { BUILT_IN_ROLES, Rights } from './rights/permissions.ts';
import { Security } from './security.ts';

describe('PasswordHasher', () => {
  it('verifies its own hashes and nothing else', async () => {
    const hasher = new PasswordHasher(new TestHost());
    const hash = await hasher.hash('secret');
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    assert.notEqual(await hasher.hash('secret'), hash);
    assert.equal(await hasher.verify('secret', hash), true);
    assert.equal(await hasher.verify('Secret', hash), false);
    for (const bad of ['', '$argon2id$', hash.replace('m=19456', 'm=99999999'), undefined]) {
      assert.equal(await hasher.verify('secret', bad), false);
    }
    assert.equal(await hasher.verify('x'.repeat(2000), hash), false);
  });
});

describe('Turnstile', () => {
  it('lets so many pass at once, the rest in order, and turns away what is too much', async () => {
    const turnstile = new Turnstile({ atOnce: 2, waitingMax: 2, what: 'guests' });
    const open: (() => void)[] = [];
    const order: number[] = [];
    const pass = (n: number) =>
      turnstile.pass(() => new Promise<void>((resolve) => open.push(resolve)).then(() => void order.push(n)));
    const passing = [1, 2, 3, 4].map(pass);
    await assert.rejects(pass(5), /too many guests/);
    assert.equal(open.length, 2);
    for (let i = 0; i < 4; i++) {
      open[i]!();
      await passing[i];
    }
    assert.deepEqual(order, [1, 2, 3, 4]);
    assert.equal(turnstile.isIdle, true);
  });
});

describe('Turnstile, newest first', () => {
  it('lets the last one pass next, and turns away who has waited longest', async () => {
    const turnstile = new Turnstile({ atOnce: 1, waitingMax: 2, what: 'guests', newestFirst: true });
    const open: (() => void)[] = [];
    const order: number[] = [];
    const pass = (n: number) =>
      turnstile.pass(() => new Promise<void>((resolve) => open.push(resolve)).then(() => void order.push(n)));
    const [first, second, third] = [pass(1), pass(2), pass(3)];
    const refused = assert.rejects(second!, /too many guests/);
    const fourth = pass(4);
    await refused;
    for (const [at, one] of [first, fourth, third].entries()) {
      open[at]!();
      await one;
    }
    assert.deepEqual(order, [1, 4, 3]);
    assert.equal(turnstile.isIdle, true);
  });
});

describe('CredentialMemory', () => {
  it('remembers for a minute and forgets on demand', () => {
    const host = new TestHost();
    const memory = new CredentialMemory(host);
    memory.remember('ann', 'p');
    assert.equal(memory.recognises('ann', 'p'), true);
    assert.equal(memory.recognises('an', 'np'), false);
    host.aheadMs += 61_000;
    assert.equal(memory.recognises('ann', 'p'), false);
    memory.remember('ann', 'p');
    memory.forgetAll();
    assert.equal(memory.recognises('ann', 'p'), false);
  });
});

describe('LoginAttempts', () => {
  it('checks one user at one address one after the other, others at once', async () => {
    const attempts = new LoginAttempts(new TestHost());
    const order: string[] = [];
    const attempt = (user: string, address: string, good: boolean) =>
      attempts
        .attempt(user, address, async () => (good ? user : undefined))
        .then(() => void order.push(`${user}@${address}`));
    await Promise.all([attempt('ann', 'a', false), attempt('ann', 'a', true), attempt('ann', 'b', true)]);
    assert.deepEqual(order, ['ann@b', 'ann@a', 'ann@a']);
  });

  it('keeps nobody waiting behind guesses from his own address', async () => {
    const attempts = new LoginAttempts(new TestHost());
    const guesses = Array.from({ length: 40 }, () =>
      attempts
        .attempt('ann', 'a', async () => undefined)
        .then(
          () => 'failed',
          (error: { code: string }) => error.code,
        ),
    );
    const startMs = performance.now();
    let checked = 0;
    await attempts.attempt('ann', 'a', async () => {
      checked = performance.now();
      return 'ann';
    });
    assert.ok(checked > startMs);
    const waiting = await Promise.race([Promise.all(guesses).then(() => 0), Promise.resolve(1)]);
    assert.equal(waiting, 1, 'the guesses are still waiting when he is in');
  });
});

describe('SessionTokens', () => {
  const claimsAt = (nowMs: number) => ({
    ...{ user: 'ann', credential: 'c', sessionId: 's' },
    sessionStartMs: Math.floor(nowMs / 1000) * 1000,
    expiresAtMs: Math.ceil(nowMs / 1000) * 1000 + 60_000,
  });

  it('are good until they expire, and only with their own secret', async () => {
    const host = new TestHost();
    const tokens = new SessionTokens({ secret: Buffer.alloc(32, 1), host });
    const claims = claimsAt(host.nowMs());
    const token = await tokens.issue(claims);
    for (let i = 0; i < 2; i++) assert.deepEqual(await tokens.verify(token), claims);
    const others = new SessionTokens({ secret: Buffer.alloc(32, 2), host });
    assert.equal(await others.verify(token), undefined);
    assert.equal(await tokens.verify(`${token}x`), undefined);
    assert.equal(await tokens.verify('nonsense'), undefined);
    host.aheadMs += 62_000;
    assert.equal(await tokens.verify(token), undefined);
  });

  it('are not good when they are made by a clock that was ahead, except by a step', async () => {
    const host = new TestHost();
    const tokens = new SessionTokens({ secret: Buffer.alloc(32, 1), host });
    const token = await tokens.issue(claimsAt(host.nowMs()));
    host.aheadMs -= 30_000;
    assert.notEqual(await tokens.verify(token), undefined);
    host.aheadMs -= 86_400_000;
    assert.equal(await tokens.verify(token), undefined);
  });
});

describe('Rights', () => {
  const roles = new Map(BUILT_IN_ROLES.map((role) => [role.name, role]));
  const rights = (role: string, database?: string) => new Rights([{ role, database }], (name) => roles.get(name));

  it('are none without a role, and what the role says with one', () => {
    assert.equal(rights('none').allowsIn('a', 'read'), false);
    assert.equal(rights('viewer').allowsIn('a', 'read'), true);
    assert.equal(rights('viewer').allowsIn('a', 'write'), false);
    assert.equal(rights('editor').allowsIn('a', 'write'), true);
    assert.equal(rights('editor').allowsGlobally('admin'), false);
    assert.equal(rights('admin').allowsGlobally('admin'), true);
  });

  it('of a confined role reach nowhere else', () => {
    const confined = rights('admin', 'a');
    assert.equal(confined.allowsIn('a', 'admin'), true);
    assert.equal(confined.allowsIn('b', 'read'), false);
    assert.equal(confined.allowsGlobally('read'), false);
    assert.deepEqual(confined.databases, ['a']);
  });
});

describe('Security', () => {
  it('keeps users, rights and its secret over a restart', async () => {
    const records = new RecordsInMemory();
    const options = { host: new TestHost(), tokenLifetimeMs: 60_000 };
    const first = await Security.open(records, options);
    const admin = await first.ensureAdmin('admin');
    assert.ok(admin.made && admin.weakness !== undefined);
    await first.accounts.createUser('ann', 'long enough 1', ['viewer']);
    const { token, claims } = await first.sessions.begin('ann', first.credentialOf('ann')!);
    const second = await Security.open(records, options);
    assert.deepEqual(await second.ensureAdmin('other'), { made: false });
    assert.deepEqual(await second.sessions.redeem(token), claims);
    assert.equal(await second.logIn('admin', 'admin', 'x'), 'admin');
    await assert.rejects(second.logIn('admin', 'other', 'x'), /Invalid credentials/);
    assert.equal(second.accounts.rightsOf('ann')!.allowsIn('any', 'read'), true);
    assert.ok(!JSON.stringify([...records.collections.values()].map((one) => [...one])).includes('long enough 1'));
  });

  it('calls weak passwords weak', () => {
    for (const weak of ['', 'short', 'aaaaaaaaaaaa']) assert.ok(passwordWeakness('ann', weak));
    assert.ok(passwordWeakness('annannann', 'AnnAnnAnn'));
    assert.equal(passwordWeakness('ann', 'correct horse'), undefined);
  });
});
