import { randomFillSync } from 'node:crypto';
import { decodeValue, stringifyJson, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { ChildOutcome, ChildRequest, ChildRun, ScriptEngine } from '../host/child/engine.ts';
import type { ScriptFailure, ScriptSource } from '../host/script-run.ts';
import type { NativeTable } from '../natives/native-function.ts';
import { LuaMachine, LuaMemoryError } from './machine.ts';
import type { MemoryImage } from './memory-image.ts';
import { callPrimitive, loadText, PRIMITIVES, type PrimitiveContext } from './primitives.ts';
import { RunControl, RunEnded } from './run-control.ts';
import { LuaConversionError, LuaValues } from './values.ts';
import { type BridgeHost, HOST_RESULT } from './wasm/bridge.ts';
import { FIRST_UPVALUE, LUA_STATUS, LUA_TYPE, REGISTRY_INDEX } from './wasm/lua-exports.ts';

/** A file of the prelude: Lua that is run once, before the image is taken. */
export interface PreludeFile {
  readonly name: string;
  readonly text: string;
}

export interface LuaEngineOptions {
  /**
   * Run in order, each with one parameter: the table of primitives. The last one must have put `serve` into it:
   * `serve(script, request, environment)` runs the script and returns `kind, status, headers, content`, where kind is
   * `json` (content is any value), `bytes` (a string), `stream` (a list of strings), `chosen` (the script's own error: a message)
   * or `failed` (a message); headers is nil or a list of `{name, value}`.
   */
  readonly prelude: readonly PreludeFile[];
  readonly natives: Readonly<Record<string, NativeTable>>;
  /** Bytes that images of scripts may take; the least recently used go. */
  readonly imagesMaxBytes?: number;
}

const IMAGES_MAX_BYTES = 64 * 1024 * 1024;

/** A machine whose memory has grown beyond this is not kept: its memory never shrinks. */
const KEPT_MEMORY_BYTES = 24 * 1024 * 1024;

/** Machines kept for the next runs: each takes some 2 MB. */
const IDLE_MACHINES_MAX = 32;

/** Calls inside one another: each takes some 70 bytes, so that they fill half of the default memory at most. */
const CALLS_MAX_DEPTH = 200_000;

/** Calls of the hook between two looks at the depth: a look walks down all calls. */
const TICKS_BETWEEN_DEPTHS = 8;

/** Milliseconds between two looks at the runs that wait. */
const SWEEP_MS = 20;

/** A script loaded into an image, or what is wrong with its text. */
type Prepared = { readonly image: MemoryImage } | { readonly problem: string };

/** A machine and what it is busy with. */
class Slot implements BridgeHost, PrimitiveContext {
  readonly machine: LuaMachine;
  readonly values: LuaValues;
  readonly natives: Readonly<Record<string, NativeTable>>;
  hostCalls = 0;
  #ticks = 0;
  #run: ChildRun | undefined;
  #control: RunControl | undefined;
  #pending: Promise<void> | undefined;
  #push: ((state: number) => number) | undefined;

  constructor(natives: Readonly<Record<string, NativeTable>>) {
    this.natives = natives;
    this.machine = new LuaMachine(this);
    this.values = new LuaValues(this.machine);
  }

  get run(): ChildRun {
    return this.#run!;
  }

  get control(): RunControl {
    return this.#control!;
  }

  begin(run: ChildRun, control: RunControl): void {
    this.#run = run;
    this.#control = control;
    this.hostCalls = 0;
    this.machine.growthMaxBytes = run.limits.memoryBytes;
  }

  end(): void {
    this.#run = undefined;
    this.#control = undefined;
    this.#pending = undefined;
    this.#push = undefined;
  }

  waitFor<T>(promise: Promise<T>, push: (state: number, value: T) => number): number {
    this.#pending = this.control.wait(promise).then((value) => {
      this.#push = (state) => push(state, value);
    });
    return HOST_RESULT.wait;
  }

  call(state: number): number {
    return callPrimitive(this.machine.lua.lua_tonumberx(state, FIRST_UPVALUE, 0), this, state);
  }

  async wait(): Promise<number> {
    await this.#pending;
    return 0;
  }

  settle(state: number): number {
    try {
      return this.#push!(state);
    } catch (error) {
      if (!(error instanceof LuaConversionError)) throw error;
      this.values.pushText(state, error.message);
      return HOST_RESULT.error;
    }
  }

  tick(state: number): number {
    if (this.#control === undefined) return 0; // the prelude loads
    if (++this.#ticks % TICKS_BETWEEN_DEPTHS === 0) this.#checkDepth(state);
    return this.#control.tick() ? 1 : 0;
  }

  /** Raises Lua's own error for calls that are too deep inside one another: its own limit takes more memory than a run has. */
  #checkDepth(state: number): void {
    const { lua, scratch } = this.machine;
    if (lua.lua_getstack(state, CALLS_MAX_DEPTH, scratch) === 0) return;
    lua.luaL_where(state, 0);
    this.values.pushText(state, 'stack overflow');
    lua.lua_concat(state, 2);
    lua.lua_error(state);
  }

  async yieldTurn(): Promise<number> {
    await this.control.yieldTurn();
    return 0;
  }
}

/**
 * Runs Lua scripts. Each run begins from the memory image of its script: the libraries and the API loaded, the script compiled,
 * nothing run. Runs that wait, or that have computed for some milliseconds, leave the thread to others.
 */
export class LuaEngine implements ScriptEngine {
  readonly #options: LuaEngineOptions;
  readonly #imagesMaxBytes: number;
  readonly #idle: Slot[] = [];
  readonly #running = new Map<ChildRun, RunControl>();
  /** In order of use, the oldest first. */
  readonly #prepared = new Map<string, Prepared>();
  #preparedBytes = 0;
  #base: MemoryImage | undefined;
  #serve = 0n;
  #seed = 0n;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: LuaEngineOptions) {
    this.#options = options;
    this.#imagesMaxBytes = options.imagesMaxBytes ?? IMAGES_MAX_BYTES;
    this.#idle.push(this.#newSlot());
  }

  async run(run: ChildRun): Promise<ChildOutcome> {
    const control = new RunControl(run.deadlineMs, run.limits.timeoutMs);
    const slot = this.#idle.pop() ?? this.#newSlot();
    slot.begin(run, control);
    this.#track(run, control);
    let isReusable = false;
    try {
      const prepared = this.#prepare(slot, run.source);
      if ('problem' in prepared) {
        isReusable = true;
        return failure('error', 500, prepared.problem);
      }
      slot.machine.restore(prepared.image);
      const outcome = await this.#serveRequest(slot, run);
      isReusable = true;
      return outcome;
    } catch (error) {
      isReusable = error instanceof RunEnded;
      return this.#ended(error, run.source);
    } finally {
      slot.end();
      this.#running.delete(run);
      if (isReusable) this.#keep(slot);
    }
  }

  #keep(slot: Slot): void {
    if (slot.machine.memoryBytes <= KEPT_MEMORY_BYTES && this.#idle.length < IDLE_MACHINES_MAX) this.#idle.push(slot);
  }

  /** Looks after runs that wait: they cannot see the clock themselves. */
  #track(run: ChildRun, control: RunControl): void {
    this.#running.set(run, control);
    this.#sweeper ??= setInterval(() => {
      const nowMs = performance.now();
      for (const [each, its] of this.#running) its.sweep(nowMs, each.isCancelled);
      if (this.#running.size > 0) return;
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }, SWEEP_MS);
  }

  /** A machine with the prelude loaded. Machines are made alike to the byte, so that one's image fits all. */
  #newSlot(): Slot {
    const slot = new Slot(this.#options.natives);
    if (this.#base !== undefined) slot.machine.restore(this.#base);
    else this.#loadPrelude(slot);
    return slot;
  }

  #loadPrelude({ machine, values }: Slot): void {
    const { lua, state } = machine;
    lua.lua_createtable(state, 0, 16);
    for (const [index, name] of Object.keys(PRIMITIVES).entries()) {
      values.pushText(state, name);
      lua.lua_pushnumber(state, index);
      lua.lua_pushcclosure(state, machine.hostFunction, 1);
      lua.lua_rawset(state, 1);
    }
    for (const { name, text } of this.#options.prelude) {
      let status = loadText({ machine }, state, Buffer.from(text), name);
      if (status === LUA_STATUS.ok) {
        lua.lua_pushvalue(state, 1);
        status = lua.lua_pcallk(state, 1, 0, 0, 0, 0);
      }
      if (status !== LUA_STATUS.ok) throw new Error(`the prelude does not load: ${values.readText(state, -1)}`);
    }
    values.pushText(state, 'serve');
    if (lua.lua_rawget(state, 1) !== LUA_TYPE.function) throw new Error('the prelude has no function serve');
    this.#serve = BigInt(lua.luaL_ref(state, REGISTRY_INDEX));
    values.pushText(state, 'randomseed');
    lua.lua_rawget(state, 1);
    this.#seed = BigInt(lua.luaL_ref(state, REGISTRY_INDEX));
    lua.lua_settop(state, 0);
    this.#base = machine.takeImage();
  }

  /** The image of a script, its function on the stack. */
  #prepare(slot: Slot, source: ScriptSource): Prepared {
    const known = this.#prepared.get(source.fingerprint);
    if (known !== undefined) {
      this.#prepared.delete(source.fingerprint);
      this.#prepared.set(source.fingerprint, known);
      return known;
    }
    const { machine, values } = slot;
    machine.restore(this.#base!);
    const status = loadText({ machine }, machine.state, Buffer.from(source.code), source.name);
    const prepared: Prepared =
      status === LUA_STATUS.ok ? { image: machine.takeImage() } : { problem: values.readText(machine.state, -1) };
    this.#prepared.set(source.fingerprint, prepared);
    this.#preparedBytes += sizeOf(prepared);
    for (const [fingerprint, oldest] of this.#prepared) {
      if (this.#preparedBytes <= this.#imagesMaxBytes || oldest === prepared) break;
      this.#prepared.delete(fingerprint);
      this.#preparedBytes -= sizeOf(oldest);
    }
    return prepared;
  }

  async #serveRequest(slot: Slot, run: ChildRun): Promise<ChildOutcome> {
    const { machine, values } = slot;
    const { lua, state } = machine;
    this.#seedRandom(slot);
    lua.lua_rawgeti(state, REGISTRY_INDEX, this.#serve);
    lua.lua_rotate(state, 1, 1);
    values.push(state, requestTable(run.request));
    values.push(state, run.environment);
    const status = await machine.call(state, 3, 4, 0, 0, 0);
    if (status !== LUA_STATUS.ok) return this.#failed(slot, run, values.readText(state, -1));
    return this.#outcome(slot, run);
  }

  /** Every run has its own sequence of random numbers: the image's would be the same for all. */
  #seedRandom({ machine: { lua, state } }: Slot): void {
    const seed = new BigInt64Array(2);
    randomFillSync(seed);
    lua.lua_rawgeti(state, REGISTRY_INDEX, this.#seed);
    lua.lua_pushinteger(state, seed[0]);
    lua.lua_pushinteger(state, seed[1]);
    lua.lua_callk(state, 2, 0, 0, 0);
  }

  #outcome(slot: Slot, run: ChildRun): ChildOutcome {
    const { machine, values } = slot;
    const { state } = machine;
    const kind = values.readText(state, 1);
    const status = machine.lua.lua_tonumberx(state, 2, 0);
    // A list of Lua that is empty may come as an object.
    const given = values.pull(state, 3);
    const headers = (Array.isArray(given) ? given : []) as [string, string][];
    if (kind === 'failed') return { ...this.#failed(slot, run, values.readText(state, 4)), headers };
    if (kind === 'chosen') return { ...failure('error', status, values.readText(state, 4)), headers, isChosen: true };
    return this.#answer(slot, run, kind, status, headers);
  }

  #answer(slot: Slot, run: ChildRun, kind: string, status: number, headers: [string, string][]): ChildOutcome {
    const { values, machine } = slot;
    const { state } = machine;
    let body: Uint8Array;
    let resultJson: string | undefined;
    try {
      if (kind === 'json') {
        resultJson = stringifyJson(values.pull(state, 4));
        body = Buffer.from(resultJson);
      } else if (kind === 'stream') {
        body = Buffer.concat(
          (values.pull(state, 4, { allowsBytes: true }) as (string | Uint8Array)[]).map((part) =>
            Buffer.from(part as string),
          ),
        );
      } else body = new Uint8Array(values.viewBytes(state, 4));
    } catch (error) {
      if (!(error instanceof LuaConversionError) && !(error instanceof Error && error.name === 'ValueLimitError'))
        throw error;
      return { ...failure('error', 500, `${run.source.name}: the result is no JSON: ${error.message}`), headers };
    }
    if (body.length > run.limits.resultBytes) {
      return failure('limit', 500, `${run.source.name}: the result is larger than ${run.limits.resultBytes} bytes`);
    }
    return { kind: 'answer', status, headers, body, ...(resultJson === undefined ? {} : { resultJson }) };
  }

  #failed({ machine }: Slot, run: ChildRun, message: string): ScriptFailure {
    const isMemory = machine.wasRefusedMemory && message.includes('not enough memory');
    if (!isMemory) return failure('error', 500, message);
    return failure(
      'memory',
      500,
      `${run.source.name}: not enough memory: the limit is ${run.limits.memoryBytes} bytes`,
    );
  }

  #ended(error: unknown, { name }: ScriptSource): ScriptFailure {
    if (error instanceof RunEnded)
      return failure(error.reason, error.reason === 'timeout' ? 504 : 500, `${name}: ${error.message}`);
    if (error instanceof LuaMemoryError) return failure('memory', 500, `${name}: not enough memory`);
    if (error instanceof RangeError) return failure('error', 500, `${name}: stack overflow`);
    return failure('error', 500, `${name}: the script broke its sandbox's rules and was ended`);
  }
}

function sizeOf(prepared: Prepared): number {
  return 'image' in prepared ? prepared.image.byteLength : prepared.problem.length;
}

function failure(reason: ScriptFailure['reason'], status: number, message: string): ScriptFailure {
  return { kind: 'failure', reason, status, message, headers: [], isChosen: false };
}

function requestTable(request: ChildRequest): ValueObject {
  const { method, path, query, params, headers, body, user, database, service, isWebSocket } = request;
  const table: ValueObject = { method, path, query, params, headers, is_websocket: isWebSocket, database, service };
  if (body !== undefined) table.body = decodeValue(body);
  if (user !== undefined) table.user = { username: user.username, roles: [...user.roles] as Value[] };
  return table;
}
