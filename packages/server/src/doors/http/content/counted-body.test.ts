import assert from 'node:assert/strict';
import { type ClientRequest, request } from 'node:http';
import { HttpTestServer } from '../../../testing/http-test-server.ts';
import { ADMIN_PASSWORD } from '../../../testing/test-engine.ts';

const MIB = 1024 * 1024;
const DOCUMENTS = '/_api/database/shop/document/notes';
const ENDPOINT = '/api/shop/default/echo';

/** A body in pieces that goes on as long as nobody ends it. */
class ChunkedRequest {
  readonly #request: ClientRequest;
  readonly status: Promise<number>;
  isAnswered = false;

  constructor(server: HttpTestServer, path: string, isAdmin: boolean) {
    const headers = { 'content-type': 'application/json', ...(isAdmin && { authorization: basic() }) };
    this.#request = request(server.base + path, { method: 'POST', headers });
    this.status = new Promise((resolve, reject) => {
      this.#request.on('response', (response) => {
        response.resume();
        this.isAnswered = true;
        resolve(response.statusCode!);
      });
      this.#request.on('error', reject);
    });
    this.status.catch(() => {});
    this.#request.write('{"text":"');
  }

  write(bytes: number): void {
    this.#request.write('x'.repeat(bytes));
  }

  end(): void {
    this.#request.end('"}');
  }

  destroy(): void {
    this.#request.destroy();
  }
}

function basic(): string {
  return `Basic ${btoa(`admin:${ADMIN_PASSWORD}`)}`;
}

describe('bodies that do not say how long they are', function () {
  this.timeout(30_000);
  let server: HttpTestServer;

  before(async () => {
    server = await HttpTestServer.start({ bytesInFlightByUserMax: 4 * MIB });
    await server.send('/_api/database', { body: { name: 'shop' } });
    await server.send('/_api/database/shop/collection', { body: { name: 'notes' } });
    const service = { name: 'default', key: 'default' };
    assert.equal((await server.send('/_api/database/shop/services', { body: service })).status, 200);
    const script = { name: 'echo', path: 'echo', methods: ['POST'], code: 'return 1' };
    assert.equal((await server.send('/_api/database/shop/scripts', { body: script })).status, 200);
  });
  after(() => server.close());

  for (const [name, path, isAdmin] of [
    ['of a user', DOCUMENTS, true],
    ['of a stranger to a script', ENDPOINT, false],
  ] as const) {
    it(`count for whoever sends them as they come, and no longer than they are there: ${name}`, async () => {
      const open = (bytes: number) => {
        const one = new ChunkedRequest(server, path, isAdmin);
        one.write(bytes);
        return one;
      };
      const answered = (bytes: number) => {
        const one = open(bytes);
        one.end();
        return one.status;
      };
      for (const end of ['end', 'destroy'] as const) {
        let first = open(3 * MIB);
        // Of two that come at one time either may be the one that there is no room for.
        while ((await answered(2 * MIB)) !== 503) if (first.isAnswered) first = open(3 * MIB);
        assert.equal(await answered(1), 200, 'there is room for a small one');
        first[end]();
        if (end === 'end') assert.equal(await first.status, 200);
        while ((await answered(2 * MIB)) !== 200);
      }
    });
  }
});
