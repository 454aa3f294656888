import { aggregateByName } from '../../functions/aggregates.ts';
import { finite } from '../../functions/numeric/finite.ts';
import type { CollectAggregate } from '../../plan/operators/collect.ts';
import type { Scope } from '../scope.ts';
import type { PipelineContext } from './pipeline-context.ts';

/** How an aggregate lives in the group object: the members that hold its state, its step and its result as code. */
export interface AggregateCode {
  /** Members of the group's object literal with their first values. */
  readonly members: readonly string[];
  /** Emits the lines that take one row into the state of the group held by the variable `group`. */
  step(group: string, scope: Scope): void;
  /** JavaScript of the answer. */
  result(group: string): string;
}

/**
 * The code of one aggregate: the five that queries are full of work on plain numbers in the group object, the rest
 * through the states of the table of aggregates.
 */
export function aggregateCode(aggregate: CollectAggregate, slot: number, context: PipelineContext): AggregateCode {
  const first = aggregate.arguments[0];
  switch (aggregate.function) {
    case 'COUNT':
      return first === undefined ? countRows(slot, context) : countValues(aggregate, slot, context);
    case 'SUM':
    case 'AVG':
    case 'AVERAGE':
      return sum(aggregate, slot, context);
    case 'MIN':
    case 'MAX':
      return extreme(aggregate, slot, context);
    default:
      return general(aggregate, slot, context);
  }
}

/** Emits an argument's value and returns the local variable that holds it. */
function emitArgument(aggregate: CollectAggregate, scope: Scope, context: PipelineContext): string {
  const value = context.emitter.fresh('value');
  context.emitter.line(`const ${value} = ${context.expressions.value(aggregate.arguments[0], scope)};`);
  return value;
}

function countRows(slot: number, context: PipelineContext): AggregateCode {
  const state = `a${slot}`;
  return {
    members: [`${state}: 0`],
    step(group) {
      context.emitter.line(`${group}.${state}++;`);
    },
    result: (group) => `${group}.${state}`,
  };
}

function countValues(aggregate: CollectAggregate, slot: number, context: PipelineContext): AggregateCode {
  const state = `a${slot}`;
  return {
    members: [`${state}: 0`],
    step(group, scope) {
      const value = emitArgument(aggregate, scope, context);
      context.emitter.line(`if (${value} !== null) ${group}.${state}++;`);
    },
    result: (group) => `${group}.${state}`,
  };
}

function sum(aggregate: CollectAggregate, slot: number, context: PipelineContext): AggregateCode {
  const total = `s${slot}`;
  const count = `n${slot}`;
  const check = context.emitter.constant(finite);
  const name = aggregate.function === 'SUM' ? 'SUM' : 'AVG';
  return {
    // A fraction as the first value keeps the member a double from the start, so that V8 need not change its kind.
    members: [`${total}: 0.5 - 0.5`, `${count}: 0`],
    step(group, scope) {
      const value = emitArgument(aggregate, scope, context);
      context.emitter.line(`if (typeof ${value} === 'number') { ${group}.${total} += ${value}; ${group}.${count}++; }`);
      context.emitter.line(
        `else if (typeof ${value} === 'bigint') { ${group}.${total} += Number(${value}); ${group}.${count}++; }`,
      );
    },
    result: (group) =>
      name === 'SUM'
        ? `${check}('SUM', ${group}.${total})`
        : `(${group}.${count} === 0 ? null : ${check}('AVG', ${group}.${total} / ${group}.${count}))`,
  };
}

function extreme(aggregate: CollectAggregate, slot: number, context: PipelineContext): AggregateCode {
  const state = `m${slot}`;
  const sign = aggregate.function === 'MIN' ? '<' : '>';
  const compare = context.emitter.constant(context.compareValues);
  return {
    members: [`${state}: null`],
    step(group, scope) {
      const value = emitArgument(aggregate, scope, context);
      const best = `${group}.${state}`;
      context.emitter.line(`if (typeof ${value} === 'number' && typeof ${best} === 'number') {`);
      context.emitter.line(`if (${value} ${sign} ${best}) ${best} = ${value};`);
      context.emitter.line(
        `} else if (${value} !== null && (${best} === null || ${compare}(${value}, ${best}) ${sign} 0)) {`,
      );
      context.emitter.line(`${best} = ${value};`);
      context.emitter.line('}');
    },
    result: (group) => `${group}.${state}`,
  };
}

function general(aggregate: CollectAggregate, slot: number, context: PipelineContext): AggregateCode {
  const state = `a${slot}`;
  const definition = aggregateByName(aggregate.function)!;
  const constant = context.emitter.constant(definition);
  return {
    members: [`${state}: ${constant}.create()`],
    step(group, scope) {
      const { emitter } = context;
      const values = aggregate.arguments.map((argument) =>
        emitter.local('argument', context.expressions.value(argument, scope)),
      );
      const add = `${group}.${state}.add(${values.length === 0 ? 'undefined' : values.join(', ')})`;
      emitter.line(definition.retainsValues ? `if (${add}) run.keepValue(${values[0]});` : `${add};`);
    },
    result: (group) => `${group}.${state}.result()`,
  };
}
