/**
 * What expressions over stored documents cost, in nanoseconds a document, without plan, cursor or network: the loop
 * that a scan would be, over blocks of 8 KB in memory that hold 100,000 documents of 282 bytes.
 *
 *     node packages/query/src/compile/expression/expression.bench.ts [part of an expression]
 */
import { ByteWriter, type Value } from '@cairn/protocol/internal';
import { recordCount } from '@cairn/storage/internal';
import type { ArrayExpression, Expression } from '../../ast/expression.ts';
import { Emitter } from '../emitter.ts';
import { emptyScope, type Scope } from '../scope.ts';
import { parseExpression } from './evaluate.fixture.ts';
import { ExpressionCompiler } from './expression-compiler.ts';
import { blockOf } from './stored-documents.fixture.ts';

const DOCUMENTS = 100_000;
const DOCUMENTS_PER_BLOCK = 28;
const ROUNDS = 25;
const CITIES = ['Paris', 'Rome', 'Oslo', 'Lima', 'Kyoto', 'Cairo', 'Quito', 'Delhi'];

let seed = 42;
function below(bound: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 4294967296) * bound);
}

function person(serial: number): Value {
  return {
    name: `User ${serial}`,
    email: `user${serial}@example.com`,
    age: 18 + below(70),
    city: CITIES[below(8)],
    score: below(1e6) / 100,
    active: below(2) === 1,
    tags: [`t${below(20)}`, `t${below(20)}`],
    address: {
      street: `${below(999)} Main St`,
      zip: `${10_000 + below(89_999)}`,
      geo: { lat: below(180) - 90, lon: below(360) - 180 },
    },
    bio: 'lorem ipsum dolor sit amet '.repeat(4),
  };
}

const blocks: Uint8Array[] = [];
for (let first = 0; first < DOCUMENTS; first += DOCUMENTS_PER_BLOCK) {
  const count = Math.min(DOCUMENTS_PER_BLOCK, DOCUMENTS - first);
  const serials = Array.from({ length: count }, (_, index) => first + index);
  blocks.push(blockOf(serials.map((serial) => [`u${serial}`, person(serial)])));
}

type Consumer = (compiler: ExpressionCompiler, expression: Expression, scope: Scope) => void;

/** What is done with a row. `group` takes [key, number, number], `project` takes [condition, answer]. */
const consumers: Readonly<Record<string, Consumer>> = {
  count: (compiler, expression, scope) =>
    compiler.emitter.line(`if (${compiler.condition(expression, scope)}) count++;`),
  value: (compiler, expression, scope) =>
    compiler.emitter.line(`if (${compiler.value(expression, scope)} !== null) count++;`),
  project: (compiler, expression, scope) => {
    const [condition, answer] = (expression as ArrayExpression).elements;
    compiler.emitter.block(`if (${compiler.condition(condition, scope)})`, () => {
      compiler.emitter.line('count++; writer.reset();');
      compiler.encode(answer, scope, 'writer');
    });
  },
  group: (compiler, expression, scope) => {
    const names = (expression as ArrayExpression).elements.map((element) =>
      compiler.emitter.local('part', compiler.value(element, scope)),
    );
    compiler.emitter.line(`let group = groups.get(${names[0]});`);
    compiler.emitter.line(
      `if (group === undefined) { count++; groups.set(${names[0]}, group = { sum: 0, most: 0 }); }`,
    );
    compiler.emitter.line(`group.sum += ${names[1]}; if (${names[2]} > group.most) group.most = ${names[2]};`);
  },
};

function scanOf(consumer: string, text: string): (...args: unknown[]) => number {
  const emitter = new Emitter();
  const subquery = () => {
    throw new Error('no subqueries here');
  };
  const compiler = new ExpressionCompiler({ emitter, run: 'run', subquery });
  emitter.line('let count = 0; const groups = new Map();');
  emitter.block('for (const bytes of blocks)', () => {
    emitter.line('const records = recordCount(bytes);');
    emitter.block('for (let record = 0; record < records; record++)', () => {
      const u = compiler.document({ bytes: 'bytes', record: 'record', idPrefix: emitter.constant('bench:users/') });
      consumers[consumer](compiler, parseExpression(text), emptyScope.child([['u', u]]));
    });
  });
  emitter.line('return count;');
  return emitter.build(['run', 'blocks', 'writer', 'recordCount']) as unknown as (...args: unknown[]) => number;
}

const binds = new Map<string, Value>([
  ['age', 80],
  ['city', 'Oslo'],
  ['cities', ['Oslo', 'Rome']],
]);
const run = { binds, checkpoint: () => {}, functions: { checkpoint: () => {} } };

const SCANS: readonly (readonly [string, string])[] = [
  ['count', 'true'],
  ['count', 'u.age > 80'],
  ['count', 'u.age > @age'],
  ['count', "u.city == 'Oslo' && u.score > 9000"],
  ['count', 'u.city IN @cities'],
  ['count', "'t3' IN u.tags"],
  ['count', 'LENGTH(u.tags) > 1'],
  ['count', 'u.address.geo.lat > 80'],
  ['count', 'u.age * 2 + 1 > 160'],
  ['count', "u.name LIKE 'User 99%'"],
  ['count', "u.city =~ '^O'"],
  ['count', 'u.missing == null'],
  ['count', "u._key == 'u500'"],
  ['group', '[u.city, u.age, u.score]'],
  ['project', '[u.age > 80, {name: u.name, score: u.score}]'],
  ['project', '[true, u]'],
  ['value', 'u.name'],
  ['value', 'u'],
];

const writer = new ByteWriter(1 << 16);
const only = process.argv[2] ?? '';
for (const [consumer, text] of SCANS.filter(([, scanned]) => scanned.includes(only))) {
  const scan = scanOf(consumer, text);
  let bestMs = Number.POSITIVE_INFINITY;
  let count = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    count = scan(run, blocks, writer, recordCount);
    bestMs = Math.min(bestMs, performance.now() - started);
  }
  const nanoseconds = ((bestMs / DOCUMENTS) * 1e6).toFixed(1);
  console.log(`${consumer.padEnd(8)}${text.padEnd(48)}${nanoseconds.padStart(8)} ns/document  ${count}`);
}
