import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { HttpTestServer } from '../../../testing/http-test-server.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Operation {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Answer {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: { readonly Error: object } };
}

/** Requests for each operation; many more by `CAIRN_RANDOM_REQUESTS`. */
const REQUESTS = Number(process.env.CAIRN_RANDOM_REQUESTS ?? 12);

/** Operations that would end the test's own rights, or take their time by design. */
const LEFT_OUT = new Set(['put /_api/auth/password', 'post /auth/login']);

const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('shop', 'users', 'u1', 'knows', 'viewer', 'default') },
  fc.constantFrom('__proto__', 'constructor', '_system', 'a/b', '%', '..x', 'é', 'x'.repeat(150), '\u0000'),
  // Dots alone are steps in a path, and clients take them before they send anything.
  fc.string({ minLength: 1, maxLength: 12 }).filter((name) => !/^\.+$/.test(name)),
);
const numbers = fc.oneof(fc.integer({ min: -2, max: 100 }), fc.double(), fc.constantFrom(2 ** 53, 1e300, -(2 ** 63)));
const anything = fc.jsonValue({ maxDepth: 3 });

/** What a schema admits, or now and then something else. */
function anyOf(schema: Schema, name = ''): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 8, arbitrary: fitting(schema, name) }, anything);
}

function fitting(schema: Schema, name: string): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => fitting(one, name)));
  switch ([schema.type].flat()[0]) {
    case 'string':
      return name === 'query' ? fc.oneof(fc.constantFrom(...QUERIES), fc.string()) : names;
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({ min: Math.max(schema.minimum ?? 0, 0), max: Math.min(schema.maximum ?? 1_000, 5_000) }),
        numbers,
      );
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(fitting(schema.items ?? {}, name), { maxLength: 3 });
    case 'object':
      return schema.properties === undefined ? fc.dictionary(names, anything, { maxKeys: 3 }) : objectOf(schema);
    default:
      return anything;
  }
}

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, anyOf(one, name)]));
  return fc.oneof(
    { weight: 8, arbitrary: fc.record(members, { requiredKeys: required.filter((name) => name in members) as never }) },
    fc.record(members, { requiredKeys: [] }),
  );
}

const QUERIES = [
  'FOR u IN users RETURN u',
  'FOR u IN users FILTER u.n > @n RETURN u',
  'INSERT {x: 1} INTO users',
  'RETURN 1 / 0',
  'SELECT * FROM users',
  'FOR',
  'FOR i IN 1..2000 RETURN i',
];

/** In a query string everything is text; random objects may have a `toString` that is no function. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Every operation is asked what fits it and what does not: nothing breaks the server, and nothing is answered that is not documented. */
describe('random requests to everything that the OpenAPI document names', function () {
  this.timeout(240_000);
  let server: HttpTestServer;
  let document: OpenApi;
  let isError: ValidateFunction;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const validators = new Map<object, ValidateFunction>();

  before(async () => {
    server = await HttpTestServer.start();
    document = JSON.parse((await server.send('/openapi.json')).text) as OpenApi;
    isError = ajv.compile(document.components.schemas.Error);
  });

  after(() => server.close());

  /** What the requests before may have removed. */
  async function restore(): Promise<void> {
    await server.send('/_api/database', { body: { name: 'shop' } });
    await server.send('/_api/database/shop/collection', { body: { name: 'users' } });
    await server.send('/_api/database/shop/document/users?mode=ignore', { body: { _key: 'u1', n: 1 } });
  }

  it('are answered as documented', async () => {
    const failures: string[] = [];
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        if (LEFT_OUT.has(`${method} ${path}`)) continue;
        await restore();
        const outcome = await fc.check(
          fc.asyncProperty(requestOf(operation), (request) => check(path, method, operation, request)),
          { numRuns: REQUESTS, endOnFailure: true },
        );
        if (outcome.failed) failures.push(`seed ${outcome.seed}: ${(outcome.errorInstance as Error).message}`);
      }
    }
    assert.deepEqual(failures, []);
    assert.equal((await server.send('/_api/auth/me')).json.username, 'admin');
  });

  interface Request {
    readonly path: Readonly<Record<string, unknown>>;
    readonly query: Readonly<Record<string, unknown>>;
    readonly header: Readonly<Record<string, unknown>>;
    readonly body: string | undefined;
    readonly type: string;
    readonly accept: string;
  }

  function requestOf({ parameters, requestBody }: Operation): fc.Arbitrary<Request> {
    const at = (place: Parameter['in']) => parameters.filter((one) => one.in === place);
    const members = (place: Parameter['in']) =>
      Object.fromEntries(at(place).map(({ name, schema }) => [name, place === 'path' ? names : anyOf(schema, name)]));
    const header = Object.fromEntries(
      at('header').map(({ name }) => [name, fc.constantFrom('', '*', '"x"', 'tx:1', 'W/"a", "b"')]),
    );
    const types = Object.keys(requestBody?.content ?? {});
    const schema = requestBody?.content[types[0]!]?.schema ?? {};
    const json = fc.oneof({ weight: 6, arbitrary: anyOf(schema).map((value) => JSON.stringify(value)) }, fc.string());
    return fc.record({
      path: fc.record(members('path')),
      query: fc.record(members('query'), { requiredKeys: [] }),
      header: fc.record(header, { requiredKeys: [] }),
      body: requestBody === undefined ? fc.constant(undefined) : fc.option(json, { nil: undefined, freq: 12 }),
      type: fc.oneof(
        { weight: 8, arbitrary: fc.constant('application/json') },
        fc.constantFrom(...types, 'text/plain'),
      ),
      accept: fc.constantFrom('application/json', '*/*', 'application/json', 'text/csv, */*;q=0.1', 'image/png'),
    }) as fc.Arbitrary<Request>;
  }

  async function check(path: string, method: string, operation: Operation, request: Request): Promise<void> {
    const place = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(String(request.path[name])).replaceAll('.', '%2E'),
    );
    const search = new URLSearchParams(
      Object.entries(request.query).map(([name, value]): [string, string] => [name, textOf(value)]),
    );
    const headers = { ...(request.header as Record<string, string>), accept: request.accept };
    const typed = request.body === undefined ? headers : { ...headers, 'content-type': request.type };
    const answer = await server.send(`${place}?${search}`, {
      method: method.toUpperCase(),
      body: request.body,
      headers: typed,
    });
    const told = `${method} ${place}?${search} ${request.body ?? ''} → ${answer.status} ${answer.text.slice(0, 500)}`;
    assert.ok(answer.status < 500, told);
    const documented =
      operation.responses[answer.status] ?? operation.responses[`${Math.floor(answer.status / 100)}XX`];
    assert.ok(documented !== undefined, `not documented: ${told}`);
    if (answer.status >= 400) {
      assert.ok(isError(answer.json), told);
      assert.equal(answer.json.code, answer.status, told);
    } else checkContent(documented, answer.headers.get('content-type'), answer.json, told);
  }

  function checkContent({ content }: Answer, type: string | null, json: unknown, told: string): void {
    if (content === undefined) {
      assert.equal(type, null, told);
      return;
    }
    assert.ok(type !== null && type in content, `${type} is not documented: ${told}`);
    if (!type.startsWith('application/json')) return;
    const { schema } = content[type]!;
    const validate = validators.get(schema) ?? ajv.compile(schema);
    validators.set(schema, validate);
    assert.ok(validate(json), `${JSON.stringify(validate.errors?.[0])}: ${told}`);
  }
});
