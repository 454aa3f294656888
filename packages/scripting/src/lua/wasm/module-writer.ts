/**
 * Writes small WebAssembly modules from opcodes.
 * Binary format: WebAssembly Core Specification, chapter 5; `try`/`catch`: the exception-handling proposal as first shipped.
 */

export const I32 = 0x7f;
const FUNCTION_REFERENCE = 0x70;
const VOID_BLOCK = 0x40;

export interface FunctionType {
  readonly parameters: number;
  readonly results: number;
}

export interface FunctionImport {
  readonly kind: 'function';
  readonly module: string;
  readonly name: string;
  readonly type: number;
}

/** A tag for exceptions without a value. */
export interface TagImport {
  readonly kind: 'tag';
  readonly module: string;
  readonly name: string;
  readonly type: number;
}

export interface TableImport {
  readonly kind: 'table';
  readonly module: string;
  readonly name: string;
}

export interface FunctionBody {
  readonly name: string;
  readonly type: number;
  /** Local variables of type i32 besides the parameters. */
  readonly locals: number;
  readonly code: readonly number[];
}

export interface ModuleParts {
  /** All values are i32. */
  readonly types: readonly FunctionType[];
  readonly imports: readonly (FunctionImport | TagImport | TableImport)[];
  /** Exported under their names. */
  readonly functions: readonly FunctionBody[];
  /** A table of this many functions, exported as `table`. */
  readonly tableLength?: number;
}

/** The opcodes that our modules use. Indexes and constants stay below 64, so that each is one byte. */
export const op = {
  local: (index: number) => [0x20, index],
  setLocal: (index: number) => [0x21, index],
  /** A constant between −64 and 63. */
  constant: (value: number) => [0x41, value & 0x7f],
  call: (functionIndex: number) => [0x10, functionIndex],
  callIndirect: (type: number, table = 0) => [0x11, type, table],
  equal: () => [0x46],
  drop: () => [0x1a],
  throw: (tag: number) => [0x08, tag],
  if: (...then: number[][]) => [0x04, VOID_BLOCK, ...then.flat(), 0x0b],
  tryCatch: (tag: number, body: number[][], handler: number[][]) => [
    0x06,
    VOID_BLOCK,
    ...body.flat(),
    0x07,
    tag,
    ...handler.flat(),
    0x0b,
  ],
} as const;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

const text = (value: string) => [...unsigned(value.length), ...Buffer.from(value, 'latin1')];
const list = (items: readonly (readonly number[])[]) => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: readonly number[]) => [id, ...unsigned(content.length), ...content];
const i32s = (count: number) => list(Array.from({ length: count }, () => [I32]));

function importEntry(entry: ModuleParts['imports'][number]): number[] {
  const names = [...text(entry.module), ...text(entry.name)];
  if (entry.kind === 'function') return [...names, 0, entry.type];
  if (entry.kind === 'tag') return [...names, 4, 0, entry.type];
  return [...names, 1, FUNCTION_REFERENCE, 0, 1];
}

function codeEntry({ locals, code }: FunctionBody): number[] {
  const body = [...list(locals === 0 ? [] : [[locals, I32]]), ...code, 0x0b];
  return [...unsigned(body.length), ...body];
}

/** Compiles a module of these parts. */
export function compileModule(parts: ModuleParts): WebAssembly.Module {
  const { types, imports, functions, tableLength } = parts;
  const imported = imports.filter((entry) => entry.kind === 'function').length;
  const exported = functions.map(({ name }, index) => [...text(name), 0, imported + index]);
  if (tableLength !== undefined) exported.push([...text('table'), 1, 0]);
  return new WebAssembly.Module(
    new Uint8Array([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(1, list(types.map(({ parameters, results }) => [0x60, ...i32s(parameters), ...i32s(results)]))),
      ...section(2, list(imports.map(importEntry))),
      ...section(3, list(functions.map(({ type }) => [type]))),
      ...(tableLength === undefined ? [] : section(4, list([[FUNCTION_REFERENCE, 0, tableLength]]))),
      ...section(7, list(exported)),
      ...section(10, list(functions.map(codeEntry))),
    ]),
  );
}
