import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Store } from '../store/store.ts';
import { keysOf, reading, testDatabase } from './test-database.ts';

const WRITER = new URL('./killed-writer.fixture.ts', import.meta.url).pathname;
const CYCLES = 4;
/** Acknowledged batches after which the writer is killed. */
const BATCHES = 40;

describe('a store whose process was killed', () => {
  it('opens again with every acknowledged batch and no half of one', async function () {
    this.timeout(60_000);
    const test = await testDatabase();
    const acknowledged = new Set<number>();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      await test.store.close();
      for (const number of await writeUntilKilled(test.path, cycle * 1_000_000)) acknowledged.add(number);
      test.store = await Store.open({ path: test.path });
      const keys = new Set(reading(test.store.database('test'), keysOf));
      for (const number of acknowledged) assert.ok(keys.has(`a${number}`), `batch ${number} is lost`);
      for (const key of keys) assert.ok(keys.has(`${key[0] === 'a' ? 'b' : 'a'}${key.slice(1)}`), `${key} is torn`);
    }
    assert.ok(acknowledged.size >= CYCLES * BATCHES);
    await test.remove();
  });
});

async function writeUntilKilled(path: string, first: number): Promise<number[]> {
  const writer = spawn(process.execPath, [WRITER, path, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(writer, 'close');
  let text = '';
  writer.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (text.split('\n').length > BATCHES) writer.kill('SIGKILL');
  });
  await exited;
  return text.split('\n').slice(0, -1).map(Number);
}
