import assert from 'node:assert/strict';
import { SCRIPT_SECTIONS } from '../api/script-reference.ts';
import { FakeServer } from './testing/fake-server.ts';
import { luaResult, runLua } from './testing/run-lua.ts';

/**
 * Replaces every function of Lua's libraries, as a hostile or careless script may, and keeps copies for the example alone.
 * The functions of the API stay.
 */
const REPLACE_LIBRARIES = `
local original = { string = {}, table = {}, math = {}, utf8 = {}, coroutine = {} }
for name, copy in pairs(original) do
  for key, value in pairs(_G[name]) do copy[key] = value end
end
local string, math, table = original.string, original.math, original.table
local select, pcall, type, error, tostring, ipairs = select, pcall, type, error, tostring, ipairs
local standard = { 'byte char find format gmatch gsub len lower match rep reverse sub upper pack packsize unpack',
  'concat insert move remove sort', 'abs ceil floor huge max min random sqrt tointeger type ult', 'char codepoint len offset',
  'create resume yield status close running isyieldable wrap' }
local function poisoned() error('a function of the script was called') end
for _, names in ipairs(standard) do
  for name in string.gmatch(names, '%w+') do
    for library in next, original do
      if _G[library][name] ~= nil then _G[library][name] = poisoned end
    end
  end
end
for _, name in ipairs({ 'assert', 'collectgarbage', 'error', 'getmetatable', 'ipairs', 'next', 'pairs', 'pcall', 'print', 'rawequal', 'rawget',
  'rawlen', 'rawset', 'select', 'setmetatable', 'tonumber', 'tostring', 'type', 'xpcall', 'warn' }) do
  _G[name] = poisoned
end
`;

describe('a script that replaces the libraries', () => {
  for (const { functions } of SCRIPT_SECTIONS) {
    for (const { name, example } of functions) {
      // These call a method of a text, which is one of the replaced functions.
      if (example === undefined || /\):sub\(/.test(example.code)) continue;
      it(`does not reach into ${name}`, async () => {
        const server = new FakeServer({
          people: [
            { _key: 'a', name: 'Ann', age: 30 },
            { _key: 'b', name: 'Bob', age: 25 },
          ],
        });
        server.modules.set('greeting', 'return { hello = function(name) return "Hello, " .. name end }');
        assert.deepEqual(await luaResult(`${REPLACE_LIBRARIES}\n${example.code}`, { server }), example.result);
      });
    }
  }

  it('is answered all the same, with its cookies, headers and errors', async () => {
    const answered = await runLua(
      `${REPLACE_LIBRARIES}\nsolidb.set_cookie('a', 'b') response.headers['X-A'] = 1 return response.html('<p>')`,
    );
    assert.deepEqual(
      [answered.status, answered.text, answered.headers['set-cookie'], answered.headers['x-a']],
      [200, '<p>', 'a=b', '1'],
    );
    const failed = await runLua(`${REPLACE_LIBRARIES}\nsolidb.error('gone', 410)`);
    assert.deepEqual([failed.status, failed.json], [410, { error: 'gone' }]);
  });
});
