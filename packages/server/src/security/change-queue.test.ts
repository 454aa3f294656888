import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Value } from '@cairn/protocol/internal';
import { RecordsInMemory } from '../testing/records-in-memory.ts';
import { TestHost } from '../testing/test-engine.ts';
import { ChangeQueue } from './change-queue.ts';
import { Security } from './security.ts';

/** A disk that takes what it is given in order, and says so when it is told to. */
class SlowRecords extends RecordsInMemory {
  #isHeld = false;
  #waiting: (() => void)[] = [];

  hold(): void {
    this.#isHeld = true;
  }

  /** Resolves when something waits for the disk. */
  async asked(): Promise<void> {
    while (this.#waiting.length === 0) await setImmediate();
  }

  release(): void {
    this.#isHeld = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  override async put(collection: string, key: string, body: { [name: string]: Value }): Promise<void> {
    await super.put(collection, key, body);
    await this.#written();
  }

  override async remove(collection: string, keys: readonly string[]): Promise<void> {
    await super.remove(collection, keys);
    await this.#written();
  }

  #written(): Promise<void> | undefined {
    return this.#isHeld ? new Promise((resolve) => this.#waiting.push(resolve)) : undefined;
  }
}

describe('ChangeQueue', () => {
  it('runs one after the other, also when one fails', async () => {
    const queue = new ChangeQueue();
    const seen: string[] = [];
    const change = (name: string, fails = false) =>
      queue.inTurn(async () => {
        seen.push(`${name} begins`);
        await setImmediate();
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const [first, second, third] = await Promise.allSettled([change('a'), change('b', true), change('c')]);
    assert.deepEqual([first!.status, second!.status, third!.status], ['fulfilled', 'rejected', 'fulfilled']);
    assert.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });
});

describe('changes of rights that come together', () => {
  const [OLD, NEW] = ['the old password', 'the new password'];
  let records: SlowRecords;
  let host: TestHost;
  let security: Security;

  const open = () => Security.open(records, { host, tokenLifetimeMs: 60_000 });
  /** Begins `change`, and while the disk is writing it, `other`; both have ended when it resolves. */
  const whileWriting = async (change: () => Promise<unknown>, other: () => Promise<unknown>) => {
    records.hold();
    const begun = change();
    await records.asked();
    const ended = Promise.allSettled([begun, other()]);
    await setImmediate();
    records.release();
    await ended;
  };

  beforeEach(async () => {
    records = new SlowRecords();
    host = new TestHost();
    security = await open();
    await security.ensureAdmin('admin');
    await security.accounts.createUser('ann', OLD, ['viewer']);
  });

  it('do not put back a password that was just changed', async () => {
    const { accounts } = security;
    await whileWriting(
      () => accounts.changePassword('ann', NEW),
      () => accounts.endSessions('ann'),
    );
    for (const one of [security, await open()]) {
      assert.equal(await one.accounts.verifyPassword('ann', OLD), false);
      assert.equal(await one.accounts.verifyPassword('ann', NEW), true);
    }
  });

  it('do not bring back a user who was just deleted', async () => {
    const { accounts } = security;
    await whileWriting(
      () => accounts.deleteUser('ann'),
      () => accounts.endSessions('ann'),
    );
    for (const one of [security, await open()]) {
      assert.equal(one.rightsOf('ann'), undefined);
      assert.equal(await one.accounts.verifyPassword('ann', OLD), false);
    }
  });

  it('do not bring back a key that was just deleted, nor its text when it was made anew', async () => {
    const create = (name: string) => security.apiKeys.create({ name, permissions: ['read'] }, 'admin');
    const [deleted, rotated] = [await create('one'), await create('two')];
    const use = async (text: Value | undefined) => {
      host.aheadMs += 120_000; // so that its use is noted
      security.apiKeys.redeem(String(text));
    };
    await whileWriting(
      () => security.apiKeys.delete(String(deleted.id)),
      () => use(deleted.key),
    );
    let now: Value | undefined;
    await whileWriting(
      async () => {
        now = (await security.apiKeys.rotate(String(rotated.id))).key;
      },
      () => use(rotated.key),
    );
    assert.equal(security.rightsOf(`api-key:${String(deleted.id)}`), undefined);
    for (const one of [security, await open()]) {
      assert.throws(() => one.apiKeys.redeem(String(deleted.key)), /Invalid API key/);
      assert.throws(() => one.apiKeys.redeem(String(rotated.key)), /Invalid API key/);
      assert.equal(one.apiKeys.redeem(String(now)), `api-key:${String(rotated.id)}`);
    }
  });

  it('do not leave a role with anybody when it is deleted', async () => {
    await security.roles.create('clerk', ['read']);
    await security.accounts.assignRole('ann', 'clerk', 'shop');
    await whileWriting(
      () => security.deleteRole('clerk'),
      () => security.accounts.assignRole('ann', 'clerk', undefined),
    );
    const again = await open();
    for (const one of [security, again]) assert.deepEqual(one.accounts.rolesOf('ann'), ['viewer']);
  });

  it('make no two users of one name', async () => {
    const made = await Promise.allSettled(
      [OLD, NEW].map((password) => security.accounts.createUser('bob', password, [])),
    );
    assert.deepEqual(made.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });
});
