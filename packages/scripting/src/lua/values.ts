import { isUtf8 } from 'node:buffer';
import { setMember, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { LuaMachine } from './machine.ts';
import { LUA_TYPE, REGISTRY_INDEX } from './wasm/lua-exports.ts';

/** Levels of tables inside one another: as many as a stored document may have; deeper ones are cycles or attacks. */
const TABLE_MAX_DEPTH = 100;

/** Elements and members of one converted value: two million small tables fill the default memory of a run. */
const VALUE_MAX_ELEMENTS = 4 * 1024 * 1024;

/**
 * Bytes of the texts and names in one converted value: twice what a run has by default. A table may name one long text a million
 * times: in Lua that is one text, outside it would be a million.
 */
const VALUE_MAX_TEXT_BYTES = 128 * 1024 * 1024;

/** Elements between two looks at the clock: some milliseconds of converting. */
const ELEMENTS_BETWEEN_LOOKS = 64 * 1024;

/** A table whose largest index is beyond this many times its elements, and this many more, is an object: its array would be holes. */
const ARRAY_HOLES_FACTOR = 8;
const ARRAY_HOLES_FREE = 1_000;

/** Names kept as bytes: those of a few hundred kinds of documents. */
const KEY_CACHE_MAX = 2_000;

/** A value of Lua that cannot leave it: cycles, texts that are no UTF-8, keys that are no names. */
export class LuaConversionError extends Error {}

export interface PullOptions {
  /** Bytes that are no UTF-8 become a Uint8Array instead of an error. */
  readonly allowsBytes?: boolean;
  /** NaN and infinities stay instead of becoming null. */
  readonly allowsNonFinite?: boolean;
}

/** What a table was when it came from outside: the positions or names that were null are nil in Lua. */
interface Shape {
  readonly isList: boolean;
  readonly nulls: readonly Value[];
}

/**
 * Values between JavaScript and the stack of a Lua machine.
 *
 * Null in JSON reads as nil in Lua, and an empty list as an empty table. What such tables were is remembered beside them
 * (`shapes`: a table with weak keys in the registry), so that they are given back as they came:
 * true for a list, the positions of its nulls if it had any, the names that were null for an object.
 */
export class LuaValues {
  readonly #machine: LuaMachine;
  /** Reference of `shapes` in the registry. */
  readonly #shapes: bigint;
  /** Bytes of member names that come again and again. */
  readonly #keys = new Map<string, Buffer>();
  #elements = 0;
  #textBytes = 0;
  #elementsAtLook = 0;
  #options: PullOptions = {};
  /** Throws when the run that is being served is over; the conversion of a large value calls it now and then. */
  lookAtClock: (() => void) | undefined;

  constructor(machine: LuaMachine) {
    this.#machine = machine;
    const { lua, state } = machine;
    lua.lua_createtable(state, 0, 0);
    lua.lua_createtable(state, 0, 1);
    this.pushText(state, '__mode');
    this.pushText(state, 'k');
    lua.lua_rawset(state, -3);
    lua.lua_setmetatable(state, -2);
    this.#shapes = BigInt(lua.luaL_ref(state, REGISTRY_INDEX));
  }

  pushText(state: number, text: string): void {
    const { scratch, scratchBytes, bytes, lua } = this.#machine;
    if (text.length * 3 <= scratchBytes) {
      const length = bytes.write(text, scratch);
      lua.lua_pushlstring(state, scratch, length);
    } else this.pushBytes(state, Buffer.from(text));
  }

  pushBytes(state: number, value: Uint8Array): void {
    const { scratch, scratchBytes, lua } = this.#machine;
    if (value.length <= scratchBytes) {
      this.#machine.bytes.set(value, scratch);
      lua.lua_pushlstring(state, scratch, value.length);
      return;
    }
    const room = lua.malloc(value.length);
    if (room === 0) throw new LuaConversionError('not enough memory');
    this.#machine.bytes.set(value, room);
    try {
      lua.lua_pushlstring(state, room, value.length);
    } finally {
      lua.free(room);
    }
  }

  /** Pushes a value; absent and null are nil. Lists and nulls are remembered as such. */
  push(state: number, value: Value | undefined, depth = 0): void {
    const { lua } = this.#machine;
    switch (typeof value) {
      case 'string':
        this.pushText(state, value);
        break;
      case 'number':
        if (Number.isSafeInteger(value)) lua.lua_pushinteger(state, BigInt(value));
        else lua.lua_pushnumber(state, value);
        break;
      case 'bigint':
        if (BigInt.asIntN(64, value) === value) lua.lua_pushinteger(state, value);
        else lua.lua_pushnumber(state, Number(value));
        break;
      case 'boolean':
        lua.lua_pushboolean(state, value ? 1 : 0);
        break;
      case 'object':
        if (value === null) lua.lua_pushnil(state);
        else this.#pushObject(state, value, depth);
        break;
      default:
        lua.lua_pushnil(state);
    }
  }

  #pushObject(state: number, value: object, depth: number): void {
    if (value instanceof Date) this.pushText(state, value.toISOString());
    else if (value instanceof Uint8Array) this.pushBytes(state, value);
    else {
      if (depth > TABLE_MAX_DEPTH) throw new LuaConversionError('value nested too deep');
      if (this.#machine.lua.lua_checkstack(state, 8) === 0) throw new LuaConversionError('not enough memory');
      if (Array.isArray(value)) this.#pushList(state, value, depth);
      else this.#pushMembers(state, value as ValueObject, depth);
    }
  }

  #pushList(state: number, list: readonly Value[], depth: number): void {
    const { lua } = this.#machine;
    const nulls: number[] = [];
    lua.lua_createtable(state, list.length, 0);
    for (let i = 0; i < list.length; i++) {
      if (list[i] === null) nulls.push(i + 1);
      else {
        this.push(state, list[i], depth + 1);
        lua.lua_rawseti(state, -2, BigInt(i + 1));
      }
    }
    if (nulls.length === 0) this.markList(state, -1);
    else this.#rememberAll(state, nulls);
  }

  #pushMembers(state: number, object: ValueObject, depth: number): void {
    const { lua } = this.#machine;
    const names = Object.keys(object);
    let nulls: string[] | undefined;
    lua.lua_createtable(state, 0, names.length);
    for (const name of names) {
      const value = object[name];
      if (value === null) {
        nulls ??= [];
        nulls.push(name);
        continue;
      }
      this.#pushKey(state, name);
      this.push(state, value, depth + 1);
      lua.lua_rawset(state, -3);
    }
    if (nulls !== undefined) this.#rememberAll(state, nulls);
  }

  /** Notes the nulls of the table on top of the stack: positions of a list, names of an object. */
  #rememberAll(state: number, nulls: readonly (number | string)[]): void {
    const { lua } = this.#machine;
    this.#remember(state, -1, () => {
      lua.lua_createtable(state, nulls.length, 0);
      for (let i = 0; i < nulls.length; i++) {
        this.push(state, nulls[i]);
        lua.lua_rawseti(state, -2, BigInt(i + 1));
      }
    });
  }

  #pushKey(state: number, name: string): void {
    let bytes = this.#keys.get(name);
    if (bytes === undefined) {
      bytes = Buffer.from(name);
      if (bytes.length > this.#machine.scratchBytes) {
        this.pushBytes(state, bytes);
        return;
      }
      if (this.#keys.size >= KEY_CACHE_MAX) this.#keys.clear();
      this.#keys.set(name, bytes);
    }
    this.#machine.bytes.set(bytes, this.#machine.scratch);
    this.#machine.lua.lua_pushlstring(state, this.#machine.scratch, bytes.length);
  }

  /** Notes what the table at `index` was: `pushShape` pushes it. */
  #remember(state: number, index: number, pushShape: () => void): void {
    const { lua } = this.#machine;
    const table = lua.lua_absindex(state, index);
    lua.lua_rawgeti(state, REGISTRY_INDEX, this.#shapes);
    lua.lua_pushvalue(state, table);
    pushShape();
    lua.lua_rawset(state, -3);
    lua.lua_settop(state, -2);
  }

  /** Makes the table at `index` a list for good, also when it is empty. */
  markList(state: number, index: number): void {
    this.#remember(state, index, () => this.#machine.lua.lua_pushboolean(state, 1));
  }

  /** The bytes of the string at `index`, valid until Lua runs again. */
  viewBytes(state: number, index: number): Buffer {
    const { lua, scratch } = this.#machine;
    const start = lua.lua_tolstring(state, index, scratch);
    const { bytes } = this.#machine;
    return bytes.subarray(start, start + bytes.readUInt32LE(scratch));
  }

  /** The string at `index` as text; what is no UTF-8 becomes U+FFFD. */
  readText(state: number, index: number): string {
    const { lua, scratch } = this.#machine;
    const start = lua.lua_tolstring(state, index, scratch);
    const { bytes } = this.#machine;
    return bytes.toString('utf8', start, start + bytes.readUInt32LE(scratch));
  }

  /** The value at `index`. @throws LuaConversionError */
  pull(state: number, index: number, options: PullOptions = {}): Value {
    this.#elements = 0;
    this.#elementsAtLook = 0;
    this.#textBytes = 0;
    this.#options = options;
    return this.#pull(state, this.#machine.lua.lua_absindex(state, index), 0);
  }

  #pull(state: number, index: number, depth: number): Value {
    const { lua } = this.#machine;
    switch (lua.lua_type(state, index)) {
      case LUA_TYPE.boolean:
        return lua.lua_toboolean(state, index) !== 0;
      case LUA_TYPE.number:
        return this.#pullNumber(state, index);
      case LUA_TYPE.string:
        return this.#pullString(state, index);
      case LUA_TYPE.table:
        return this.#pullTable(state, index, depth + 1);
      default:
        return null;
    }
  }

  #pullNumber(state: number, index: number): Value {
    const { lua } = this.#machine;
    if (lua.lua_isinteger(state, index) !== 0) {
      const integer = lua.lua_tointegerx(state, index, 0);
      const number = Number(integer);
      return Number.isSafeInteger(number) ? number : integer;
    }
    const number = lua.lua_tonumberx(state, index, 0);
    return Number.isFinite(number) || this.#options.allowsNonFinite === true ? number : null;
  }

  #pullString(state: number, index: number): Value {
    const view = this.viewBytes(state, index);
    this.#countText(view.length);
    if (isUtf8(view)) return view.toString('utf8');
    if (this.#options.allowsBytes === true) return new Uint8Array(view);
    throw new LuaConversionError('invalid UTF-8 in a string');
  }

  #pullTable(state: number, index: number, depth: number): Value {
    const { lua } = this.#machine;
    if (depth > TABLE_MAX_DEPTH) throw new LuaConversionError('table nested too deep, or containing itself');
    if (lua.lua_checkstack(state, 8) === 0) throw new LuaConversionError('not enough memory');
    const { length, count } = this.#arrayLength(state, index);
    this.#countElements(count + 1);
    const shape = this.#shapeOf(state, index);
    if (length === undefined || (count === 0 && shape?.isList !== true)) {
      return this.#pullMembers(state, index, depth, shape?.nulls ?? []);
    }
    return this.#pullList(state, index, withTrailingNulls(length, shape?.nulls), depth);
  }

  #countElements(count: number): void {
    this.#elements += count;
    if (this.#elements > VALUE_MAX_ELEMENTS) throw new LuaConversionError(`more than ${VALUE_MAX_ELEMENTS} elements`);
    if (this.#elements - this.#elementsAtLook < ELEMENTS_BETWEEN_LOOKS) return;
    this.#elementsAtLook = this.#elements;
    this.lookAtClock?.();
  }

  #countText(bytes: number): void {
    this.#textBytes += bytes;
    if (this.#textBytes > VALUE_MAX_TEXT_BYTES) {
      throw new LuaConversionError(`more than ${VALUE_MAX_TEXT_BYTES} bytes of text`);
    }
  }

  /** The highest index when all keys are positive integers, and how many keys there are. */
  #arrayLength(state: number, index: number): { length: number | undefined; count: number } {
    const { lua } = this.#machine;
    let length = 0;
    let count = 0;
    lua.lua_pushnil(state);
    while (lua.lua_next(state, index) !== 0) {
      lua.lua_settop(state, -2);
      count++;
      if (lua.lua_type(state, -1) !== LUA_TYPE.number || lua.lua_isinteger(state, -1) === 0) length = Number.NaN;
      else {
        const key = lua.lua_tonumberx(state, -1, 0);
        if (key < 1) length = Number.NaN;
        else if (key > length) length = key;
      }
    }
    const isList = !Number.isNaN(length) && length <= count * ARRAY_HOLES_FACTOR + ARRAY_HOLES_FREE;
    return { length: isList ? length : undefined, count };
  }

  /** What the table at `index` was when it came from outside. */
  #shapeOf(state: number, index: number): Shape | undefined {
    const { lua } = this.#machine;
    lua.lua_rawgeti(state, REGISTRY_INDEX, this.#shapes);
    lua.lua_pushvalue(state, index);
    const type = lua.lua_rawget(state, -2);
    let shape: Shape | undefined;
    if (type === LUA_TYPE.boolean) shape = { isList: true, nulls: [] };
    else if (type === LUA_TYPE.table) shape = this.#readShape(state);
    lua.lua_settop(state, -3);
    return shape;
  }

  #readShape(state: number): Shape {
    const { lua } = this.#machine;
    const nulls: Value[] = [];
    const length = lua.lua_rawlen(state, -1);
    for (let i = 1; i <= length; i++) {
      lua.lua_rawgeti(state, -1, BigInt(i));
      nulls.push(this.#pull(state, -1, 0));
      lua.lua_settop(state, -2);
    }
    return { isList: typeof nulls[0] === 'number', nulls };
  }

  #pullList(state: number, index: number, length: number, depth: number): Value[] {
    const { lua } = this.#machine;
    const list: Value[] = [];
    for (let i = 1; i <= length; i++) {
      lua.lua_rawgeti(state, index, BigInt(i));
      list.push(this.#pull(state, lua.lua_gettop(state), depth));
      lua.lua_settop(state, -2);
    }
    return list;
  }

  #pullMembers(state: number, index: number, depth: number, nulls: readonly Value[]): ValueObject {
    const { lua } = this.#machine;
    const members: [string, Value][] = [];
    lua.lua_pushnil(state);
    while (lua.lua_next(state, index) !== 0) {
      members.push([this.#memberName(state), this.#pull(state, lua.lua_gettop(state), depth)]);
      lua.lua_settop(state, -2);
    }
    if (nulls.length > 0) {
      const present = new Set(members.map(([name]) => name));
      for (const name of nulls) if (typeof name === 'string' && !present.has(name)) members.push([name, null]);
    }
    members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const object: ValueObject = {};
    for (const [name, value] of members) setMember(object, name, value);
    return object;
  }

  /** The key below the value that `lua_next` pushed. */
  #memberName(state: number): string {
    const { lua } = this.#machine;
    const type = lua.lua_type(state, -2);
    if (type === LUA_TYPE.string) {
      const view = this.viewBytes(state, -2);
      this.#countText(view.length);
      if (!isUtf8(view)) throw new LuaConversionError('invalid UTF-8 in a key');
      return view.toString('utf8');
    }
    if (type !== LUA_TYPE.number) throw new LuaConversionError('a key of a table is neither text nor number');
    // lua_tolstring would change the key itself and lead lua_next astray.
    lua.lua_pushvalue(state, -2);
    const name = this.readText(state, -1);
    lua.lua_settop(state, -2);
    return name;
  }
}

/** The length with the remembered nulls that follow the last element, as long as nothing between them has gone. */
function withTrailingNulls(length: number, nulls: readonly Value[] = []): number {
  let end = length;
  for (const position of nulls) if (position === end + 1) end++;
  return end;
}
