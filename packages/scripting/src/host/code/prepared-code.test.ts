import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptHost } from '../script-host.ts';
import { SCRIPT_PROCESS_MAIN } from '../script-process-handle.ts';
import type { ScriptLanguage } from '../script-run.ts';
import { PreparedCode, type PreparedModules } from './prepared-code.ts';

describe('the prepared code of script processes', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-prepared-code-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function prepared(): Promise<string> {
    const code = new PreparedCode(folder, SCRIPT_PROCESS_MAIN);
    await code.prepare();
    return code.file!;
  }
  const modulesOf = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as PreparedModules;

  it('has every module of both languages, without types, and is made once', async () => {
    const file = await prepared();
    const modules = modulesOf(file);
    for (const path of [
      'host/child/main.ts',
      'lua/lua-scripts.ts',
      'javascript/javascript-engine.ts',
      'protocol/src/',
    ]) {
      assert.ok(
        Object.keys(modules).some((url) => url.includes(path)),
        path,
      );
    }
    assert.doesNotMatch(modules[SCRIPT_PROCESS_MAIN]!.text, /: ScriptProcess =/);
    const { ino } = statSync(file);
    assert.equal(await prepared(), file);
    assert.equal(statSync(file).ino, ino);
    assert.deepEqual(readdirSync(folder).length, 1);
  });

  it('is made anew when a source has changed, or when it cannot be read', async () => {
    const file = await prepared();
    const modules = modulesOf(file);
    const [url, { size }] = Object.entries(modules)[3]!;
    for (const damaged of [
      JSON.stringify({ ...modules, [url]: { ...modules[url], size: size + 1 } }),
      '{"a":',
      '{}',
      '',
    ]) {
      writeFileSync(file, damaged);
      assert.equal(await prepared(), file);
      assert.deepEqual(modulesOf(file), modules);
    }
  });

  it('is done without where it cannot be kept', async () => {
    const nowhere = new PreparedCode(join(folder, 'not there'), SCRIPT_PROCESS_MAIN);
    assert.equal(nowhere.file, undefined);
    await nowhere.prepare();
    assert.equal(nowhere.file, undefined);
  });

  async function run(host: ScriptHost, language: ScriptLanguage, code: string): Promise<unknown> {
    const outcome = await host.run({
      source: { name: 'Test', language, code, fingerprint: `${language} ${code}`, tenant: 'shop' },
      request: {
        ...{ database: 'shop', service: 'test', method: 'GET', path: 'test' },
        ...{ query: new Map(), params: new Map(), headers: new Map() },
      },
      limits: { timeoutMs: 5_000, memoryBytes: 64 << 20, resultBytes: 1 << 20, hostCalls: 10, logBytes: 1_000 },
      environment: new Map(),
      calls: { call: () => null, hasActed: false, log: () => {} },
    });
    return outcome.kind === 'answer' ? JSON.parse(outcome.resultJson!) : outcome.message;
  }

  it('is what processes begin with, and they do all that others do', async () => {
    const file = await prepared();
    const text = readFileSync(file, 'utf8');
    // Told from the modules themselves by a text that only the file has.
    const marked = text.replace('no default function to call', 'nothing to call');
    assert.notEqual(marked, text);
    writeFileSync(file, marked);
    const host = new ScriptHost({ processes: 1, codeFolder: folder });
    try {
      await host.warm();
      assert.equal(await run(host, 'lua', 'return 1 + 1'), 2);
      assert.equal(await run(host, 'lua', '\nerror("no")'), 'Test:2: no');
      assert.equal(await run(host, 'javascript', 'export default (): number => (1 as number) + 1'), 2);
      assert.match(
        String(await run(host, 'javascript', 'export default () => {\n  throw new Error("no");\n}')),
        /^Test:2/,
      );
      assert.match(String(await run(host, 'javascript', 'export const a = 1')), /the module has nothing to call/);
    } finally {
      await host.close();
    }
  });

  it('is not missed by processes that begin when it has gone', async () => {
    const host = new ScriptHost({ processes: 1, codeFolder: folder });
    try {
      await host.warm();
      assert.equal(await run(host, 'lua', 'return 1'), 1);
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      // It costs its process, and the next one looks for the file in vain.
      const endless = 'export default () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)';
      assert.match(String(await run(host, 'javascript', endless)), /timed out/);
      assert.equal(await run(host, 'javascript', 'export default () => 2'), 2);
    } finally {
      await host.close();
    }
  });
});
