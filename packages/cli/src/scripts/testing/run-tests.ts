import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Value } from '@cairn/protocol/internal';
import { type HostCalls, SCRIPT_LIMITS, ScriptHost, type ScriptOutcome } from '@cairn/scripting/internal';
import { CommandError } from '../../command-error.ts';
import { type ConnectionOptions, connectionSettings } from '../../connection/connection-settings.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import { formatCountOf } from '../../terminal/quantities.ts';
import { requireFolder } from '../script-file.ts';

export interface TestOptions extends ConnectionOptions {
  readonly database: string;
  readonly folder: string;
  readonly service: string;
  readonly filter?: string;
}

interface TestReport {
  readonly results: readonly { readonly name: string; readonly problem?: string }[];
}

const TEST_FILE = /\.test\.lua$/;

/** Milliseconds that the tests of one file may take together. */
const FILE_TIMEOUT_MS = 60_000;

/** In front of the file, on its first line, so that lines keep their numbers. */
const HEAD =
  "local t = solidb.module('cairn/test') local describe, it, before, after, before_all, after_all, expect, http = " +
  't.describe, t.it, t.before, t.after, t.before_all, t.after_all, t.expect, t.http ';

const FRAMEWORK = readFileSync(new URL('./test-framework.lua', import.meta.url), 'utf8');

/**
 * Runs the `*.test.lua` files of a folder in a sandbox of this process. They ask the server over HTTP: a path stands for one of the
 * service, `/…` for any.
 */
export async function testScripts(options: TestOptions, signal: AbortSignal): Promise<void> {
  requireFolder(options.folder);
  const files = readdirSync(options.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TEST_FILE.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const host = new ScriptHost({ processes: 1 });
  let passed = 0;
  let failed = 0;
  try {
    for (const file of files) {
      process.stdout.write(`${relative(options.folder, file)}\n`);
      const outcome = await runFile(host, file, options, signal);
      const results = reportOf(outcome);
      for (const { name, problem } of results) {
        process.stdout.write(problem === undefined ? `  ok ${name}\n` : `  FAILED ${name}\n    ${problem}\n`);
        if (problem === undefined) passed++;
        else failed++;
      }
    }
  } finally {
    await host.close();
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0) throw new CommandError(`${formatCountOf(failed, 'test')} failed`, EXIT_CODES.failure);
}

function runFile(host: ScriptHost, file: string, options: TestOptions, signal: AbortSignal): Promise<ScriptOutcome> {
  const code = `${HEAD}${readFileSync(file, 'utf8')}\nreturn t.run(request.query.filter)`;
  return host.run({
    source: { name: relative(options.folder, file), language: 'lua', code, fingerprint: file, tenant: 'tests' },
    request: {
      method: 'TEST',
      path: '',
      query: new Map(options.filter === undefined ? [] : [['filter', options.filter]]),
      params: new Map(),
      headers: new Map(),
      database: options.database,
      service: options.service,
    },
    limits: { ...SCRIPT_LIMITS, timeoutMs: FILE_TIMEOUT_MS },
    calls: callsOf(options),
    environment: new Map(),
    signal,
  });
}

/** What a test may ask: the framework, and the server over HTTP. */
function callsOf(options: TestOptions): HostCalls {
  const { host, port, user, password, tls } = connectionSettings(options, process.env);
  const origin = `${tls === undefined ? 'http' : 'https'}://${host}:${port}`;
  const authorization = password === undefined ? undefined : `Basic ${btoa(`${user}:${password}`)}`;
  const ask = async (
    path: string,
    init: { method?: string; headers?: Record<string, string>; body?: string | null },
  ): Promise<Value> => {
    const url = new URL(path.startsWith('/') ? path : `/api/${options.database}/${options.service}/${path}`, origin);
    if (url.origin !== origin) throw Object.assign(new Error(`${url.href} is not the server`), { code: 'BadRequest' });
    const answer = await fetch(url, {
      method: init.method ?? 'GET',
      headers: { ...(authorization !== undefined && { authorization }), ...init.headers },
      body: init.body ?? undefined,
      redirect: 'manual',
    });
    const body = new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, ok: answer.ok, headers: Object.fromEntries(answer.headers), body, url: url.href };
  };
  let hasActed = false;
  return {
    get hasActed() {
      return hasActed;
    },
    call(name, parameters) {
      if (name === 'module' && parameters[0] === 'cairn/test') {
        return { name: 'cairn/test', language: 'lua', code: FRAMEWORK, fingerprint: 'cairn/test' };
      }
      if (name === 'fetch') {
        hasActed = true;
        return ask(String(parameters[0]), (parameters[1] ?? {}) as never);
      }
      throw Object.assign(new Error(`${name} is not there in tests: ask the server over http`), { code: 'BadRequest' });
    },
    log: (level, message) => void process.stdout.write(`    ${level}: ${message}\n`),
  };
}

/** A file that fails as a whole is one failed test. */
function reportOf(outcome: ScriptOutcome): TestReport['results'] {
  if (outcome.kind === 'failure') return [{ name: 'the file', problem: outcome.message }];
  const { results } = JSON.parse(outcome.resultJson ?? '{}') as Partial<TestReport>;
  return Array.isArray(results) ? results : [];
}
