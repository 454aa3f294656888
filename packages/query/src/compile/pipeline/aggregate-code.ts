import { aggregateByName } from '../../functions/aggregates.ts';
import { finite } from '../../functions/numeric/finite.ts';
import type { CollectAggregate } from '../../plan/operators/collect.ts';
import type { Scope } from '../scope.ts';
import type { PipelineContext } from './pipeline-context.ts';

/** How an aggregate lives in the group object: the members that hold its state, its step and its result as code. */
export interface AggregateCode {
  /** Members of the group's object literal with their first values. */
  readonly members: readonly string[];
  /** Its state grows with the rows. */
  readonly retainsValues: boolean;
  /** Emits the lines that take one row, given as the arguments' values, into the state of the group held by the variable `group`. */
  step(group: string, values: readonly string[]): void;
  /** JavaScript of values that hold the state, and lines that set the state from them. */
  save(group: string): readonly string[];
  restore(group: string, saved: readonly string[]): void;
  /** JavaScript of the answer. */
  result(group: string): string;
}

/**
 * The code of one aggregate: the five that queries are full of work on plain numbers in the group object, the rest
 * through the states of the table of aggregates. `account` is the variable into which values that are kept are counted.
 */
export function aggregateCode(
  aggregate: CollectAggregate,
  { slot, account }: { slot: number; account: string },
  context: PipelineContext,
): AggregateCode {
  const first = aggregate.arguments[0];
  switch (aggregate.function) {
    case 'COUNT':
      return first === undefined ? countRows(slot, context) : countValues(slot, context);
    case 'SUM':
    case 'AVG':
    case 'AVERAGE':
      return sum(aggregate, slot, context);
    case 'MIN':
    case 'MAX':
      return extreme(aggregate, { slot, account }, context);
    default:
      return general(aggregate, { slot, account }, context);
  }
}

/** Emits the arguments' values and returns the local variables that hold them. */
export function emitArguments(aggregate: CollectAggregate, scope: Scope, context: PipelineContext): readonly string[] {
  const { emitter, expressions } = context;
  return aggregate.arguments.map((argument) => {
    const value = emitter.fresh('value');
    emitter.line(`const ${value} = ${expressions.value(argument, scope)};`);
    return value;
  });
}

/** States that are plain members of the group. */
function inGroup(
  states: Readonly<Record<string, string>>,
  context: PipelineContext,
): Pick<AggregateCode, 'members' | 'retainsValues' | 'save' | 'restore'> {
  const names = Object.keys(states);
  return {
    members: names.map((name) => `${name}: ${states[name]}`),
    retainsValues: false,
    save: (group) => names.map((name) => `${group}.${name}`),
    restore(group, saved) {
      names.forEach((name, index) => {
        context.emitter.line(`${group}.${name} = ${saved[index]};`);
      });
    },
  };
}

function countRows(slot: number, context: PipelineContext): AggregateCode {
  const state = `a${slot}`;
  return {
    ...inGroup({ [state]: '0' }, context),
    step(group) {
      context.emitter.line(`${group}.${state}++;`);
    },
    result: (group) => `${group}.${state}`,
  };
}

function countValues(slot: number, context: PipelineContext): AggregateCode {
  const state = `a${slot}`;
  return {
    ...inGroup({ [state]: '0' }, context),
    step(group, [value]) {
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
    ...inGroup({ [total]: '0.5 - 0.5', [count]: '0' }, context),
    step(group, [value]) {
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

function extreme(
  aggregate: CollectAggregate,
  { slot, account }: { slot: number; account: string },
  context: PipelineContext,
): AggregateCode {
  const state = `m${slot}`;
  const sign = aggregate.function === 'MIN' ? '<' : '>';
  const compare = context.emitter.constant(context.compareValues);
  return {
    ...inGroup({ [state]: 'null' }, context),
    step(group, [value]) {
      const { emitter } = context;
      const best = `${group}.${state}`;
      emitter.line(`if (typeof ${value} === 'number' && typeof ${best} === 'number') {`);
      emitter.line(`if (${value} ${sign} ${best}) ${best} = ${value};`);
      emitter.line(`} else if (${value} !== null && (${best} === null || ${compare}(${value}, ${best}) ${sign} 0)) {`);
      // Counted once a group: the values that follow are taken to be of like size.
      emitter.line(`if (${best} === null) ${account}.kept += run.keepValue(${value});`);
      emitter.line(`${best} = ${value};`);
      emitter.line('}');
    },
    result: (group) => `${group}.${state}`,
  };
}

function general(
  aggregate: CollectAggregate,
  { slot, account }: { slot: number; account: string },
  context: PipelineContext,
): AggregateCode {
  const state = `a${slot}`;
  const definition = aggregateByName(aggregate.function)!;
  const constant = context.emitter.constant(definition);
  return {
    members: [`${state}: ${constant}.create()`],
    retainsValues: definition.retainsValues,
    step(group, values) {
      const add = `${group}.${state}.add(${values.length === 0 ? 'undefined' : values.join(', ')})`;
      const keeps = `if (${add}) ${account}.kept += run.keepValue(${values[0]});`;
      context.emitter.line(definition.retainsValues ? keeps : `${add};`);
    },
    save: (group) => [`${group}.${state}.save()`],
    restore(group, [saved]) {
      context.emitter.line(`${group}.${state}.restore(${saved});`);
    },
    result: (group) => `${group}.${state}.result()`,
  };
}
