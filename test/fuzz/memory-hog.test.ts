import assert from 'node:assert/strict';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection, WireError } from '../harness/wire-connection.ts';

/** Expressions that would fill the memory of the whole process if nobody stopped them. */
const HOGS = [
  'RETURN LENGTH(MAP(1..100000, i -> CONCAT(REPEAT("x", 1000000), i)))',
  'FOR i IN 1..100000 COLLECT INTO g RETURN MAP(g, x -> CONCAT(REPEAT("y", 1000000), x.i))',
  'RETURN LENGTH(MAP(1..100000, i -> MAP(1..10000, j -> [i, j])))',
];

describe('a query that would take all memory', function () {
  this.timeout(120_000);
  const folder = temporaryFolder('memory-hog');
  let server: ServerProcess;
  before(async () => {
    server = await ServerProcess.start({ dataDir: folder.path, nodeFlags: ['--max-old-space-size=512'] });
  });
  after(async () => {
    await server.stop();
    folder.remove();
  });

  for (const query of HOGS) {
    it(`fails alone: ${query}`, async () => {
      const [hog, other] = await Promise.all([WireConnection.login(server.port), WireConnection.login(server.port)]);
      await assert.rejects(
        hog.query('_system', query),
        (error) => error instanceof WireError && ['limit_exceeded', 'timeout'].includes(error.code),
      );
      assert.deepEqual(await other.query('_system', 'RETURN 1'), [1]);
      assert.ok(server.running, server.output);
      hog.close();
      other.close();
    });
  }
});
