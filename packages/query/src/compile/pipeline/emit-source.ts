import { presentName } from '../../plan/names/past-collection.ts';
import type { AccessOperator } from '../../plan/operator.ts';
import { operatorExpressions } from '../../plan/operator-facts.ts';
import type {
  Bound,
  HashOperator,
  KeysOperator,
  RangeOperator,
  ScanOperator,
  ValuesOperator,
} from '../../plan/operators/source.ts';
import type { FieldPath } from '../../runtime/columns/column.ts';
import type { ColumnStore } from '../../runtime/columns/column-store.ts';
import { openColumns } from '../../runtime/columns/open-columns.ts';
import { ColumnFields } from '../field-finder/column-fields.ts';
import type { DocumentBinding, Scope } from '../scope.ts';
import { type Consume, emitCheckpoint, emitTableBuild, type Frame, type PipelineContext } from './pipeline-context.ts';

/** What one block of a scan costs, in rows of a cheap loop. */
const blockTicks = 48;
/** What one document found through an index or by its key costs, in rows of a cheap loop. */
const lookupTicks = 8;

/** `database:collection/`, from which `_id` is made. */
export function idPrefix(context: PipelineContext, collection: string): string {
  return context.emitter.constant(`${context.plan.database}:${presentName(collection)}/`);
}

/** Two nested loops: over the blocks of the collection, and over the records of a block; or the same over columns. */
export function emitScan(
  operator: ScanOperator,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { columns: store } = context;
  if (operator.columns === undefined || store === undefined) emitBlocks(operator, scope, context, frame, consume);
  else emitColumns({ operator, paths: operator.columns, store }, scope, context, frame, consume);
}

/** Over stretches of columns, and over the rows of a stretch. */
function emitColumns(
  { operator, paths, store }: { operator: ScanOperator; paths: readonly FieldPath[]; store: ColumnStore },
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter } = context;
  const { collection, direction } = operator;
  const scan = emitter.fresh('scan');
  const end = emitter.fresh('end');
  const row = emitter.prologueLocal('row', '0');
  emitCursor(scan, operator, context, () => {
    const bounds = [operator.lower, operator.upper].map((bound) => boundCode(bound, scope, context)).join(', ');
    const source = emitter.constant({ store, collection, paths, direction }, 'source');
    return `${emitter.constant(openColumns, 'openColumns')}(run, ${source}, ${bounds})`;
  });
  emitter.line(`while (${scan}.next()) {`);
  emitCheckpoint(context, frame, `${scan}.to - ${scan}.from`);
  const columns = new ColumnFields(emitter, { scan, row, paths });
  if (direction === 'forward') {
    emitter.line(`${row} = ${scan}.from;`);
    emitter.line(`for (const ${end} = ${scan}.to; ${row} < ${end}; ${row}++) {`);
  } else {
    emitter.line(`${row} = ${scan}.to - 1;`);
    emitter.line(`for (const ${end} = ${scan}.from; ${row} >= ${end}; ${row}--) {`);
  }
  emitter.line('run.scanned++;');
  columns.beginRow();
  const binding: DocumentBinding = {
    kind: 'document',
    get bytes() {
      return columns.bytes;
    },
    get record() {
      return columns.record;
    },
    idPrefix: idPrefix(context, collection),
    columns,
  };
  consume(scope.child([[operator.variable, binding]]));
  emitter.line('}');
  emitter.line('}');
}

function emitBlocks(
  operator: ScanOperator,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter } = context;
  const slice = emitter.fresh('slice');
  const cursor = emitter.fresh('cursor');
  const bytes = emitter.fresh('bytes');
  const record = emitter.fresh('record');
  const collection = emitter.constant(operator.collection);
  emitCursor(cursor, operator, context, () => {
    const bounds = [operator.lower, operator.upper].map((bound) => boundCode(bound, scope, context)).join(', ');
    return `run.access.blocks(${collection}, ${bounds}, '${operator.direction}')`;
  });
  emitter.line(`for (let ${slice}; (${slice} = ${cursor}.next()) !== undefined; ) {`);
  emitCheckpoint(context, frame, blockTicks);
  emitter.line(`const ${bytes} = ${slice}.bytes;`);
  const end = emitter.fresh('end');
  if (operator.direction === 'forward') {
    emitter.line(`for (let ${record} = ${slice}.from, ${end} = ${slice}.to; ${record} < ${end}; ${record}++) {`);
  } else {
    emitter.line(`for (let ${record} = ${slice}.to - 1, ${end} = ${slice}.from; ${record} >= ${end}; ${record}--) {`);
  }
  emitter.line('run.scanned++;');
  consume(bindDocument(operator, scope, bytes, record, context));
  emitter.line('}');
  emitter.line('}');
}

/** A bound with the code of its value. */
export function boundCode(bound: Bound | undefined, scope: Scope, context: PipelineContext): string {
  if (bound === undefined) return 'undefined';
  return `{ value: ${context.expressions.value(bound.value, scope)}, inclusive: ${bound.inclusive} }`;
}

/** The operator's variable stands for the document at this place. */
export function bindDocument(
  operator: { readonly variable: string; readonly collection: string },
  scope: Scope,
  bytes: string,
  record: string,
  context: PipelineContext,
): Scope {
  const binding = context.expressions.document({ bytes, record, idPrefix: idPrefix(context, operator.collection) });
  return scope.child([[operator.variable, binding]]);
}

/**
 * Declares a cursor. Where a value that it is opened with may fail, the terms that the value was taken from fail for every
 * document, so the cursor hands out none.
 */
export function emitCursor(
  name: string,
  operator: AccessOperator,
  context: PipelineContext,
  open: () => string,
  nothing = 'run.access.nothing',
): void {
  const { emitter, expressions } = context;
  const inner = operator.kind === 'hash' ? [operator.value] : operatorExpressions(operator);
  if (!inner.some((value) => expressions.throws(value))) {
    emitter.line(`const ${name} = ${open()};`);
    return;
  }
  emitFailingCursor(name, context, open, nothing);
}

/** Declares a cursor that hands out none where what it is opened with fails. */
export function emitFailingCursor(
  name: string,
  { emitter }: PipelineContext,
  open: () => string,
  nothing = 'run.access.nothing',
): void {
  emitter.line(`let ${name} = ${nothing};`);
  emitter.block('try', () => emitter.line(`${name} = ${open()};`), ' catch (error) { run.filterFailed(error); }');
}

/** One loop over the positions that `positions` (JavaScript of something with `next()`, written when asked) hands out. */
export function emitPositions(
  operator: AccessOperator,
  positions: () => string,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter } = context;
  const cursor = emitter.fresh('positions');
  const position = emitter.fresh('position');
  const bytes = emitter.fresh('bytes');
  const record = emitter.fresh('record');
  emitCursor(cursor, operator, context, positions);
  emitter.line(`for (let ${position}; (${position} = ${cursor}.next()) !== undefined; ) {`);
  emitCheckpoint(context, frame, lookupTicks);
  emitter.line('run.scanned++;');
  emitter.line(`const ${bytes} = ${position}.bytes, ${record} = ${position}.record;`);
  consume(bindDocument(operator, scope, bytes, record, context));
  emitter.line('}');
}

export function emitKeys(
  operator: KeysOperator,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter, expressions } = context;
  const prefix = operator.attribute === '_id' ? idPrefix(context, operator.collection) : 'undefined';
  const collection = emitter.constant(operator.collection);
  if (operator.merge) {
    const lookup = `run.access.mergeLookup(${emitter.constant(operator)}, ${collection}`;
    const merged = () => `${lookup}, ${expressions.value(operator.keys, scope)})`;
    emitPositions(operator, merged, scope, context, frame, consume);
    return;
  }
  const call = operator.single ? 'keyPosition' : 'keyPositions';
  const positions = () => `run.access.${call}(${collection}, ${expressions.value(operator.keys, scope)}, ${prefix})`;
  emitPositions(operator, positions, scope, context, frame, consume);
}

/** The table is built by the first row that asks and kept in the run. */
export function emitHash(
  operator: HashOperator,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter, expressions } = context;
  const collection = emitter.constant(operator.collection);
  const field = emitter.function('field', ['bytes', 'record'], () => {
    const inner = bindDocument(operator, scope, 'bytes', 'record', context);
    emitter.line(`return ${expressions.value(operator.field, inner)};`);
  });
  const table = emitter.local('table', `run.access.hashTable(${emitter.constant(operator)}, ${collection}, ${field})`);
  emitTableBuild(context, frame, table);
  const positions = () => `${table}.positions(${expressions.value(operator.value, scope)})`;
  emitPositions(operator, positions, scope, context, frame, consume);
}

export function emitRange(
  operator: RangeOperator,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter, expressions } = context;
  const end = emitter.fresh('end');
  const counter = emitter.fresh('counter');
  const variable = emitter.fresh('variable');
  const from = expressions.value(operator.from, scope);
  const fromName = emitter.fresh('from');
  emitter.line(`const ${fromName} = run.rangeBound(${from}, 'start');`);
  emitter.line(`const ${end} = run.rangeBound(${expressions.value(operator.to, scope)}, 'end');`);
  emitter.line(`for (let ${counter} = ${fromName}; ${counter} <= ${end}; ${counter}++) {`);
  emitCheckpoint(context, frame, 1);
  emitter.line(`const ${variable} = ${counter};`);
  consume(scope.child([[operator.variable, { kind: 'value', code: variable }]]));
  emitter.line('}');
}

export function emitValues(
  operator: ValuesOperator,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter, expressions } = context;
  const bind = (code: string) => scope.child([[operator.variable, { kind: 'value', code }]]);
  if (operator.source.kind === 'subquery') {
    context.emitSubquery(operator.source, scope, frame, (value) => {
      const variable = emitter.fresh('variable');
      emitter.line(`const ${variable} = ${value};`);
      consume(bind(variable));
    });
    return;
  }
  const list = emitter.fresh('list');
  const index = emitter.fresh('index');
  const variable = emitter.fresh('variable');
  emitter.line(`const ${list} = run.elements(${expressions.value(operator.source, scope)});`);
  emitter.line(`for (let ${index} = 0; ${index} < ${list}.length; ${index}++) {`);
  emitCheckpoint(context, frame, 1);
  emitter.line(`const ${variable} = ${list}[${index}];`);
  consume(bind(variable));
  emitter.line('}');
}
