import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Client, connect, type Database } from '@cairn/client';
import type { Value } from '@cairn/protocol';
import { stringifyJson } from '@cairn/protocol';
import { ServerProcess } from './harness/server-process.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../docs/guide/queries.md'), 'utf8');
/** What the page's bind variables stand for, as its prose says. */
const BINDS: Readonly<Record<string, Value>> = { city: 'London', age: 40, '@c': 'people' };

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language, text]) => ({
  language: language!,
  text: text!.trimEnd(),
}));

/** Documents of the files that the page begins with, by the file's name. */
function filesOf(page: string): [name: string, documents: Record<string, Value>[]][] {
  return [...page.matchAll(/^`(\w+)\.ndjson`:\n\n```json\n([\s\S]*?)^```/gm)].map(([, name, lines]) => [
    name!,
    lines!
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, Value>),
  ]);
}

describe('the guide to queries', function () {
  this.timeout(60_000);

  const folder = temporaryFolder('guide');
  let server: ServerProcess;
  let client: Client;
  let database: Database;

  before(async () => {
    server = await ServerProcess.start({ dataDir: join(folder.path, 'data') });
    client = await connect({ port: server.port, user: 'admin', password: server.password });
    await client.databases.create('tour');
    database = client.database('tour');
    for (const [name, documents] of filesOf(PAGE)) {
      await database.collections.create(name, name === 'knows' ? { type: 'edge' } : {});
      await database.collection(name).bulkInsert(documents);
    }
  });
  after(async () => {
    await client?.close();
    await server?.stop();
    folder.remove();
  });

  async function answerOf(text: string): Promise<string> {
    const used = Object.entries(BINDS).filter(([name]) => text.includes(`@${name}`));
    try {
      const rows = await database.query(text, Object.fromEntries(used));
      return rows.map((row) => stringifyJson(row)).join('\n');
    } catch (error) {
      return `cairn: ${(error as Error).message}`;
    }
  }

  it('shows answers that are the true ones, in their order', async () => {
    let compared = 0;
    for (const [index, { language, text }] of blocks.entries()) {
      const answer = blocks[index + 1];
      if (language !== 'sdbql' || answer === undefined) continue;
      if (answer.text.startsWith('{\n')) break; // the plan, below
      const found = await answerOf(text);
      if (answer.language === 'text') assert(answer.text.startsWith(found), `${text}\n${found}\n${answer.text}`);
      else assert.equal(found, answer.text, text);
      compared++;
    }
    assert(compared > 30, `${compared} examples`);
  });

  it('shows the plan that there is', async () => {
    await database.collection('people').indexes.create({ name: 'by_city', fields: ['city'] });
    const last = blocks.findIndex(({ language, text }) => language === 'json' && text.startsWith('{\n'));
    const explanation = await database.explain(blocks[last - 1]!.text);
    const shown = JSON.parse(blocks[last]!.text) as Record<string, unknown>;
    for (const [name, value] of Object.entries(shown)) assert.deepEqual(explanation[name], value, name);
  });
});
