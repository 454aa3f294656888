import type { PathOperator, TraverseOperator } from '../../plan/operators/graph.ts';
import type { Binding, Scope } from '../scope.ts';
import { type Consume, emitCheckpoint, type Frame, type PipelineContext } from './pipeline-context.ts';

/** Traversals and paths are walked by the run, which hands out steps: a vertex and the edge that reached it. */
export function emitGraph(
  operator: TraverseOperator | PathOperator,
  scope: Scope,
  context: PipelineContext,
  frame: Frame,
  consume: Consume,
): void {
  const { emitter, expressions } = context;
  const start = expressions.value(operator.start, scope);
  const edges = emitter.constant(operator.edges);
  const steps = emitter.fresh('steps');
  const withEdges = operator.edge !== undefined;
  if (operator.kind === 'traverse') {
    const options = traversalOptions(operator, scope, context);
    emitter.line(`const ${steps} = run.graph.traverse(${edges}, ${start}, '${operator.direction}', ${options});`);
  } else {
    const target = expressions.value(operator.target, scope);
    const options = operator.options === undefined ? 'null' : expressions.value(operator.options, scope);
    const ends = `${start}, ${target}, '${operator.direction}', ${options}`;
    const call =
      operator.rows === 'paths' ? `shortestPaths(${edges}, ${ends})` : `shortestPath(${edges}, ${ends}, ${withEdges})`;
    emitter.line(`const ${steps} = run.graph.${call};`);
  }
  const step = emitter.fresh('step');
  emitter.line(`for (const ${step} of ${steps}) {`);
  if (operator.kind === 'path') {
    emitter.line(`if (${step} === undefined) {${frame.mayYield ? ' if (run.pause) yield;' : ''} continue; }`);
  }
  emitCheckpoint(context, frame, 4);
  const bindings: [string, Binding][] = [
    [operator.vertex, { kind: 'value', code: rowVariable(operator, step, context) }],
  ];
  if (operator.edge !== undefined) {
    bindings.push([operator.edge, { kind: 'value', code: emitter.local('edge', `${step}.edge`) }]);
  }
  if (operator.kind === 'traverse' && operator.path !== undefined) {
    bindings.push([operator.path, { kind: 'value', code: emitter.local('path', `${step}.path`) }]);
  }
  consume(scope.child(bindings));
  emitter.line('}');
}

/** The value of the first variable: a vertex, or the path itself where the rows are paths. */
function rowVariable(operator: TraverseOperator | PathOperator, step: string, { emitter }: PipelineContext): string {
  const isPath = operator.kind === 'path' && operator.rows === 'paths';
  return isPath ? step : emitter.local('vertex', `${step}.vertex`);
}

/** JavaScript of the `TraversalOptions`; the condition of PRUNE becomes a function. */
function traversalOptions(operator: TraverseOperator, scope: Scope, context: PipelineContext): string {
  const { emitter, expressions } = context;
  const { depth, edge, path, prune } = operator;
  const options = [
    `depth: ${emitter.constant(depth)}`,
    `withEdges: ${edge !== undefined}`,
    `withPath: ${path !== undefined}`,
  ];
  if (prune !== undefined) {
    const variables = { vertex: operator.vertex, edge, path };
    const bindings = Object.entries(variables).flatMap(([code, name]): [string, Binding][] =>
      name === undefined ? [] : [[name, { kind: 'value', code }]],
    );
    const condition = emitter.function('prune', ['vertex', 'edge', 'path'], () => {
      emitter.line(`return ${expressions.condition(prune, scope.child(bindings))};`);
    });
    options.push(`prune: ${condition}`);
  }
  return `{ ${options.join(', ')} }`;
}
