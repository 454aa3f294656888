import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportDocument } from '@cairn/protocol/internal';
import fc from 'fast-check';
import type { DuplicateMode, Failure } from './delivery/delivery.ts';
import { ImportRun } from './import-run.ts';
import { createReader, type SourceFormat } from './readers/source-format.ts';
import { CheckpointFile, type CheckpointState } from './resume/checkpoint.ts';
import { KeySequence } from './resume/key-sequence.ts';
import { RejectsFile } from './resume/rejects.ts';

class StoreError extends Error {
  readonly failure: Failure;
  constructor(message: string, failure: Failure) {
    super(message);
    this.failure = failure;
  }
}

/** A collection in memory with atomic batches, whose faults are told by a list. */
class ModelCollection {
  readonly documents = new Map<string, ImportDocument>();
  /** One entry a call: what happens instead of an answer. */
  readonly faults: ('lose' | 'lose after storing' | 'die after storing' | undefined)[] = [];
  calls = 0;
  onCall: () => void = () => {};

  async send(documents: readonly ImportDocument[], mode: DuplicateMode): Promise<number> {
    this.calls++;
    this.onCall();
    await Promise.resolve();
    const fault = this.faults.shift();
    if (fault === 'lose') throw new StoreError('connection lost', 'uncertain');
    if (documents.some((document) => document.poison)) throw new StoreError('poisoned', 'document');
    const known = documents.filter((document) => this.documents.has(document._key as string));
    if (mode === 'error' && known.length > 0) throw new StoreError('already there', 'document');
    for (const document of documents) {
      if (mode !== 'ignore' || !this.documents.has(document._key as string)) {
        this.documents.set(document._key as string, document);
      }
    }
    if (fault === 'lose after storing') throw new StoreError('connection lost', 'uncertain');
    if (fault === 'die after storing') throw new StoreError('killed', 'fatal');
    return mode === 'ignore' ? documents.length - known.length : documents.length;
  }
}

describe('ImportRun', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-import-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const fresh = (): CheckpointState => ({
    source: { path: 'source', bytes: 0, beginning: '' },
    target: 'db/collection',
    options: '',
    keySeed: KeySequence.start(1_700_000_000_000).seed,
    offset: 0,
    line: 1,
    ordinal: 0,
    claimedTo: 0,
    imported: 0,
    rejects: { count: 0, bytes: 0 },
  });

  async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  function runOf(
    source: Buffer,
    collection: ModelCollection,
    start: CheckpointState,
    more: { format?: SourceFormat; keyField?: string; mode?: DuplicateMode; signal?: AbortSignal; claim?: number } = {},
  ): { run: ImportRun; rejects: RejectsFile } {
    const rejects = new RejectsFile(join(folder, 'rejects'), start.rejects);
    const run = new ImportRun({
      reader: createReader(more.format ?? 'ndjson', start, {}),
      chunks: chunksOf(source.subarray(start.offset), 11),
      start,
      rejects,
      checkpoint: new CheckpointFile(join(folder, 'checkpoint')),
      keyField: more.keyField,
      delivery: {
        send: (documents, mode) => collection.send(documents, mode),
        classify: (error) => (error instanceof StoreError ? error.failure : 'fatal'),
        mode: more.mode ?? 'error',
        retryForMs: 60_000,
        pauseMs: () => 0,
        signal: more.signal,
      },
      limits: {
        depthMax: 5,
        batchDocuments: 3,
        batchBytes: 1000,
        batchesInFlight: 2,
        claimAheadBytes: more.claim ?? 40,
        checkpointIntervalMs: 0,
      },
    });
    return { run, rejects };
  }

  const lines = (count: number) => Buffer.from(Array.from({ length: count }, (_, n) => `{"n":${n}}\n`).join(''));
  const numbersIn = (collection: ModelCollection) =>
    [...collection.documents.keys()].sort().map((key) => collection.documents.get(key)?.n);
  const rejectsWritten = () =>
    readFileSync(join(folder, 'rejects'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('imports all, under keys in the order of the source', async () => {
    const collection = new ModelCollection();
    const { run } = runOf(lines(20), collection, fresh());
    await run.run();
    assert.deepEqual(
      numbersIn(collection),
      Array.from({ length: 20 }, (_, n) => n),
    );
    assert.equal(run.state.imported, 20);
    assert.equal(run.state.offset, lines(20).length);
  });

  it('writes what is bad, and only that, to the rejects file with its line and reason', async () => {
    const source = Buffer.from('{"n":0}\n{"n":1,"poison":true}\noops\n{"n":3}\n{"a":[[[[[[]]]]]]}\n{"n":5}\n');
    const collection = new ModelCollection();
    const { run, rejects } = runOf(source, collection, fresh());
    await run.run();
    rejects.close();
    assert.deepEqual(numbersIn(collection), [0, 3, 5]);
    const written = rejectsWritten();
    assert.deepEqual(
      written.map((reject) => [reject.line, reject.reason.replace(/:.*/, '')]),
      [
        [2, 'poisoned'],
        [3, 'not JSON'],
        [5, 'nested deeper than the limit of 5 levels'],
      ],
    );
    assert.equal(written[0].document.n, 1);
    assert.equal(written[1].text, 'oops');
  });

  it('stores once what it sends twice after a lost answer', async () => {
    const collection = new ModelCollection();
    collection.faults.push('lose', 'lose after storing', undefined, 'lose after storing', 'lose');
    const { run } = runOf(lines(9), collection, fresh());
    await run.run();
    assert.deepEqual(numbersIn(collection), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert.equal(run.state.rejects.count, 0);
  });

  it('takes keys from a field, and rejects what has none and what repeats one', async () => {
    const source = Buffer.from('{"n":1,"id":"a"}\n{"n":2}\n{"n":3,"id":7}\n{"n":4,"id":"a"}\n');
    const collection = new ModelCollection();
    const { run, rejects } = runOf(source, collection, fresh(), { keyField: 'id' });
    await run.run();
    rejects.close();
    assert.deepEqual([...collection.documents.keys()].sort(), ['7', 'a']);
    assert.deepEqual(
      rejectsWritten().map((reject) => reject.line),
      [2, 4],
    );
  });

  const anyLine = fc.oneof(
    { weight: 6, arbitrary: fc.nat(99).map((n) => `{"n":${n}}`) },
    { weight: 1, arbitrary: fc.constantFrom('oops', '', '{"poison":true}', '{"n":\n1}') },
  );
  const anyRow = fc.oneof(
    { weight: 6, arbitrary: fc.nat(99).map((n) => `${n},`) },
    { weight: 1, arbitrary: fc.constantFrom('1', '', '"a\nb",2', '3,"x"y') },
  );
  const anySource = fc.oneof(
    fc.array(anyLine, { maxLength: 40 }).map((lines) => ({ format: 'ndjson' as const, text: lines.join('\n') })),
    fc.array(anyLine, { maxLength: 40 }).map((lines) => ({ format: 'json' as const, text: `[${lines.join(' ,\n')}]` })),
    fc
      .array(anyRow, { maxLength: 40 })
      .map((rows) => ({ format: 'csv' as const, text: ['n,poison', ...rows].join('\n') })),
  );

  it('resumes after being stopped anywhere, however often, as if it had run through', async () => {
    const stops = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(anySource, stops, fc.nat(60), async ({ format, text }, stopAfter, claim) => {
        const source = Buffer.from(text);
        const straight = new ModelCollection();
        const first = fresh();
        const { run: through, rejects } = runOf(source, straight, first, { format });
        await through.run();
        rejects.close();
        const rejected = through.state.rejects.count === 0 ? [] : rejectsWritten();

        const collection = new ModelCollection();
        let start = first;
        for (const calls of [...stopAfter, Number.POSITIVE_INFINITY]) {
          collection.faults.length = 0;
          if (Number.isFinite(calls)) {
            collection.faults.push(...Array.from({ length: calls }, () => undefined), 'die after storing');
          }
          const { run, rejects } = runOf(source, collection, start, { format, claim });
          await run.run().catch((error) => assert.equal(error.message, 'killed'));
          rejects.close();
          start = new CheckpointFile(join(folder, 'checkpoint')).read()!;
        }
        assert.deepEqual(new Map([...collection.documents].sort()), new Map([...straight.documents].sort()));
        assert.equal(start.offset, through.state.offset);
        assert.equal(start.line, through.state.line);
        assert.equal(start.imported, through.state.imported);
        assert.equal(start.rejects.count, through.state.rejects.count);
        if (rejected.length > 0) assert.deepEqual(rejectsWritten(), rejected);
      }),
      { numRuns: 100 },
    );
  });

  it('stops when told, having settled what was sent', async () => {
    const collection = new ModelCollection();
    const abort = new AbortController();
    collection.onCall = () => collection.calls === 3 && abort.abort();
    const { run } = runOf(lines(60), collection, fresh(), { signal: abort.signal });
    await assert.rejects(run.run());
    assert(run.state.imported >= 6 && run.state.imported < 60);
    assert.equal(new CheckpointFile(join(folder, 'checkpoint')).read()!.imported, run.state.imported);
  });
});
