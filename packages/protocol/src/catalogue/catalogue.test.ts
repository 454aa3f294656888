import assert from 'node:assert/strict';
import { ProtocolError } from '../message/protocol-error.ts';
import { decodeRequest } from '../message/request.ts';
import { encodeValue } from '../value/msgpack/encode.ts';
import type { ValueObject } from '../value/value.ts';
import { COMMANDS, commandByName } from './catalogue.ts';
import { parseRequest } from './parse-fields.ts';

const parse = (message: ValueObject) => parseRequest(decodeRequest(encodeValue(message)));
const fieldsOf = (message: ValueObject) => parse(message).fields as Record<string, unknown>;

describe('the catalogue', () => {
  it('gives every name and alias to one command', () => {
    const known = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
    assert.equal(new Set(known).size, known.length);
    for (const name of known) assert.ok(commandByName(name)?.summary.endsWith('.'), name);
    assert.equal(commandByName('constructor'), undefined);
  });

  it('repeats nothing that changes data, unless doing it twice does no harm', () => {
    for (const name of ['insert', 'bulk_insert', 'query', 'commit_transaction', 'cursor_next'] as const)
      assert.equal(commandByName(name)?.idempotent, false);
    for (const name of ['get', 'list', 'ping', 'explain'] as const) assert.equal(commandByName(name)?.idempotent, true);
  });

  it('leaves only auth and ping to strangers', () => {
    assert.deepEqual(
      COMMANDS.filter(({ access }) => access === 'public').map(({ name }) => name),
      ['auth', 'ping'],
    );
  });

  it('fills in defaults, takes nil for not given, and drops what it does not know', () => {
    assert.deepEqual(fieldsOf({ cmd: 'list', database: 'd', collection: 'c', limit: null, colour: 'red' }), {
      database: 'd',
      collection: 'c',
      limit: 100,
      offset: 0,
    });
    assert.equal(fieldsOf({ cmd: 'update', database: 'd', collection: 'c', key: 'k', document: {} }).merge, true);
    assert.deepEqual(fieldsOf({ cmd: 'create_user', username: 'u', password: 'p', roles: null }).roles, []);
  });

  it('understands the names that old clients use', () => {
    assert.equal(fieldsOf({ cmd: 'collection_stats', database: 'd', name: 'c' }).collection, 'c');
    assert.equal(fieldsOf({ cmd: 'collection_stats', database: 'd', collection: 'c', name: 'x' }).collection, 'c');
    assert.equal(fieldsOf({ cmd: 'query', database: 'd', query: 'RETURN 1', bindVars: { a: 1 } }).sdbql, 'RETURN 1');
    assert.equal(fieldsOf({ cmd: 'delete_index', database: 'd', collection: 'c', index_name: 'i' }).name, 'i');
    assert.deepEqual(fieldsOf({ cmd: 'create_index', database: 'd', collection: 'c', field: 'a.b' }).fields, ['a.b']);
    assert.equal(parse({ cmd: 'get_my_permissions' }).name, 'get_current_user_permissions');
    const schema = fieldsOf({
      cmd: 'set_collection_schema',
      database: 'd',
      collection: 'c',
      schema: { type: 'object' },
    }).schema;
    assert.deepEqual(schema, { name: 'schema', schema: { type: 'object' }, validation_mode: 'strict' });
    assert.ok('documents' in fieldsOf({ cmd: 'import_collection', database: 'd', collection: 'c', data: [{}] }));
  });

  it('names the field that is missing or wrong, and lists the commands when there is none', () => {
    const wrong: [ValueObject, RegExp][] = [
      [{ cmd: 'get', database: 'd', collection: 'c' }, /missing field `key`/],
      [{ cmd: 'get', database: 'd', collection: 'c', key: null }, /missing field `key`/],
      [{ cmd: 'insert', database: 'd', collection: 'c' }, /missing field `document`/],
      [{ cmd: 'get', database: 'd', collection: 'c', key: 5 }, /field `key`/],
      [{ cmd: 'list', database: 'd', collection: 'c', limit: -1 }, /field `limit`/],
      [{ cmd: 'begin_transaction', database: 'd', isolation_level: 'x' }, /field `isolation_level`/],
      [{ cmd: 'foo', rid: 3 }, /unknown variant `foo`, expected one of `auth`, `ping`/],
    ];
    for (const [message, reason] of wrong) {
      assert.throws(
        () => parse(message),
        (error: Error) => error instanceof ProtocolError && reason.test(error.message),
        String(reason),
      );
    }
  });
});
