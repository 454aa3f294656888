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
  if (operator.kind === 'traverse') {
    const { min, max } = operator.depth;
    emitter.line(`const ${steps} = run.graph.traverse(${edges}, ${start}, '${operator.direction}', ${min}, ${max});`);
  } else {
    const target = expressions.value(operator.target, scope);
    emitter.line(`const ${steps} = run.graph.shortestPath(${edges}, ${start}, ${target}, '${operator.direction}');`);
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
