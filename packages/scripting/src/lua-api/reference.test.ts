import assert from 'node:assert/strict';
import { SCRIPT_SECTIONS, scriptFunctionNames } from '../api/script-reference.ts';
import { FakeServer } from './testing/fake-server.ts';
import { luaResult } from './testing/run-lua.ts';

/** What the examples of the reference find in the database. */
function exampleServer(): FakeServer {
  const server = new FakeServer({
    people: [
      { _key: 'a', name: 'Ann', age: 30 },
      { _key: 'b', name: 'Bob', age: 25 },
    ],
  });
  server.modules.set('greeting', 'return { hello = function(name) return "Hello, " .. name end }');
  return server;
}

describe('reference of the script API', () => {
  it('names no function twice', () => {
    const names = scriptFunctionNames();
    assert.deepEqual([...new Set(names)], names);
  });

  for (const { title, functions } of SCRIPT_SECTIONS) {
    describe(title, () => {
      for (const { name, example } of functions) {
        if (example === undefined) continue;
        it(`${name}: the example says what comes out`, async () => {
          assert.deepEqual(await luaResult(example.code, { server: exampleServer() }), example.result);
        });
      }
    });
  }

  it('puts every function where it says', async () => {
    const names = scriptFunctionNames().filter((name) => !name.includes(':') && !name.startsWith('solidb.ws'));
    const checks = names.map((name) => `'${name}', type(${name})`).join(', ');
    const found = (await luaResult(`return { ${checks} }`)) as string[];
    for (let at = 0; at < found.length; at += 2) {
      assert.match(found[at + 1], /^(?:function|table)$/, `${found[at]} is ${found[at + 1]}`);
    }
  });
});
