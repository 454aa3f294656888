import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { TestEngine } from '../../testing/test-engine.ts';
import { parseTraceparent } from './trace-context.ts';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
  readonly status: { readonly code: number; readonly message?: string };
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('traces', function () {
  this.timeout(20_000);
  let collector: Server;
  let spans: SentSpan[];
  let status = 200;
  let test: TestEngine;

  before(async () => {
    collector = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        assert.equal(request.url, '/v1/traces');
        const body = JSON.parse(Buffer.concat(parts).toString());
        if (status === 200) spans.push(...body.resourceSpans[0].scopeSpans[0].spans);
        response.writeHead(status).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  });
  after(() => new Promise((resolve) => collector.close(resolve)));
  beforeEach(() => {
    spans = [];
    status = 200;
  });
  afterEach(() => test.close());

  async function open(flags: Record<string, unknown> = {}): Promise<void> {
    const { port } = collector.address() as AddressInfo;
    test = await TestEngine.open({ traceEndpoint: `http://127.0.0.1:${port}/`, ...flags });
    const admin = test.session();
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'users' });
    await test.engine.tracer!.close();
    spans = [];
  }
  const sent = async (): Promise<SentSpan[]> => {
    await test.engine.tracer!.close();
    return spans;
  };

  it('are a span for the request and one for each part of it, inside the sender’s trace', async () => {
    await open();
    const sdbql = "FOR u IN users FILTER u.name == 'swordfish' INSERT {a: 1} INTO users";
    const traceparent = `00-${TRACE}-${PARENT}-01`;
    await test.data(test.session(), 'query', {
      database: 'shop',
      sdbql: "INSERT {a: 'swordfish'} INTO users",
      traceparent,
    });
    const got = await sent();
    assert.deepEqual(
      got.map(({ name }) => name),
      ['plan', 'plan', 'commit', 'run', 'query'],
    );
    const request = got.at(-1)!;
    assert.deepEqual([request.traceId, request.parentSpanId, request.kind], [TRACE, PARENT, 2]);
    for (const part of got.slice(0, -1)) {
      assert.deepEqual([part.traceId, part.parentSpanId, part.kind], [TRACE, request.spanId, 1]);
      assert.ok(BigInt(part.startTimeUnixNano) >= BigInt(request.startTimeUnixNano));
      assert.ok(BigInt(part.endTimeUnixNano) <= BigInt(request.endTimeUnixNano));
    }
    const text = request.attributes.find(({ key }) => key === 'db.query.text')?.value.stringValue;
    assert.equal(text, 'INSERT {a: ?} INTO users');
    assert.ok(!JSON.stringify(got).includes('swordfish'), sdbql);
    assert.ok(Math.abs(Number(BigInt(request.startTimeUnixNano) / 1_000_000n) - Date.now()) < 60_000);
  });

  it('show how a request failed, and the commit of a document', async () => {
    await open();
    await test.data(test.session(), 'insert', { database: 'shop', collection: 'users', document: {} });
    await test.send(test.session(), 'get', { database: 'shop', collection: 'users', key: 'none' });
    const got = await sent();
    assert.deepEqual(
      got.map(({ name }) => name),
      ['commit', 'insert', 'get'],
    );
    assert.deepEqual(got[2]!.status, { code: 2, message: 'not_found' });
    assert.notEqual(got[0]!.traceId, got[2]!.traceId);
  });

  it('are as many as their share, and the sender’s word counts before it', async () => {
    await open({ traceSample: 0 });
    const ping = (traceparent: string) => test.send(test.session(), 'ping', { traceparent });
    await ping('nonsense');
    await ping(`00-${TRACE}-${PARENT}-00`);
    assert.deepEqual(await sent(), []);
    await ping(`00-${TRACE}-${PARENT}-01`);
    assert.equal((await sent()).length, 1);
  });

  it('are dropped and counted when the collector does not take them, and nobody waits', async () => {
    await open();
    status = 500;
    await test.send(test.session(), 'ping');
    assert.deepEqual(await sent(), []);
    assert.equal(test.engine.gauges.read('cairn_trace_spans_dropped_total'), 1);
  });

  it('are not even loaded when nobody wants them', async () => {
    test = await TestEngine.open();
    assert.equal(test.engine.tracer, undefined);
  });
});

describe('traceparent', () => {
  it('is read as the recommendation says', () => {
    assert.deepEqual(parseTraceparent(`00-${TRACE}-${PARENT}-01`), { traceId: TRACE, spanId: PARENT, isSampled: true });
    assert.equal(parseTraceparent(`01-${TRACE}-${PARENT}-00-later`)?.isSampled, false);
    const wrong = [
      undefined,
      '',
      `ff-${TRACE}-${PARENT}-01`,
      `00-${TRACE}-${PARENT}-01-more`,
      `00-${'0'.repeat(32)}-${PARENT}-01`,
      `00-${TRACE}-${'0'.repeat(16)}-01`,
      `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    ];
    for (const text of wrong) assert.equal(parseTraceparent(text), undefined, text);
  });

  it('may be anything', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => parseTraceparent(text) === undefined || text.length >= 55),
    );
  });
});
