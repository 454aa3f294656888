import assert from 'node:assert/strict';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { WireConnection, WireError } from '../harness/wire-connection.ts';
import { answers, type Case, type Corpus, canonicalText, readCorpus } from './corpus.ts';

const BATCH = 500;

/** Replays a corpus of queries with their right answers over the native protocol, one test for each area. */
const runs = [
  { name: 'language', title: 'language', flags: [] },
  { name: 'language', title: 'language, over columns', flags: ['--eager-columns'] },
  { name: 'language', title: 'language, in worker threads', flags: ['--long-read-rows', '0'] },
  { name: 'functions', title: 'functions', flags: [] },
  { name: 'functions', title: 'functions, in worker threads', flags: ['--long-read-rows', '0'] },
] as const;
for (const { name, title, flags } of runs) {
  describe(`conformance: ${title}`, function () {
    this.timeout(120_000);
    const corpus = readCorpus(name);
    const folder = temporaryFolder(`conformance-${name}`);
    let server: ServerProcess;
    let session: Session;

    before(async () => {
      server = await ServerProcess.start({ dataDir: folder.path, flags });
      session = new Session(await WireConnection.login(server.port), corpus);
      await session.layFixtures();
    });
    after(async () => {
      session?.close();
      await server?.stop();
      folder.remove();
    });

    for (const [area, cases] of byArea(corpus.cases)) {
      it(`${area}: ${cases.length} cases`, async () => {
        const faults: string[] = [];
        for (const one of cases) {
          const fault = await session.fault(one);
          if (fault !== undefined) faults.push(fault);
        }
        assert.equal(faults.length, 0, `${faults.length} of ${cases.length} fail:\n${faults.slice(0, 20).join('\n')}`);
      });
    }
  });
}

/** The fixtures in a database of their own; a new one after every case that changes them. */
class Session {
  readonly #wire: WireConnection;
  readonly #corpus: Corpus;
  #generation = 0;
  #database = '';

  constructor(wire: WireConnection, corpus: Corpus) {
    this.#wire = wire;
    this.#corpus = corpus;
  }

  async layFixtures(): Promise<void> {
    if (this.#database !== '') await this.#wire.call('delete_database', { name: this.#database });
    this.#database = `conformance_${++this.#generation}`; // a new name each time: no answer may lean on what was dropped
    const database = this.#database;
    await this.#wire.call('create_database', { name: database });
    for (const [collection, fixture] of Object.entries(this.#corpus.fixtures)) {
      await this.#wire.call('create_collection', { database, name: collection, type: fixture.type ?? 'document' });
      for (let start = 0; start < fixture.docs.length; start += BATCH) {
        const documents = fixture.docs.slice(start, start + BATCH);
        await this.#wire.call('bulk_insert', { database, collection, documents });
      }
      for (const index of fixture.indexes ?? []) {
        await this.#wire.call('create_index', { database, collection, ...index });
      }
    }
  }

  /** What is wrong with the answer to a case; undefined when nothing is. */
  async fault(one: Case): Promise<string | undefined> {
    let rows: unknown[] | undefined;
    let error: unknown;
    try {
      rows = await this.#wire.query(this.#database, one.query, { ...one.bind });
    } catch (thrown) {
      if (!(thrown instanceof WireError)) throw thrown;
      error = thrown;
    }
    if (one.mutates) await this.layFixtures();
    const right = one.error ? error !== undefined : rows !== undefined && answers(one, rows);
    if (right) return undefined;
    const wanted = one.error ? 'an error' : canonicalText(one.result).slice(0, 200);
    const got = error instanceof WireError ? error.message : canonicalText(rows).slice(0, 200);
    return `${one.id}: ${one.query}\n  want ${wanted}\n  got  ${got}`;
  }

  close(): void {
    this.#wire.close();
  }
}

function byArea(cases: readonly Case[]): Map<string, Case[]> {
  const areas = new Map<string, Case[]>();
  for (const one of cases) {
    const list = areas.get(one.area);
    if (list === undefined) areas.set(one.area, [one]);
    else list.push(one);
  }
  return areas;
}
