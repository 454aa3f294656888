import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { MemoryImage } from './memory-image.ts';
import { type BridgeHost, createBridge } from './wasm/bridge.ts';
import { type LuaExports, MASK_COUNT } from './wasm/lua-exports.ts';

const PAGE_BYTES = 65_536;

/** Bytes by which memory grows at least: V8 may collect its garbage at each growth, and Lua asks for a page at a time. */
const GROWTH_BYTES = 4 * 1024 * 1024;

/** What Lua's module begins with. */
const INITIAL_BYTES = 16 * 1024 * 1024;

/** Instructions between two calls of the hook: about 50 µs of Lua, so that deadlines and turns are kept closely and cost nothing. */
const HOOK_INSTRUCTIONS = 10_000;

/** Bytes for texts and numbers on their way into Lua; longer ones get room of their own for the moment. */
const SCRATCH_BYTES = 16 * 1024;

/** The standard libraries of a script: no io, os, debug, package. */
const LIBRARIES = [
  ['_G', 'luaopen_base'],
  ['coroutine', 'luaopen_coroutine'],
  ['math', 'luaopen_math'],
  ['string', 'luaopen_string'],
  ['table', 'luaopen_table'],
  ['utf8', 'luaopen_utf8'],
] as const;

const WASI_NOT_SUPPORTED = 52;

let compiled: WebAssembly.Module | undefined;

/** Lua 5.4 as wasmoon ships it. */
function luaModule(): WebAssembly.Module {
  if (compiled === undefined) {
    const main = createRequire(import.meta.url).resolve('wasmoon');
    compiled = new WebAssembly.Module(readFileSync(new URL('glue.wasm', `file://${main}`)));
  }
  return compiled;
}

/** Lua asked for more memory than the run may have. */
export class LuaMemoryError extends Error {}

/**
 * One Lua 5.4 with its own memory, and nothing of the world but what `host` offers. It holds one state, which runs one script at
 * a time; `takeImage` and `restore` put its whole memory back to where it was.
 */
export class LuaMachine {
  readonly lua: LuaExports;
  /** Address of the main `lua_State`. */
  readonly state: number;
  /** Index of the C function behind host functions, for `lua_pushcclosure`. */
  readonly hostFunction: number;
  /** Calls Lua so that it may be suspended. */
  readonly call: (
    state: number,
    parameters: number,
    results: number,
    handler: number,
    context: number,
    k: number,
  ) => Promise<number>;
  readonly scratch: number;
  readonly scratchBytes = SCRATCH_BYTES;
  /** Bytes that the memory may grow by, beyond what a machine begins with: its libraries, its stacks, and room that no script has used yet. */
  growthMaxBytes = Number.POSITIVE_INFINITY;
  /** True after Lua was refused memory. */
  wasRefusedMemory = false;
  readonly #breakCell: number;
  #bytes: Buffer;

  constructor(host: BridgeHost) {
    const bridge = createBridge();
    const imports = this.#imports();
    imports.env.invoke_vii = bridge.invokeVii;
    imports.env._emscripten_throw_longjmp = bridge.throwLongjmp;
    this.lua = new WebAssembly.Instance(luaModule(), imports).exports as unknown as LuaExports;
    this.#bytes = Buffer.from(this.lua.memory.buffer);
    const { hostFunction, countHook } = bridge.connect(this.lua, host);
    this.hostFunction = hostFunction;
    this.lua.__wasm_call_ctors();
    this.scratch = this.lua.malloc(SCRATCH_BYTES);
    this.#breakCell = this.#findBreakCell();
    this.state = this.lua.luaL_newstate();
    this.#openLibraries();
    this.lua.lua_sethook(this.state, countHook, MASK_COUNT, HOOK_INSTRUCTIONS);
    this.call = WebAssembly.promising(this.lua.lua_pcallk);
  }

  /** Lua's memory as it is now: growing replaces the buffer. */
  get bytes(): Buffer {
    if (this.#bytes.buffer !== this.lua.memory.buffer) this.#bytes = Buffer.from(this.lua.memory.buffer);
    return this.#bytes;
  }

  /** End of what has ever been allocated. */
  get heapEnd(): number {
    return this.bytes.readUInt32LE(this.#breakCell);
  }

  get memoryBytes(): number {
    return this.lua.memory.buffer.byteLength;
  }

  takeImage(): MemoryImage {
    const { lua } = this;
    return MemoryImage.take(this.bytes, {
      stackStart: lua.emscripten_stack_get_end(),
      stackEnd: lua.emscripten_stack_get_base(),
      heapEnd: this.heapEnd,
      stackPointer: lua.stackSave(),
    });
  }

  /** Puts every byte back that a run may have changed. */
  restore(image: MemoryImage): void {
    image.restore(this.bytes, this.heapEnd);
    this.lua.stackRestore(image.stackPointer);
    this.wasRefusedMemory = false;
  }

  #openLibraries(): void {
    const table = this.lua.__indirect_function_table;
    for (const [name, open] of LIBRARIES) {
      const index = table.grow(1);
      table.set(index, this.lua[open]);
      this.bytes.write(`${name}\0`, this.scratch, 'latin1');
      this.lua.luaL_requiref(this.state, this.scratch, index, 1);
      this.lua.lua_settop(this.state, 0);
    }
  }

  /**
   * The allocator's break is the highest address that it knows of; it never falls (Emscripten builds dlmalloc so that it cannot
   * trim). Its cell is the one that holds the largest address after a large allocation has moved it.
   */
  #findBreakCell(): number {
    const end = this.lua.emscripten_stack_get_end();
    const heapStart = this.lua.emscripten_stack_get_base();
    const before = Buffer.from(this.bytes.subarray(0, end));
    this.lua.free(this.lua.malloc(2 * PAGE_BYTES));
    let cell = 0;
    let largest = 0;
    for (let at = 1024; at + 4 <= end; at += 4) {
      const value = this.bytes.readUInt32LE(at);
      if (
        value > largest &&
        value <= this.memoryBytes &&
        before.readUInt32LE(at) >= heapStart &&
        value > before.readUInt32LE(at)
      ) {
        largest = value;
        cell = at;
      }
    }
    if (cell === 0) throw new Error('the allocator of Lua was not recognised');
    return cell;
  }

  /** Files, processes and clocks are not there; memory grows up to the limit. */
  #imports(): Record<'env' | 'wasi_snapshot_preview1', Record<string, unknown>> {
    const imports = { env: {}, wasi_snapshot_preview1: {} } as Record<
      'env' | 'wasi_snapshot_preview1',
      Record<string, unknown>
    >;
    for (const { module, name } of WebAssembly.Module.imports(luaModule())) {
      imports[module as 'env'][name] = () => (module === 'env' ? -WASI_NOT_SUPPORTED : WASI_NOT_SUPPORTED);
    }
    imports.env.abort = () => {
      throw new LuaMemoryError('Lua stopped: not enough memory');
    };
    imports.env.exit = imports.env.abort;
    imports.env.emscripten_date_now = () => Date.now();
    imports.env.emscripten_resize_heap = (bytes: number) => this.#grow(bytes >>> 0);
    return imports;
  }

  #grow(bytes: number): number {
    const limit = this.growthMaxBytes + INITIAL_BYTES;
    const wanted = Math.max(bytes, Math.min(this.memoryBytes + GROWTH_BYTES, limit));
    const more = Math.ceil((wanted - this.memoryBytes) / PAGE_BYTES);
    if (bytes > limit) {
      this.wasRefusedMemory = true;
      return 0;
    }
    try {
      this.lua.memory.grow(more);
      return 1;
    } catch {
      this.wasRefusedMemory = true;
      return 0;
    }
  }
}
