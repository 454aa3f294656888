import { isUtf8 } from 'node:buffer';
import { decodeValue, encodeValue, stringifyJson, type Value } from '@cairn/protocol/internal';
import { type ChildRun, HostCallError } from '../host/child/engine.ts';
import { TIMER_MAX_MS } from '../host/limits.ts';
import { NativeError, type NativeTable } from '../natives/native-function.ts';
import { jsonFault } from '../natives/text/json-fault.ts';
import type { LuaMachine } from './machine.ts';
import { type RunControl, RunEnded } from './run-control.ts';
import { LuaConversionError, type LuaValues, type PullOptions } from './values.ts';
import { HOST_RESULT } from './wasm/bridge.ts';
import { LUA_STATUS, LUA_TYPE } from './wasm/lua-exports.ts';

/** What a primitive works on: the machine, and the run that it is busy with. */
export interface PrimitiveContext {
  readonly machine: LuaMachine;
  readonly values: LuaValues;
  readonly natives: Readonly<Record<string, NativeTable>>;
  readonly run: ChildRun;
  readonly control: RunControl;
  hostCalls: number;
  /** Suspends Lua until the promise settles; then `push` pushes what it came to and answers with a count of results. */
  waitFor<T>(promise: Promise<T>, push: (state: number, value: T) => number): number;
}

/** A function that the prelude may call. Parameters stand on the stack from 1; answers with a count of pushed results. */
type Primitive = (context: PrimitiveContext, state: number) => number;

/** An integer of 16 or more digits may not fit a JavaScript number. */
const LONG_INTEGER = /\d{16}/;

/** Natives take what Lua has as it is. */
const NATIVE_PARAMETERS: PullOptions = { allowsBytes: true, allowsNonFinite: true };

/** Host calls that take bytes where others take texts: messages of a WebSocket may be either. */
const CALLS_WITH_BYTES: ReadonlySet<string> = new Set(['ws.send']);

function parametersFrom(context: PrimitiveContext, state: number, first: number, options: PullOptions): Value[] {
  const top = context.machine.lua.lua_gettop(state);
  const parameters: Value[] = [];
  for (let index = first; index <= top; index++) parameters.push(context.values.pull(state, index, options));
  return parameters;
}

/** Whether an error is about the value that was to be converted: what it is, or how large. */
export function isOfValue(error: unknown): error is Error {
  return error instanceof LuaConversionError || (error instanceof Error && error.name === 'ValueLimitError');
}

/** `true, value` */
function succeed({ machine, values }: PrimitiveContext, state: number, value: Value | undefined): number {
  machine.lua.lua_pushboolean(state, 1);
  values.push(state, value);
  return 2;
}

/** `false, message, code` */
function fail({ machine, values }: PrimitiveContext, state: number, message: string, code: string): number {
  machine.lua.lua_pushboolean(state, 0);
  values.pushText(state, message);
  values.pushText(state, code);
  return 3;
}

/** `native(name, ...)` → `true, value` or `false, message, code`: a function of the natives, called at once. */
function native(context: PrimitiveContext, state: number): number {
  const name = context.values.readText(state, 1);
  const [table, member] = name.split('.', 2);
  const natives = Object.hasOwn(context.natives, table) ? context.natives[table] : undefined;
  if (natives === undefined || !Object.hasOwn(natives, member)) throw new Error(`no native function ${name}`);
  try {
    const result = natives[member](...parametersFrom(context, state, 2, NATIVE_PARAMETERS));
    return succeed(context, state, result);
  } catch (error) {
    if (error instanceof NativeError) return fail(context, state, error.message, 'native');
    if (error instanceof LuaConversionError) return fail(context, state, error.message, 'conversion');
    throw error;
  }
}

/** `hostcall(name, ...)` → `true, value` or `false, message, code`: asks the server and waits for its answer. */
function hostcall(context: PrimitiveContext, state: number): number {
  const { run } = context;
  if (++context.hostCalls > run.limits.hostCalls) {
    throw new RunEnded('limit', `more than ${run.limits.hostCalls} calls of the server`);
  }
  let parameters: Uint8Array;
  const name = context.values.readText(state, 1);
  try {
    parameters = encodeValue(parametersFrom(context, state, 2, { allowsBytes: CALLS_WITH_BYTES.has(name) }));
  } catch (error) {
    if (isOfValue(error)) return fail(context, state, error.message, 'conversion');
    throw error;
  }
  const answer = run.call(name, parameters).then(decodeValue, (error: unknown) => {
    if (error instanceof HostCallError) return error;
    throw error;
  });
  const late = new HostCallError('timeout', 'Timeout');
  return context.waitFor(context.control.atMost<unknown>(answer, late) as typeof answer, (onState, value) =>
    value instanceof HostCallError
      ? fail(context, onState, value.message, value.code)
      : succeed(context, onState, value),
  );
}

/** `sleep(ms)` waits. */
function sleep(context: PrimitiveContext, state: number): number {
  const ms = Math.min(Math.max(context.machine.lua.lua_tonumberx(state, 1, 0) || 0, 0), TIMER_MAX_MS);
  return context.waitFor(new Promise<void>((resolve) => setTimeout(resolve, ms)), () => 0);
}

/** `limit_waits(ms?)`: from now on what the server is asked is waited for so long at most; without a number again as long as it takes. */
function limitWaits({ control, machine: { lua } }: PrimitiveContext, state: number): number {
  control.limitWaits(lua.lua_type(state, 1) === LUA_TYPE.number ? lua.lua_tonumberx(state, 1, 0) : undefined);
  return 0;
}

/** `log(level, text, line?)` keeps a line for the script's log. */
function log({ values, run, machine }: PrimitiveContext, state: number): number {
  const line = machine.lua.lua_type(state, 3) === LUA_TYPE.number ? machine.lua.lua_tonumberx(state, 3, 0) : undefined;
  run.log(values.readText(state, 1), values.readText(state, 2), line);
  return 0;
}

/** `json_encode(value)` → `true, text` or `false, message`. Members come sorted by name. */
function jsonEncode(context: PrimitiveContext, state: number): number {
  try {
    return succeed(context, state, stringifyJson(context.values.pull(state, 1), { sorted: true }));
  } catch (error) {
    if (isOfValue(error)) return fail(context, state, error.message, 'conversion');
    throw error;
  }
}

/** Integers of 64 bits exactly. */
export function parseJson(text: string): Value {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text) as Value;
  const reviver = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? exact(context!.source!)
      : value;
  return JSON.parse(text, reviver) as Value;
}

function exact(digits: string): bigint | number {
  const integer = BigInt(digits);
  return BigInt.asIntN(64, integer) === integer ? integer : Number(digits);
}

/** What `JSON.parse` takes though it is no text or no number: half a surrogate pair, a number out of range. */
const DOUBTFUL_JSON = /\\u[dD]|[eE]\+?\d{3}|\d{309}/;

/** `json_decode(text)` → `true, value` or `false, message`. Lists and nulls are remembered as such. */
function jsonDecode(context: PrimitiveContext, state: number): number {
  const { values, machine } = context;
  const top = machine.lua.lua_gettop(state);
  const bytes = values.viewBytes(state, 1);
  if (!isUtf8(bytes)) return fail(context, state, 'invalid UTF-8 in a string', 'json');
  const text = bytes.toString('utf8');
  const fault = DOUBTFUL_JSON.test(text) ? jsonFault(text) : undefined;
  if (fault !== undefined) return fail(context, state, fault, 'json');
  try {
    return succeed(context, state, parseJson(text));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof LuaConversionError)) throw error;
    machine.lua.lua_settop(state, top);
    const isText = error instanceof SyntaxError;
    return fail(context, state, isText ? (jsonFault(text) ?? 'no JSON') : error.message, 'json');
  }
}

/** `mark_list(table)` → the table, which is a list from now on, also when it is empty. */
function markList({ values, machine }: PrimitiveContext, state: number): number {
  values.markList(state, 1);
  machine.lua.lua_settop(state, 1);
  return 1;
}

/** `compile(text, name)` → a function, or `nil, message`. Bytecode is refused. */
function compile(context: PrimitiveContext, state: number): number {
  const status = loadText(context, state, context.values.viewBytes(state, 1), context.values.readText(state, 2));
  if (status === LUA_STATUS.ok) return 1;
  context.machine.lua.lua_pushnil(state);
  context.machine.lua.lua_rotate(state, -2, 1);
  return 2;
}

/** Compiles a text and pushes the function, or what is wrong with it. @returns a status of Lua */
export function loadText(
  { machine }: Pick<PrimitiveContext, 'machine'>,
  state: number,
  text: Uint8Array,
  name: string,
): number {
  const { lua } = machine;
  const copy = Buffer.from(text);
  // What stands in front of the line in messages; `=` has Lua show it as it is, and not as a piece of source.
  const label = Buffer.from(`=${name}\0t\0`);
  const room = lua.malloc(copy.length + label.length + 1);
  if (room === 0) throw new RunEnded('memory', 'not enough memory');
  machine.bytes.set(copy, room);
  machine.bytes.set(label, room + copy.length);
  const nameAt = room + copy.length;
  try {
    return lua.luaL_loadbufferx(state, room, copy.length, nameAt, nameAt + label.length - 2);
  } finally {
    lua.free(room);
  }
}

/**
 * The functions that the prelude is given, by name. They are all that Lua can reach outside its memory.
 * The prelude keeps them in local variables: no script sees them.
 */
export const PRIMITIVES: Readonly<Record<string, Primitive>> = {
  native,
  hostcall,
  sleep,
  limit_waits: limitWaits,
  log,
  json_encode: jsonEncode,
  json_decode: jsonDecode,
  mark_list: markList,
  compile,
};

const BY_INDEX = Object.values(PRIMITIVES);

/** Runs the primitive with this number. @returns a count of results, or one of `HOST_RESULT` */
export function callPrimitive(index: number, context: PrimitiveContext, state: number): number {
  try {
    return BY_INDEX[index](context, state);
  } catch (error) {
    if (!(error instanceof LuaConversionError)) throw error;
    context.values.pushText(state, error.message);
    return HOST_RESULT.error;
  }
}
