import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sendRequest } from '../harness/http-request.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection } from '../harness/wire-connection.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../docs/guide/scripting.md'), 'utf8');
const LANGUAGES: Readonly<Record<string, string>> = { lua: 'lua', js: 'javascript' };

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  readonly status: number;
  readonly text: string;
}

/** A section of the page: its scripts, and what is asked of them. */
interface Example {
  readonly title: string;
  readonly scripts: readonly Readonly<Record<string, unknown>>[];
  readonly exchanges: readonly Exchange[];
}

function examplesOf(page: string): Example[] {
  return page
    .split(/^### /m)
    .slice(1)
    .map((section) => section.split(/^## /m)[0]!)
    .map((section) => {
      const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(
        ([, kind, text]) => [kind!, text!] as const,
      );
      const scripts = blocks
        .filter(([kind]) => LANGUAGES[kind] !== undefined)
        .map(([kind, code]) => scriptOf(kind, code));
      const asked = blocks.filter(([kind]) => kind === 'text').flatMap(([, text]) => exchangesOf(text));
      return { title: section.split('\n', 1)[0]!, scripts, exchanges: asked };
    });
}

/** The comments at its head say where it answers. */
function scriptOf(kind: string, code: string): Example['scripts'][number] {
  const path = /^(?:--|\/\/) @path (\S+)/m.exec(code)![1]!;
  const methods = /^(?:--|\/\/) @methods ?(.*)$/m.exec(code)?.[1] ?? 'GET';
  return { name: path, path, methods: methods.split(/[ ,]+/).filter(Boolean), code, language: LANGUAGES[kind] };
}

function exchangesOf(text: string): Exchange[] {
  const lines = text.trim().split('\n');
  return Array.from({ length: lines.length / 2 }, (_, at) => {
    const [method = '', path = '', ...body] = lines[at * 2]!.split(' ');
    const [status, ...answer] = lines[at * 2 + 1]!.split(' ');
    return {
      ...{ method, path, status: Number(status), text: answer.join(' ') },
      body: body.length === 0 ? undefined : body.join(' '),
    };
  });
}

/** Runs the scripts of the page and compares what they answer with what it says. */
describe('the guide to scripts', function () {
  this.timeout(60_000);
  const folder = temporaryFolder('script-guide');
  let server: ServerProcess;
  let wire: WireConnection;

  before(async () => {
    server = await ServerProcess.start({ dataDir: folder.path, flags: ['--log-level', 'error'] });
    wire = await WireConnection.login(server.port);
    await wire.call('create_database', { name: 'guide' });
    await wire.call('create_service', { database: 'guide', key: 'default' });
    await wire.call('create_collection', { database: 'guide', name: 'people' });
    const [, lines] = /^```json\n([\s\S]*?)^```/m.exec(PAGE)!;
    const documents = lines!
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    await wire.call('bulk_insert', { database: 'guide', collection: 'people', documents });
  });
  after(async () => {
    wire?.close();
    await server?.stop();
    folder.remove();
  });

  const examples = examplesOf(PAGE);
  assert.ok(examples.length >= 10);
  for (const { title, scripts, exchanges } of examples) {
    it(title, async () => {
      for (const script of scripts) await wire.call('create_script', { database: 'guide', ...script });
      for (const { method, path, body, status, text } of exchanges) {
        const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
        const answer = await sendRequest(server.port, { method, path: `/api/guide/default/${path}`, headers, body });
        const asked = `${method} ${path}`;
        assert.equal(answer.status, status, `${asked}: ${answer.text}`);
        assert.equal(answer.text.trim().replaceAll('\n', ' '), text, asked);
      }
    });
  }
});
