import { randomFillSync } from 'node:crypto';
import { decodeValue, stringifyJson, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { ChildOutcome, ChildRequest, ChildRun, ScriptEngine } from '../host/child/engine.ts';
import type { ScriptFailure, ScriptSource } from '../host/script-run.ts';
import type { NativeTable } from '../natives/native-function.ts';
import { LuaMemoryError } from './machine.ts';
import type { MemoryImage } from './memory-image.ts';
import { type PreparedScript, PreparedScripts } from './prepared-scripts.ts';
import { isOfValue, loadText, PRIMITIVES } from './primitives.ts';
import { RunControl, RunEnded } from './run-control.ts';
import { ScriptMachine } from './script-machine.ts';
import { LUA_STATUS, LUA_TYPE, REGISTRY_INDEX } from './wasm/lua-exports.ts';

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

/** A machine whose memory has grown beyond this is not kept: its memory never shrinks. */
const KEPT_MEMORY_BYTES = 24 * 1024 * 1024;

/** Machines kept for the next runs: each takes some 2 MB. */
const IDLE_MACHINES_MAX = 32;

/** Milliseconds between two looks at the runs that wait. */
const SWEEP_MS = 20;

/**
 * Runs Lua scripts. Each run begins from the memory image of its script: the libraries and the API loaded, the script compiled,
 * nothing run. Runs that wait, or that have computed for some milliseconds, leave the thread to others.
 */
export class LuaEngine implements ScriptEngine {
  readonly #options: LuaEngineOptions;
  readonly #idle: ScriptMachine[] = [];
  readonly #running = new Map<ChildRun, RunControl>();
  readonly #prepared: PreparedScripts;
  #base: MemoryImage | undefined;
  #serve = 0n;
  #seed = 0n;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: LuaEngineOptions) {
    this.#options = options;
    this.#prepared = new PreparedScripts(options.imagesMaxBytes);
    this.#idle.push(this.#newSlot());
  }

  async run(run: ChildRun): Promise<ChildOutcome> {
    const control = new RunControl(run.deadlineMs, run.limits.timeoutMs, () => run.computes());
    const slot = this.#idle.pop() ?? this.#newSlot();
    slot.begin(run, control);
    this.#track(run, control);
    let isReusable = false;
    try {
      const prepared = this.#prepared.of(run.source, () => this.#load(slot, run.source));
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

  #keep(slot: ScriptMachine): void {
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
  #newSlot(): ScriptMachine {
    const slot = new ScriptMachine(this.#options.natives);
    if (this.#base !== undefined) slot.machine.restore(this.#base);
    else this.#loadPrelude(slot);
    return slot;
  }

  #loadPrelude({ machine, values }: ScriptMachine): void {
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

  /** Compiles a script over the prelude: its function stays on the stack. */
  #load({ machine, values }: ScriptMachine, source: ScriptSource): PreparedScript {
    machine.restore(this.#base!);
    const status = loadText({ machine }, machine.state, Buffer.from(source.code), source.name);
    return status === LUA_STATUS.ok ? { image: machine.takeImage() } : { problem: values.readText(machine.state, -1) };
  }

  async #serveRequest(slot: ScriptMachine, run: ChildRun): Promise<ChildOutcome> {
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
  #seedRandom({ machine: { lua, state } }: ScriptMachine): void {
    const seed = new BigInt64Array(2);
    randomFillSync(seed);
    lua.lua_rawgeti(state, REGISTRY_INDEX, this.#seed);
    lua.lua_pushinteger(state, seed[0]);
    lua.lua_pushinteger(state, seed[1]);
    lua.lua_callk(state, 2, 0, 0, 0);
  }

  #outcome(slot: ScriptMachine, run: ChildRun): ChildOutcome {
    const { machine, values } = slot;
    const { state } = machine;
    const kind = values.readText(state, 1);
    const status = machine.lua.lua_tonumberx(state, 2, 0);
    // A list of Lua that is empty may come as an object.
    const given = values.pull(state, 3);
    const headers = (Array.isArray(given) ? given : []) as [string, string][];
    if ((kind === 'failed' || kind === 'chosen') && values.viewBytes(state, 4).length > run.limits.resultBytes) {
      return tooLarge(run);
    }
    if (kind === 'failed') return { ...this.#failed(slot, run, values.readText(state, 4)), headers };
    if (kind === 'chosen') return { ...failure('error', status, values.readText(state, 4)), headers, isChosen: true };
    return this.#answer(slot, run, kind, status, headers);
  }

  #answer(slot: ScriptMachine, run: ChildRun, kind: string, status: number, headers: [string, string][]): ChildOutcome {
    const { values, machine } = slot;
    const { state } = machine;
    let body: Uint8Array;
    let resultJson: string | undefined;
    try {
      if (kind === 'json') {
        resultJson = stringifyJson(values.pull(state, 4), { sorted: true });
        body = Buffer.from(resultJson);
      } else if (kind === 'stream') {
        const parts = values.pull(state, 4, { allowsBytes: true });
        // A list of Lua that is empty may come as an object.
        const list = Array.isArray(parts) ? (parts as (string | Uint8Array)[]) : [];
        body = Buffer.concat(list.map((part) => Buffer.from(part as string)));
      } else body = new Uint8Array(values.viewBytes(state, 4));
    } catch (error) {
      if (!isOfValue(error)) throw error;
      return { ...failure('error', 500, `${run.source.name}: the result is no JSON: ${error.message}`), headers };
    }
    if (body.length > run.limits.resultBytes) return tooLarge(run);
    return { kind: 'answer', status, headers, body, ...(resultJson === undefined ? {} : { resultJson }) };
  }

  #failed({ machine }: ScriptMachine, run: ChildRun, message: string): ScriptFailure {
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

function failure(reason: ScriptFailure['reason'], status: number, message: string): ScriptFailure {
  return { kind: 'failure', reason, status, message, headers: [], isChosen: false };
}

function tooLarge({ source, limits }: ChildRun): ScriptFailure {
  return failure('limit', 500, `${source.name}: the result is larger than ${limits.resultBytes} bytes`);
}

function requestTable(request: ChildRequest): ValueObject {
  const { method, path, query, params, headers, body, user, database, service, isWebSocket } = request;
  const table: ValueObject = { method, path, query, params, headers, is_websocket: isWebSocket, database, service };
  if (body !== undefined) table.body = decodeValue(body);
  if (user !== undefined) table.user = { username: user.username, roles: [...user.roles] as Value[] };
  return table;
}
