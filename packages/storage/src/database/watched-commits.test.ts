import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeValue } from '@cairn/protocol/internal';
import { Store } from '../store/store.ts';

describe('watched commits', () => {
  it('tell which collections were written to, and the log keeps how many triggers stand behind a commit', async () => {
    const path = await mkdtemp(join(tmpdir(), 'cairn-watch-'));
    const store = await Store.open({ path });
    await store.createDatabase('shop');
    const database = store.database('shop');
    await database.createCollection('users');
    await database.createCollection('orders');
    const seen: string[][] = [];
    const stop = database.watch((collections) => seen.push([...collections]));
    const record = { key: 'a', revision: new Uint8Array(8), createdMs: 1, updatedMs: 1, body: encodeValue({}) };
    await database.write((transaction) => {
      transaction.collection('users')?.get('x');
      transaction.put('orders', record, 'insert');
    });
    const { lsn } = await database.write((transaction) => transaction.put('users', record, 'insert'), {
      user: 'ann',
      depth: 3,
    });
    await database.write((transaction) => transaction.collection('users')?.get('a'));
    stop();
    await database.write((transaction) => transaction.delete('users', 'a'));
    assert.deepEqual(seen, [['orders'], ['users']]);
    const commits = [];
    for await (const commit of database.changes(lsn - 1)) commits.push(commit);
    assert.deepEqual(
      commits.map(({ user, depth }) => [user, depth]),
      [
        [null, undefined],
        ['ann', 3],
        [null, undefined],
      ],
    );
    await store.close();
    await rm(path, { recursive: true, force: true });
  });
});
