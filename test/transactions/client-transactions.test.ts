import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Client, connect } from '@cairn/client';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

describe('transactions of the client', function () {
  this.timeout(60_000);
  const folder = temporaryFolder('client-transactions');
  let server: ServerProcess;
  let client: Client;

  before(async () => {
    server = await ServerProcess.start({ dataDir: join(folder.path, 'data') });
    client = await connect(`${server.url}/shop?pool=4`);
    await client.databases.create('shop');
    await client.database().collections.create('accounts');
  });
  after(async () => {
    await client?.close();
    await server?.stop();
    folder.remove();
  });

  for (const isolation of ['repeatable_read', 'serializable'] as const) {
    it(`${isolation}: are run again until none of many at the same time is lost`, async () => {
      const accounts = client.database().collection<{ balance: number }>('accounts');
      await accounts.insert({ _key: isolation, balance: 0 });
      let runs = 0;
      const addOne = () =>
        client.database().transaction(
          async (transaction) => {
            runs++;
            const account = await transaction.collection<{ balance: number }>('accounts').get(isolation);
            await transaction.collection('accounts').update(isolation, { balance: account.balance + 1 });
          },
          { isolation, attempts: 100 },
        );
      await Promise.all(Array.from({ length: 12 }, addOne));
      assert.equal((await accounts.get(isolation)).balance, 12);
      assert.ok(runs > 12, 'some have lost and were run again');
    });
  }

  it('keep what was done before and after a part that failed', async () => {
    const database = client.database();
    await database.transaction(async (transaction) => {
      const accounts = transaction.collection('accounts');
      await accounts.insert({ _key: 'before' });
      const failing = transaction.transaction(async (part) => {
        await part.collection('accounts').insert({ _key: 'inside' });
        await part.transaction((inner) => inner.collection('accounts').insert({ _key: 'deeper' }));
        await part.collection('accounts').insert({ _key: 'before' });
      });
      await assert.rejects(failing, { code: 'already_exists' });
      await transaction.transaction((part) => part.collection('accounts').insert({ _key: 'after' }));
    });
    const keys = await database.query(
      `FOR a IN accounts FILTER a._key IN ['before', 'inside', 'deeper', 'after'] RETURN a._key`,
    );
    assert.deepEqual(keys, ['after', 'before']);
  });

  it('leave nothing open behind an error of their function', async () => {
    await assert.rejects(
      client.database().transaction(async (transaction) => {
        await transaction.collection('accounts').insert({ _key: 'gone' });
        throw new Error('mine');
      }),
      /mine/,
    );
    assert.equal(await client.database().collection('accounts').find('gone'), undefined);
    assert.deepEqual((await client.command('list_transactions')).data, []);
  });
});
