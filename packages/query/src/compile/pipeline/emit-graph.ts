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
    const depth = emitter.constant(operator.depth);
    const call = `traverse(${edges}, ${start}, '${operator.direction}', ${depth}, ${withEdges})`;
    emitter.line(`const ${steps} = run.graph.${call};`);
  } else {
    const target = expressions.value(operator.target, scope);
    const call = `shortestPath(${edges}, ${start}, ${target}, '${operator.direction}', ${withEdges})`;
    emitter.line(`const ${steps} = run.graph.${call};`);
  }
  const step = emitter.fresh('step');
  emitter.line(`for (const ${step} of ${steps}) {`);
  emitCheckpoint(context, frame, 4);
  const bindings: [string, Binding][] = [
    [operator.vertex, { kind: 'value', code: emitter.local('vertex', `${step}.vertex`) }],
  ];
  if (operator.edge !== undefined) {
    bindings.push([operator.edge, { kind: 'value', code: emitter.local('edge', `${step}.edge`) }]);
  }
  consume(scope.child(bindings));
  emitter.line('}');
}
