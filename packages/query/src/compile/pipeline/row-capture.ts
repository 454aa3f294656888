import type { Binding, Scope } from '../scope.ts';
import type { PipelineContext } from './pipeline-context.ts';
import { documentMember, type StoredMember, valueMember } from './row-codec-code.ts';

/** How the variables that a kept row needs are stored in it, and how they are read again. */
export interface RowCapture {
  /** Members of an object literal: `v0: name`, `b1: bytes`, `r1: record`. */
  readonly members: readonly string[];
  /** The same members, for rows that are stored. */
  readonly stored: readonly StoredMember[];
  /** Emits the count of one such row against the memory budget and into an account; `own` are members of the operator itself. */
  emitKeep(account: string, own: number): void;
  /** Emits what reading needs and gives the bindings of the variables, from a row held by the JavaScript variable `row`. */
  restore(row: string): Map<string, Binding>;
}

/**
 * Plans the members of a kept row: values as they are, documents as their block and record, so that none is decoded.
 * What `base` binds is the same for every row and is not kept.
 */
export function captureRow(scope: Scope, base: Scope, names: Iterable<string>, context: PipelineContext): RowCapture {
  const members: string[] = [];
  const kept: { name: string; binding: Binding; slot: number }[] = [];
  for (const name of names) {
    const binding = scope.lookup(name);
    if (binding === undefined || base.lookup(name) === binding) continue;
    const slot = kept.length;
    kept.push({ name, binding, slot });
    if (binding.kind === 'document') members.push(`b${slot}: ${binding.bytes}`, `r${slot}: ${binding.record}`);
    else members.push(`v${slot}: ${binding.code}`);
  }
  return {
    members,
    stored: kept.map(({ binding, slot }) =>
      binding.kind === 'document' ? documentMember(`b${slot}`, `r${slot}`) : valueMember(`v${slot}`),
    ),
    emitKeep: (account, own) => {
      const counts = kept.map(({ binding }) =>
        binding.kind === 'document' ? `run.keepDocument(${binding.bytes})` : `run.keepValue(${binding.code})`,
      );
      context.emitter.line(`${account}.kept += ${[`run.keep(${own + kept.length})`, ...counts].join(' + ')};`);
    },
    restore: (row) => new Map(kept.map(({ name, binding, slot }) => [name, restored(binding, slot, row, context)])),
  };
}

function restored(binding: Binding, slot: number, row: string, context: PipelineContext): Binding {
  if (binding.kind === 'value') return { kind: 'value', code: `${row}.v${slot}` };
  const bytes = context.emitter.local('bytes', `${row}.b${slot}`);
  const record = context.emitter.local('record', `${row}.r${slot}`);
  return context.expressions.document({ bytes, record, idPrefix: binding.idPrefix });
}
