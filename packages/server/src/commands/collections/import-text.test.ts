import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { Session } from '../../runner/session.ts';
import { TestEngine } from '../../testing/test-engine.ts';

describe('the import of a text', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let admin: Session;
  const items = { database: 'shop', collection: 'items' };

  before(async () => {
    test = await TestEngine.open();
    admin = test.session();
    await test.data(admin, 'create_database', { name: 'shop' });
  });
  beforeEach(() => test.data(admin, 'create_collection', { database: 'shop', name: 'items' }));
  afterEach(() => test.data(admin, 'delete_collection', { database: 'shop', name: 'items' }));
  after(() => test.close());

  const stored = async () => (await test.data(admin, 'list', items)) as ValueObject[];

  it('reads it by its format, or by how it begins', async () => {
    const texts: [Value, string?][] = [
      ['_key,name\na,Ann\nb,"Bob, B."\n', 'csv'],
      ['_key,name\nc,Ann\nd,"Bob, B."\n'],
      ['{"_key":"e","name":"Ann"}\n{"_key":"f","name":"Bob, B."}', 'jsonl'],
      ['[{"_key":"g","name":"Ann"},{"_key":"h","name":"Bob, B."}]', 'JSON'],
      ['[{"_key":"i","name":"Ann"},{"_key":"j","name":"Bob, B."}]'],
      [
        [
          { _key: 'k', name: 'Ann' },
          { _key: 'l', name: 'Bob, B.' },
        ],
        'json',
      ],
    ];
    for (const [data, format] of texts) {
      const reply = await test.send(admin, 'import_collection', { ...items, data, ...(format && { format }) });
      assert.equal(reply.count, 2, JSON.stringify(reply));
    }
    assert.deepEqual(
      (await stored()).map(({ _key, name }) => `${String(_key)} ${String(name)}`),
      [...'abcdefghijkl'].map((key, at) => `${key} ${at % 2 === 0 ? 'Ann' : 'Bob, B.'}`),
    );
  });

  it('stores nothing of one in which something is no document', async () => {
    for (const [data, format] of [
      ['{"_key":"a"}\nrubbish\n', 'jsonl'],
      ['[{"_key":"a"}, 5]', 'json'],
      ['{"_key":"a"}', 'xml'],
      ['{"_key":"a"}\n{"_key":"a"}', 'jsonl'],
    ]) {
      const reply = await test.send(admin, 'import_collection', { ...items, data, format });
      assert.equal(reply.status, 'error', data);
    }
    assert.deepEqual(await stored(), []);
    const without = await test.send(admin, 'import_collection', { ...items, data: {} });
    assert.match(JSON.stringify(without.error), /missing field `documents`/);
  });
});
