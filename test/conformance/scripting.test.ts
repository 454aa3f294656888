import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendRequest } from '../harness/http-request.ts';
import { ServerProcess } from '../harness/server-process.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import {
  answerFault,
  type CaseRequest,
  readScriptCases,
  type ScriptAnswer,
  type ScriptCase,
} from './scripting-case.ts';

/** Those that reach a limit of seconds: `pnpm slow-scripts`. */
const WITH_SLOW = process.env.CAIRN_SLOW_SCRIPTS !== undefined;

/** Replays a corpus of scripts over HTTP, each case in databases of its own; one test for each area. */
describe('conformance: scripting', function () {
  this.timeout(WITH_SLOW ? 900_000 : 120_000);
  const folder = temporaryFolder('conformance-scripting');
  let server: ServerProcess;
  let site: Site;

  before(async () => {
    server = await ServerProcess.start({ dataDir: folder.path, flags: ['--log-level', 'error'] });
    site = await Site.open(server.port, server.password);
  });
  after(async () => {
    await server?.stop();
    folder.remove();
  });

  for (const [area, cases] of byArea(readScriptCases())) {
    it(`${area}: ${cases.length} cases`, async () => {
      const faults: string[] = [];
      for (const one of cases) {
        const fault = await site.fault(one);
        if (fault !== undefined) faults.push(`${one.id} (${one.note ?? ''}): ${fault}`);
      }
      assert.equal(faults.length, 0, `${faults.length} of ${cases.length} fail:\n${faults.slice(0, 20).join('\n')}`);
    });
  }
});

/** Slow cases come last: what they hold up is then nobody else's. */
function byArea(cases: readonly ScriptCase[]): Map<string, ScriptCase[]> {
  const areas = new Map<string, ScriptCase[]>();
  for (const one of cases) {
    const isSlow = one.slow === true || one.hangs === true;
    if (isSlow && !WITH_SLOW) continue;
    const area = isSlow ? `${one.area}, slow` : one.area;
    areas.set(area, [...(areas.get(area) ?? []), one]);
  }
  return new Map([...areas].sort(([a], [b]) => Number(a.endsWith('slow')) - Number(b.endsWith('slow'))));
}

/** A server with somebody who may install scripts. */
class Site {
  readonly #port: number;
  readonly #basic: string;
  readonly #bearer: string;
  #generation = 0;

  private constructor(port: number, credentials: { basic: string; bearer: string }) {
    this.#port = port;
    this.#basic = credentials.basic;
    this.#bearer = credentials.bearer;
  }

  static async open(port: number, password: string): Promise<Site> {
    const basic = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    const body = JSON.stringify({ username: 'admin', password });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${port}/auth/login`, { method: 'POST', headers, body });
    const { token } = (await answer.json()) as { token: string };
    return new Site(port, { basic, bearer: `Bearer ${token}` });
  }

  /** What is wrong with the answers to a case; undefined when nothing is. */
  async fault(one: ScriptCase): Promise<string | undefined> {
    const databases = await this.#install(one);
    try {
      const answers: ScriptAnswer[] = [];
      if (one.parallel === true) {
        answers.push(...(await Promise.all(one.requests.map((request) => this.#ask(request, databases)))));
      } else {
        for (const request of one.requests) answers.push(await this.#ask(request, databases));
      }
      const at = answers.findIndex((answer, index) => answerFault(one.expected[index]!, answer) !== undefined);
      if (at === -1) return undefined;
      const { status, text } = answers[at]!;
      return `request ${at + 1}: ${answerFault(one.expected[at]!, answers[at]!)}\n  got ${status} ${text.slice(0, 300)}`;
    } finally {
      for (const name of databases) await this.#manage('DELETE', `/_api/database/${name}`);
    }
  }

  /** Databases with what the case wants to find in them. */
  async #install(one: ScriptCase): Promise<string[]> {
    const scripts = [...(one.scripts ?? []), ...(one.script === undefined ? [] : [one.script])];
    const needsTwo = one.fixtures2 !== undefined || [...scripts, ...one.requests].some(({ db }) => db === 2);
    const name = `scripts_${++this.#generation}`;
    const databases = needsTwo ? [name, `${name}_b`] : [name];
    for (const [at, database] of databases.entries()) {
      await this.#manage('POST', '/_api/database', { name: database });
      const service = { key: 'default', name: 'default', ...one.service };
      await this.#manage('POST', `/_api/database/${database}/services`, service);
      for (const [collection, documents] of Object.entries((at === 0 ? one.fixtures : one.fixtures2) ?? {})) {
        await this.#manage('POST', `/_api/database/${database}/collection`, { name: collection });
        const place = `/_api/database/${database}/document/${collection}`;
        for (const document of documents) await this.#manage('POST', place, document);
      }
    }
    for (const { db, ...script } of scripts) {
      const place = `/_api/database/${databases[db === 2 ? 1 : 0]}/scripts`;
      await this.#manage('POST', place, { ...script, code: this.#filled(script.code, databases) });
    }
    return databases;
  }

  async #manage(method: string, path: string, body?: unknown): Promise<void> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const headers = { authorization: this.#bearer, ...type };
    const answer = await fetch(`http://127.0.0.1:${this.#port}${path}`, { method, headers, ...content });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
  }

  async #ask(request: CaseRequest, databases: readonly string[]): Promise<ScriptAnswer> {
    if (request.waitMs !== undefined) await sleep(request.waitMs);
    const place = `/api/${databases[request.db === 2 ? 1 : 0]}/default${this.#filled(request.path, databases)}`;
    const body = bodyOf(request);
    const startMs = performance.now();
    const answer = await sendRequest(this.#port, {
      method: request.method,
      path: place + queryOf(request),
      headers: this.#headersOf(request, databases, body),
      body: body === undefined ? undefined : this.#filled(body, databases),
    });
    const text = [...databases.entries()]
      .reverse()
      .reduce((told, [at, name]) => told.replaceAll(name, at === 0 ? '$DB' : '$DB2'), answer.text);
    return { ...answer, text, tookMs: performance.now() - startMs };
  }

  #headersOf(
    { headers = {}, auth, rawBody }: CaseRequest,
    databases: readonly string[],
    body: string | undefined,
  ): Record<string, string> {
    const filled = Object.entries(headers).map(([name, value]) => [name, this.#filled(value, databases)]);
    const own: Record<string, string> = Object.fromEntries(filled);
    if (auth !== undefined) own.authorization = auth === 'basic' ? this.#basic : this.#bearer;
    if (body !== undefined && rawBody === undefined) own['content-type'] ??= 'application/json';
    return own;
  }

  #filled(text: string, [first = '', second = '$DB2']: readonly string[]): string {
    return text.replaceAll('$DB2', second).replaceAll('$DB', first).replaceAll('$PORT', String(this.#port));
  }
}

function bodyOf({ body, rawBody, sendNullBody }: CaseRequest): string | undefined {
  if (rawBody !== undefined) return rawBody;
  const isAbsent = body === undefined || (body === null && sendNullBody !== true);
  return isAbsent ? undefined : JSON.stringify(body);
}

function queryOf({ query }: CaseRequest): string {
  if (query === undefined) return '';
  return `?${typeof query === 'string' ? query : new URLSearchParams(query)}`;
}
