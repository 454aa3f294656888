import assert from 'node:assert/strict';
import type { ValueObject } from '@cairn/protocol/internal';
import type { Session } from '../../runner/session.ts';
import { ADMIN_PASSWORD, TestEngine } from '../../testing/test-engine.ts';

const PASSWORD = 'long enough 1';
const MINUTE_MS = 60_000;

describe('sessions', function () {
  this.timeout(30_000);
  let test: TestEngine;
  let admin: Session;

  beforeEach(async () => {
    test = await TestEngine.open();
    admin = test.session();
    await test.data(admin, 'create_user', { username: 'ann', password: PASSWORD, roles: ['viewer'] });
  });

  afterEach(() => test.close());

  /** Somebody who authenticates with these fields, and the token that he gets. */
  async function enter(fields: ValueObject): Promise<{ session: Session; token: string }> {
    const session = test.stranger();
    const { token } = (await test.data(session, 'auth', fields)) as { token: string };
    return { session, token };
  }

  const byPassword = () => enter({ username: 'ann', password: PASSWORD });
  const codeOf = async (session: Session) => (await test.send(session, 'list_databases')).code ?? 'ok';
  const tokenCode = async (token: string) => (await test.send(test.stranger(), 'auth', { token })).code ?? 'ok';

  it('let a connection that came in by a token stay as long as the token, and longer when it is refreshed', async () => {
    const { session: first, token } = await byPassword();
    const { session: second } = await enter({ token });
    test.host.aheadMs += 10 * MINUTE_MS;
    const refreshed = (await test.data(second, 'refresh_session')) as { token: string; expires_at: string };
    assert.ok(Date.parse(refreshed.expires_at) > test.host.nowMs() + 14 * MINUTE_MS);
    test.host.aheadMs += 10 * MINUTE_MS;
    assert.equal(await codeOf(second), 'ok');
    assert.equal(await tokenCode(token), 'unauthenticated');
    assert.equal(await tokenCode(refreshed.token), 'ok');
    test.host.aheadMs += 10 * MINUTE_MS;
    // Its time is over in the middle of the connection; that of the password is not.
    assert.equal(await codeOf(second), 'unauthenticated');
    assert.equal((await test.send(second, 'refresh_session')).code, 'unauthenticated');
    assert.equal(await codeOf(first), 'ok');
  });

  it('cannot be refreshed for ever', async () => {
    let { token } = await byPassword();
    let refreshes = 0;
    for (let code = 'ok'; code === 'ok'; refreshes++) {
      test.host.aheadMs += 14 * MINUTE_MS;
      const session = test.stranger();
      const reply = await test.send(session, 'auth', { token });
      code = reply.code ?? 'ok';
      if (code === 'ok') token = (reply.data as { token: string }).token;
    }
    assert.ok(refreshes > 100 && refreshes <= 104, `${refreshes} refreshes in a day`);
  });

  it('end with logout, on every connection that came in by them, and on no other', async () => {
    const { session: first, token } = await byPassword();
    const { session: second } = await enter({ token });
    const { session: other, token: otherToken } = await byPassword();
    await test.data(second, 'logout');
    assert.deepEqual(await Promise.all([first, second, other].map(codeOf)), [
      'unauthenticated',
      'unauthenticated',
      'ok',
    ]);
    assert.equal(await tokenCode(token), 'unauthenticated');
    assert.equal(await tokenCode(otherToken), 'ok');
    await test.reopen();
    assert.equal(await tokenCode(token), 'unauthenticated');
    assert.equal(await tokenCode(otherToken), 'ok');
  });

  it('end all at once when the user or an admin says so, but not that of who says it', async () => {
    const { session: first, token } = await byPassword();
    const { session: second } = await byPassword();
    await test.data(second, 'revoke_sessions');
    assert.deepEqual(await Promise.all([first, second].map(codeOf)), ['unauthenticated', 'ok']);
    assert.equal(await tokenCode(token), 'unauthenticated');
    assert.equal((await test.send(second, 'revoke_sessions', { username: 'admin' })).code, 'permission_denied');
    await test.data(admin, 'revoke_sessions', { username: 'ann' });
    assert.equal(await codeOf(second), 'unauthenticated');
    const { token: later } = await byPassword();
    await test.reopen();
    assert.deepEqual(await Promise.all([token, later].map(tokenCode)), ['unauthenticated', 'ok']);
    assert.equal((await test.send(test.session(), 'revoke_sessions', { username: 'none' })).code, 'not_found');
  });

  it('end with the password, and with the user', async () => {
    const { session: first, token } = await byPassword();
    const { session: second } = await byPassword();
    const change = { old_password: PASSWORD, new_password: 'another one 2' };
    await test.data(second, 'change_password', change);
    assert.deepEqual(await Promise.all([first, second].map(codeOf)), ['unauthenticated', 'ok']);
    assert.equal(await tokenCode(token), 'unauthenticated');
    await test.data(admin, 'delete_user', { username: 'ann' });
    await test.data(admin, 'create_user', { username: 'ann', password: 'another one 2', roles: ['viewer'] });
    assert.equal(await codeOf(second), 'unauthenticated');
  });

  it('stay ended until the last of their tokens has expired by itself', async () => {
    const { sessions } = test.engine.security;
    for (let time = 0; time < 5; time++) {
      const { session, token } = await byPassword();
      await test.data(session, 'logout');
      test.host.aheadMs += 15 * MINUTE_MS; // the whole second in which the token ends has begun
      await sessions.end({ user: 'ann', sessionId: `other ${time}` }); // which forgets what is over
      assert.equal(await tokenCode(token), 'unauthenticated');
    }
  });

  it('do not outlive a password that is changed while their user goes on, revokes them or comes in', async () => {
    const goOn: [string, (session: Session) => Promise<unknown>][] = [
      ['refresh_session', (session) => test.send(session, 'refresh_session')],
      ['revoke_sessions', (session) => test.send(session, 'revoke_sessions')],
      ['auth', (session) => test.send(session, 'auth', { username: 'ann', password: PASSWORD })],
    ];
    let password = PASSWORD;
    for (const [name, act] of goOn) {
      if (name === 'auth') {
        await test.data(admin, 'change_password', { username: 'ann', new_password: PASSWORD });
        password = PASSWORD;
      }
      const { session } = await enter({ username: 'ann', password });
      password = `${PASSWORD} ${name}`;
      let isChanged = false;
      const changed = test.data(admin, 'change_password', { username: 'ann', new_password: password });
      const over = changed.then(() => {
        isChanged = true;
      });
      const acts: Promise<unknown>[] = [];
      while (!isChanged && acts.length < 5_000) {
        acts.push(act(session));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.all([over, ...acts]);
      assert.equal(await codeOf(session), 'unauthenticated', name);
    }
  });

  it('of one user cannot fill the store with their ends', async () => {
    const { accounts, sessions } = test.engine.security;
    const ids = Array.from({ length: 1_005 }, (_, i) => `s${i}`);
    const before = accounts.credentialOf('ann');
    for (const sessionId of ids) await sessions.end({ user: 'ann', sessionId });
    assert.notEqual(accounts.credentialOf('ann'), before);
    assert.equal(sessions.hasEnded('s999'), true);
    assert.equal(sessions.hasEnded('s1001'), false);
    test.host.aheadMs += 16 * MINUTE_MS;
    await sessions.end({ user: 'ann', sessionId: 'late' });
    assert.equal(sessions.hasEnded('s1'), false);
    assert.equal(sessions.hasEnded('late'), true);
  });

  it('are signed with the secret of the settings when there is one', async () => {
    const secret = 'a secret of at least thirty-two characters';
    const [one, other] = [
      await TestEngine.open({ tokenSecret: secret }),
      await TestEngine.open({ tokenSecret: secret }),
    ];
    const { security } = one.engine;
    const { token } = await security.sessions.begin('admin', security.credentialOf('admin')!);
    const claims = await security.sessions.redeem(token);
    assert.equal(claims.user, 'admin');
    // The other server knows the signature, but not the password behind it.
    await assert.rejects(other.engine.security.sessions.redeem(token), /expired token/);
    await Promise.all([one.close(), other.close()]);
    assert.ok(ADMIN_PASSWORD.length > 8);
  });
});
