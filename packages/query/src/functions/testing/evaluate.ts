import { randomBytes } from 'node:crypto';
import { decodeValue, type Value } from '@cairn/protocol/internal';
import type { ReadView } from '@cairn/storage/internal';
import { QueryEngine } from '../../query-engine.ts';

const engine = new QueryEngine();

/** A database without collections. */
const emptyView: ReadView = {
  lsn: 0,
  catalogueVersion: 0,
  collection: () => undefined,
  collectionNames: () => [],
  release: () => {},
};

/** The value of an expression, from text through parser, planner and compiler. */
export function evaluate(expression: string): Value {
  const common = { database: 'shop', view: emptyView, binds: new Map<string, Value>() };
  const prepared = engine.prepare(`RETURN ${expression}`, common);
  const run = engine.start(prepared, {
    ...common,
    nowMs: Date.now(),
    randomBytes,
    monotonicMs: () => performance.now(),
  });
  try {
    return decodeValue(run.next({ maxRows: 1 }).bytes.slice());
  } finally {
    run.close();
  }
}
