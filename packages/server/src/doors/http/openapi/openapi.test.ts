import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type RunningServer, startServer } from '../../../server.ts';
import { resolveSettings } from '../../../settings.ts';
import { ADMIN_PASSWORD } from '../../../testing/test-engine.ts';
import { ROUTES } from '../routes/route-table.ts';
import { pathTemplate } from './operation.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly $ref?: string }>>;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, unknown>> };
}

describe('the OpenAPI document', () => {
  let folder: string;
  let server: RunningServer;
  let document: OpenApi;
  let base: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cairn-openapi-'));
    const flags = { port: 0, dataDir: join(folder, 'data'), logLevel: 'silent', adminPassword: ADMIN_PASSWORD };
    server = await startServer(resolveSettings({ flags }));
    base = `http://127.0.0.1:${server.port}`;
    document = (await (await fetch(`${base}/openapi.json`)).json()) as OpenApi;
  });

  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const operations = () => Object.values(document.paths).flatMap((path) => Object.values(path));

  it('has every route, each under an id of its own', () => {
    assert.equal(document.openapi, '3.1.0');
    for (const { method, path } of ROUTES) {
      const operation = document.paths[pathTemplate(path)]?.[method.toLowerCase()];
      assert.ok(operation !== undefined, `${method} ${path}`);
      assert.ok(operation.summary.endsWith('.'), `${method} ${path} says what it does`);
      for (const [, name] of path.matchAll(/:(\w+)/g)) {
        assert.ok(
          operation.parameters.some((one) => one.in === 'path' && one.name === name),
          `${path}: ${name}`,
        );
      }
    }
    for (const path of ['/health', '/_api/health', '/ready', '/metrics', '/openapi.json', '/docs']) {
      assert.ok(document.paths[path]?.get !== undefined, path);
    }
    const ids = operations().map(({ operationId }) => operationId);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('points only to what it has, in schemas that are some', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const { $ref, schema } = value as { $ref?: string; schema?: object };
      if (typeof $ref === 'string') {
        const target = $ref
          .split('/')
          .slice(1)
          .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);
        assert.ok(target !== undefined, $ref);
      } else if (schema !== undefined && !('$ref' in schema)) assert.ok(ajv.compile(schema));
      Object.values(value).forEach(visit);
    };
    visit(document);
  });

  it('says of every route that asks who the caller is that it may answer 401', () => {
    for (const { method, path } of ROUTES) {
      const { responses } = document.paths[pathTemplate(path)]![method.toLowerCase()]!;
      assert.ok('401' in responses && '500' in responses, `${method} ${path}`);
    }
  });

  it('is shown by a page that lets nothing else run', async () => {
    const answer = await fetch(`${base}/docs`);
    const page = await answer.text();
    const policy = answer.headers.get('content-security-policy')!;
    const [, script] = /<script>([\s\S]*)<\/script>/.exec(page)!;
    assert.ok(policy.includes(createHash('sha256').update(script!).digest('base64')));
    assert.ok(policy.startsWith("default-src 'none'"));
    assert.ok(!/(src|href)="(https?:)?\/\//.test(page));
    assert.doesNotThrow(() => new Function(script!));
  });
});
