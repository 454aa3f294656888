/**
 * Ways that have led out of sandboxes. Each is the body of an async function that gets `request` and `db`, and returns whatever it
 * has got hold of: an object, a function, a list of them. The test follows each to its realm.
 */
export const ESCAPE_ATTEMPTS: Readonly<Record<string, string>> = {
  // Constructor chains
  request: 'return request',
  'members of the request': 'return [request.headers, request.query, request.params, request.user, request.body]',
  db: 'return db',
  'methods of db': 'return Object.getOwnPropertyNames(db).map((n) => db[n])',
  'a collection': "return db.collection('a')",
  'methods of a collection': "const c = db.collection('a'); return Object.getOwnPropertyNames(c).map((n) => c[n])",
  'a promise of db': "return [db.query('RETURN 1')]",
  rows: "return [await db.query('RETURN 1')]",
  'a document': "return await db.collection('a').get('x')",
  'an error of db': "try { await db.collection('a').get('missing'); } catch (e) { return [e, e.stack, e.code] }",
  bytes: "const b = await solidb.file_read('k'); return [b, b.buffer, b.buffer.constructor]",
  response: 'return [response, ...Object.getOwnPropertyNames(response).map((n) => response[n])]',
  'an answer':
    "return [[response.json(1)], [response.text('')], [response.stream([])]].map((a) => [a[0].constructor, Object.getPrototypeOf(a[0])])",
  'an error of response':
    "try { response.error('x', 404); } catch (e) { return [e, Object.getPrototypeOf(e), e.constructor] }",
  console: 'return [console, ...Object.getOwnPropertyNames(console).map((n) => console[n])]',
  fetch: "return [fetch, fetch('http://x').catch(() => 1)]",
  'what fetch gives':
    "const r = await fetch('http://x'); return [r, r.headers, r.text, r.headers.get, await r.bytes()]",
  sleep: 'return [sleep, sleep(1)]',
  solidb: 'return [solidb, ...Object.getOwnPropertyNames(solidb).map((n) => solidb[n])]',
  'tables of solidb':
    "return ['crypto', 'time', 'auth', 'job', 'ws', 'session'].flatMap((t) => Object.getOwnPropertyNames(solidb[t]).map((n) => solidb[t][n]))",
  'results of natives': 'return [solidb.crypto.random_bytes(4), solidb.time.iso, solidb.validate_detailed({}, {})]',
  'an error of a native': "try { solidb.crypto.base32_decode('!!!'); } catch (e) { return [e, e.constructor] }",
  'a shared module': "return [await solidb.module('m')]",
  'the error of a module': "try { await solidb.module('broken'); } catch (e) { return [e, e.constructor] }",
  'a transaction':
    "let kept; await db.transaction(async (tx) => { kept = [tx, tx.collection('a').get]; }); return kept",
  // Global objects
  'every global': 'return Object.getOwnPropertyNames(globalThis).map((n) => globalThis[n])',
  'the prototype of the global': 'return [Object.getPrototypeOf(globalThis), globalThis.__proto__?.__proto__]',
  'symbols of the global': 'return Object.getOwnPropertySymbols(globalThis).map((s) => globalThis[s])',
  'this of a sloppy function': "return new Function('return this')()",
  'indirect eval': "return (0, eval)('this')",
  'a function made of text': "return [Function('return [this, typeof process, typeof require]')()]",
  'an async function made of text': "return [await (async () => {}).constructor('return this')()]",
  'a generator made of text': "return [[...(function* () {}).constructor('yield this')()]]",
  'an async generator made of text':
    "for await (const v of (async function* () {}).constructor('yield this')()) return v",
  'a setTimeout of strings': "return typeof setTimeout === 'undefined' ? {} : setTimeout('this')",
  'names of Node':
    "return ['process', 'require', 'module', 'Buffer', 'global', 'exports', 'setImmediate', 'queueMicrotask', 'structuredClone', 'ivm', '$sandbox', '$0', 'kernel', 'link'].filter((n) => n in globalThis)",
  'removed globals': "return ['WebAssembly'].filter((n) => n in globalThis)",
  'wasm through an instance': "return typeof WebAssembly === 'undefined' ? {} : new WebAssembly.Memory({ initial: 1 })",
  'a wait that blocks': 'try { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); } catch (e) { return e }',
  waitAsync: 'return Atomics.waitAsync ?? {}',
  // import
  'import of a file': "try { return await import('fs'); } catch (e) { return [e, e.constructor] }",
  'import of node:process': "try { return await import('node:process'); } catch (e) { return [e] }",
  'import of data': "try { return await import('data:text/javascript,export default this'); } catch (e) { return [e] }",
  'import of the script itself': "try { return await import('script'); } catch (e) { return [e] }",
  'import of the launcher': "try { return await import('<launch>'); } catch (e) { return [e] }",
  'import in eval': 'try { return await eval(\'import("fs")\'); } catch (e) { return [e] }',
  'import in a function made of text':
    'try { return await new Function(\'return import("fs")\')(); } catch (e) { return [e] }',
  'import.meta': 'return [import.meta, Object.getOwnPropertyNames(import.meta)]',
  'members of import.meta': 'return [import.meta.begin, import.meta.exported, import.meta.url, import.meta.resolve]',
  // Stacks
  'frames of a stack':
    'Error.prepareStackTrace = (e, frames) => frames; const f = new Error().stack; return f.flatMap((c) => [c.getThis(), c.getFunction(), c.constructor])',
  'frames inside a callback of db':
    'Error.prepareStackTrace = (e, frames) => frames; let got; try { db.query({ toString() { got = new Error().stack; return "x" } }).catch(() => {}); } catch {} return got.flatMap((c) => [c.getThis(), c.getFunction()])',
  'frames inside toJSON of a parameter':
    'Error.prepareStackTrace = (e, frames) => frames; let got; db.query("x", { toJSON() { got = new Error().stack; return {} } }).catch(() => {}); return got.flatMap((c) => [c.getThis(), c.getFunction()])',
  'frames inside a getter of a parameter':
    'Error.prepareStackTrace = (e, frames) => frames; let got; db.collection("a").insert({ get x() { got = new Error().stack; return 1 } }).catch(() => {}); return got.flatMap((c) => [c.getThis(), c.getFunction(), c.getEvalOrigin()])',
  'frames of an error of db':
    'Error.prepareStackTrace = (e, frames) => frames; try { await db.collection("a").get("missing"); } catch (e) { return [e.stack].flat().flatMap((c) => typeof c === "object" ? [c.getThis(), c.getFunction()] : []) }',
  captureStackTrace:
    'const o = {}; Error.prepareStackTrace = (e, f) => f; Error.captureStackTrace(o); return o.stack.flatMap((c) => [c.getThis(), c.getFunction()])',
  'a stack overflow in the helpers':
    'let got = []; const deep = () => { try { deep(); } catch (e) { got.push(e); try { console.log("x"); } catch (f) { got.push(f); } try { solidb.crypto.md5("x"); } catch (g) { got.push(g); } throw e; } }; try { deep(); } catch {} return got.slice(0, 40).flatMap((e) => [e, e.constructor])',
  'a stack overflow in a host call':
    'let got = []; const deep = () => { try { deep(); } catch (e) { try { got.push(db.query("x")); } catch (f) { got.push(f); } throw e; } }; try { deep(); } catch {} got.forEach((p) => p.catch?.(() => {})); return got.slice(0, 40)',
  'a stack limit of none':
    'Error.stackTraceLimit = 0; try { await db.collection("a").get("missing"); } catch (e) { return [e] }',
  'a stack limit that throws':
    'Object.defineProperty(Error, "stackTraceLimit", { get() { throw new TypeError("x") } }); try { return [await db.collection("a").get("missing")] } catch (e) { return [e] }',
  'caller and arguments':
    'const out = []; const f = Function("try { return [arguments.callee.caller, this] } catch (e) { return [e] }"); try { await db.query({ toString: f }); } catch {} out.push(f()); return out',
  // Prototypes and traps
  'setters of Object.prototype':
    'const got = []; for (const n of ["0", "1", "resolve", "reject", "post", "native", "value", "get", "text", "bytes", "place"]) Object.defineProperty(Object.prototype, n, { set(v) { got.push(v, this) }, get() { got.push(this) }, configurable: true }); try { await db.query("x", {}); console.log("x"); solidb.crypto.md5("x"); await sleep(1); } catch (e) { got.push(e) } return got',
  'setters of Array.prototype':
    'const got = []; for (let i = 0; i < 9; i++) Object.defineProperty(Array.prototype, i, { set(v) { got.push(v, this) }, get() { got.push(this) }, configurable: true }); try { await db.query("x"); console.log("a", "b"); } catch (e) { got.push(e) } return got',
  'Function.prototype.call and apply':
    'const got = []; for (const n of ["call", "apply", "bind"]) { const old = Function.prototype[n]; Function.prototype[n] = function (...a) { got.push(this, ...a); return old.apply?.(this, a) } } await db.query("x").catch(() => {}); console.log("x"); return got',
  'Reflect.apply':
    'const got = []; const old = Reflect.apply; Reflect.apply = (...a) => { got.push(...a); return old(...a) }; await db.query("x"); console.log("x"); solidb.crypto.md5("a"); return got',
  'Promise.prototype.then':
    'const got = []; const then = Promise.prototype.then; Promise.prototype.then = function (a, b) { got.push(this, a, b); return then.call(this, a, b) }; await db.query("x"); await sleep(1); return got',
  'the species of promises':
    'const got = []; Object.defineProperty(Promise, Symbol.species, { get() { got.push(this); return Promise } }); Object.defineProperty(Promise.prototype, "constructor", { get() { got.push(this); return Promise } }); await db.query("x"); return got',
  'Promise replaced':
    'const got = []; const P = Promise; globalThis.Promise = class extends P { constructor(e) { super(e); got.push(e) } }; await db.query("x"); return got',
  'JSON replaced':
    'const got = []; const { parse, stringify } = JSON; JSON.parse = (...a) => { got.push(...a); return parse(...a) }; JSON.stringify = (...a) => { got.push(...a); return stringify(...a) }; await db.query("x", { a: 1 }); return got',
  'toJSON of everything':
    'const got = []; Object.prototype.toJSON = function () { got.push(this); return "evil" }; String.prototype.toJSON = Object.prototype.toJSON; await db.query("x", { a: 1 }); delete Object.prototype.toJSON; return got',
  'Map and WeakMap replaced':
    'const got = []; for (const C of [Map, WeakMap, Set]) for (const n of ["get", "set", "has", "add"]) if (C.prototype[n]) C.prototype[n] = function (...a) { got.push(this, ...a) }; await db.query("x"); return got',
  'string methods replaced':
    'const got = []; for (const n of Object.getOwnPropertyNames(String.prototype)) if (typeof String.prototype[n] === "function" && n !== "constructor") String.prototype[n] = function (...a) { got.push(this, ...a); return "x" }; console.log("a"); await db.query("x"); return got.slice(0, 50)',
  'iterators replaced':
    'const got = []; const old = Array.prototype[Symbol.iterator]; Array.prototype[Symbol.iterator] = function () { got.push(this); return old.call(this) }; console.log("a", 1); await db.query("x"); Array.prototype[Symbol.iterator] = old; return got',
  'defineProperty replaced':
    'const got = []; Object.defineProperty = (...a) => { got.push(...a); return a[0] }; Reflect.defineProperty = Object.defineProperty; db.collection("x"); await db.query("x"); return got',
  'Error replaced':
    'const got = []; globalThis.Error = class { constructor(...a) { got.push(this, ...a) } }; try { await db.collection("a").get("missing"); } catch (e) { got.push(e) } return got',
  'Symbol.hasInstance':
    'const got = []; Object.defineProperty(Error, Symbol.hasInstance, { value(v) { got.push(v); return true } }); console.log({}); return got',
  'Symbol.toPrimitive':
    'const got = []; await db.query({ [Symbol.toPrimitive](h) { got.push(this, h); return "x" } }); return got',
  'Uint8Array replaced':
    'const got = []; const U = Uint8Array; globalThis.Uint8Array = class extends U { constructor(...a) { super(...a); got.push(...a) } }; got.push(await solidb.file_read("k")); return got',
  'accessors of typed arrays':
    'const got = []; const T = Object.getPrototypeOf(Uint8Array.prototype); for (const n of ["buffer", "byteLength", "byteOffset", "length"]) { const d = Object.getOwnPropertyDescriptor(T, n); Object.defineProperty(T, n, { get() { got.push(this); return d.get.call(this) }, configurable: true }) } await solidb.file_read("k"); await solidb.upload(new Uint8Array(4)); return got',
  'bytes with a lying prototype':
    'const b = new Uint8Array(4); Object.setPrototypeOf(b, { constructor: { [Symbol.species]: function () { return db } } }); return [await solidb.upload(b)]',
  'a proxy for a key':
    'const got = []; const p = new Proxy(function () {}, { get(t, k) { got.push(k); return k === Symbol.toPrimitive ? () => "x" : undefined }, apply(t, self, a) { got.push(self, ...a) } }); await db.collection(p).get(p); return got',
  'a proxy for a document':
    'const got = []; await db.collection("a").insert(new Proxy({ a: 1 }, { get(t, k, r) { got.push(t, r); return t[k] }, ownKeys(t) { got.push(this); return Reflect.ownKeys(t) } })); return got',
  'a proxy for options':
    'const got = []; response.cookie("a", "b", new Proxy({}, { get(t, k, r) { got.push(t, r) } })); return got',
  'a thenable as an answer':
    'const got = []; return { then(resolve, reject) { got.push(resolve, reject); resolve([resolve, reject]) } }',
  'a thenable for db':
    'const got = []; await db.transaction(() => ({ then(a, b) { got.push(a, b); a(1) } })); return got',
  'a thenable in a stream':
    'const got = []; const s = { [Symbol.asyncIterator]() { got.push(this); return { next() { return { then(a, b) { got.push(a, b); a({ done: true }) } } } } } }; response.stream(s); return [s, got]',
  'arguments of a callback':
    'const got = []; await db.transaction(function () { got.push(this, ...arguments, arguments.callee) }).catch((e) => got.push(e)); return got',
  'the receiver of helpers':
    'const got = []; for (const f of [db.query, console.log, fetch, response.json, solidb.now]) try { got.push(f.call(globalThis, "x"), f.call(null, "x"), f.call({ post: 1 }, "x")) } catch (e) { got.push(e) } got.forEach((p) => p?.catch?.(() => {})); return got',
  'helpers as constructors':
    'const got = []; for (const f of [db.query, console.log, fetch, response.json, sleep, db.collection]) try { got.push(new f("x")) } catch (e) { got.push(e) } return got',
  'Reflect.construct with another target':
    'const got = []; for (const f of [db.query, fetch]) try { got.push(Reflect.construct(Object, [], f)) } catch (e) { got.push(e) } return got',
  'source text of helpers':
    'return [db.query, fetch, console.log, solidb.crypto.md5].map((f) => [f, Function.prototype.toString.call(f)])',
  'a class over a helper': 'try { class A extends fetch {} return [new A()] } catch (e) { return [e] }',
  'private names of an answer':
    'const a = response.json(1); return [Object.getPrototypeOf(a), Reflect.ownKeys(a), Reflect.ownKeys(Object.getPrototypeOf(a)).map((k) => Object.getPrototypeOf(a)[k])]',
  'symbols of the registry':
    "return [Symbol.for('nodejs.util.inspect.custom'), Symbol.for('isolated-vm')].map((s) => globalThis[s])",
  finalizers:
    'const got = []; const r = new FinalizationRegistry((v) => got.push(v)); r.register({}, db); return [got, r]',
  'weak references': 'return [new WeakRef(db).deref(), new WeakRef(response).deref()]',
  'a getter that is found late': 'return { get late() { return Function("return this")() } }',
  'an async getter': 'return [(async () => Function("return this")())()]',
  'names of the console': 'return Reflect.ownKeys(console).concat(Reflect.ownKeys(console.log)).map((k) => console[k])',
  'paths of the host in stacks': "try { await db.collection('a').get('missing'); } catch (e) { return [e.stack] }",
  'other tenants': 'return [globalThis.planted, globalThis.leftBehind, Object.prototype.leftBehind]',
};
