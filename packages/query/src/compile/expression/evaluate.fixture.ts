import { ByteWriter, decodeValue, type Value } from '@cairn/protocol/internal';
import type { Expression } from '../../ast/expression.ts';
import type { FunctionContext } from '../../functions/definition.ts';
import { parseQuery } from '../../parser/parse-query.ts';
import type { ExpressionRun } from '../../runtime/values/expression-run.ts';
import { Emitter } from '../emitter.ts';
import { type Binding, emptyScope } from '../scope.ts';
import { ExpressionCompiler } from './expression-compiler.ts';

/** A document in a block, as a variable of a test. */
export interface StoredVariable {
  readonly bytes: Uint8Array;
  readonly record: number;
}

export interface Surroundings {
  readonly binds?: Readonly<Record<string, Value>>;
  readonly variables?: Readonly<Record<string, Value>>;
  readonly stored?: Readonly<Record<string, StoredVariable>>;
  /** Counts the checks of the deadline. */
  readonly checkpoint?: () => void;
}

/** The prefix of the `_id` of every stored document of a test. */
export const ID_PREFIX = 'test:things/';

export type Way = 'value' | 'encode' | 'condition';

/** Parses `text` as an expression. */
export function parseExpression(text: string): Expression {
  const clause = parseQuery(`RETURN ${text}`).clauses[0];
  if (clause.kind !== 'return') throw new Error('not an expression');
  return clause.expression;
}

/** Compiles an expression as the pipeline does, once for any number of runs. */
export function compile(text: string, way: Way, surroundings: Surroundings = {}): () => Value {
  const emitter = new Emitter();
  const compiler = new ExpressionCompiler({ emitter, run: 'run', subquery: refuse });
  const bindings: [string, Binding][] = [];
  for (const name of Object.keys(surroundings.variables ?? {})) {
    bindings.push([name, { kind: 'value', code: emitter.local('value', `variables.get(${emitter.constant(name)})`) }]);
  }
  for (const name of Object.keys(surroundings.stored ?? {})) {
    const source = emitter.local('source', `stored.get(${emitter.constant(name)})`);
    const place = { bytes: `${source}.bytes`, record: `${source}.record`, idPrefix: emitter.constant(ID_PREFIX) };
    bindings.push([name, compiler.document(place)]);
  }
  const scope = emptyScope.child(bindings);
  const expression = parseExpression(text);
  if (way === 'encode') compiler.encode(expression, scope, 'writer');
  else emitter.line(`return ${compiler[way](expression, scope)};`);
  const built = emitter.build(['run', 'variables', 'stored', 'writer']) as unknown as (...args: unknown[]) => Value;
  const variables = new Map(Object.entries(surroundings.variables ?? {}));
  const stored = new Map(Object.entries(surroundings.stored ?? {}));
  return () => {
    const writer = new ByteWriter();
    const answer = built(runWith(surroundings), variables, stored, writer);
    return way === 'encode' ? decodeValue(writer.finish()) : answer;
  };
}

export function evaluate(text: string, surroundings: Surroundings = {}, way: Way = 'value'): Value {
  return compile(text, way, surroundings)();
}

function runWith({ binds = {}, checkpoint = () => {} }: Surroundings): ExpressionRun {
  const refuseCall = () => {
    throw new Error('not in this test');
  };
  const functions: FunctionContext = {
    nowMs: 0,
    database: 'test',
    randomBytes: refuseCall,
    document: refuseCall,
    documents: refuseCall,
    collectionCount: refuseCall,
    indexes: refuseCall,
    checkpoint,
    wait: () => {},
  };
  return { binds: new Map(Object.entries(binds)), functions, checkpoint };
}

function refuse(): never {
  throw new Error('no subqueries in this test');
}
