/** Modules that want all of the processor or all of memory, each in a way of its own. None has a right to more than its limits. */
export const RESOURCE_BOMBS: Readonly<Record<string, string>> = {
  'a loop': 'export default () => { for (;;); }',
  'a loop while the module is evaluated': 'for (;;); export default () => 1;',
  'an endless chain of promises': 'export default async () => { for (;;) await null; }',
  'promises that resolve each other': 'export default () => { const f = () => Promise.resolve().then(f); return f(); }',
  'thenables without end': 'const t = { then(r) { r(t); } }; export default async () => t',
  'a promise that never settles': 'export default () => new Promise(() => {})',
  'a toJSON that never ends': 'export default () => ({ toJSON() { for (;;); } })',
  'a getter that never ends': 'export default () => ({ get a() { for (;;); } })',
  'a proxy that answers every question with a loop':
    'export default () => new Proxy({}, { get() { for (;;); }, ownKeys() { for (;;); } })',
  'an error whose message loops': 'export default () => { throw { toString() { for (;;); } }; }',
  'a stack that loops': 'Error.prepareStackTrace = () => { for (;;); }; export default () => { throw new Error("x"); }',
  'a backtracking pattern': "export default () => /^(a+)+$/.test('a'.repeat(50) + '!')",
  'a pattern over pairs': "export default () => /(x+x+)+y/.exec('x'.repeat(100000))",
  'a generator without end': 'function* g() { for (;;) yield 1; } export default () => [...g()]',
  'an iterator without end':
    'export default () => Math.max(...{ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) })',
  'sorting with a comparison that loops': 'export default () => [3, 2, 1].sort(() => { for (;;); })',
  'an array of arrays': 'export default () => { let a = []; for (;;) a = [a, a.slice(), new Array(1000).fill(a)]; }',
  'a list that grows': "const a = []; export default () => { for (;;) a.push('x'.repeat(1000) + a.length); }",
  'an object that grows': 'export default () => { const o = {}; for (let i = 0; ; i++) o["k" + i] = { i }; }',
  'a map that grows': 'export default () => { const m = new Map(); for (let i = 0; ; i++) m.set(i, { i }); }',
  'closures that hold each other': 'export default () => { let f = () => 1; for (;;) { const g = f; f = () => g; } }',
  'a text that doubles': "export default () => { let s = 'x'; for (;;) s += s; }",
  'texts that are flattened':
    "const a = []; export default () => { for (let i = 0; ; i++) { let s = 'y' + i; for (let n = 0; n < 20; n++) s += s; s.charCodeAt(9); a.push(s); } }",
  'a giant repeat': "export default () => 'x'.repeat(2 ** 29 - 24).split('')",
  'a giant list': 'export default () => new Array(2 ** 27).fill(1.5)',
  'giant padding': "export default () => 'x'.padEnd(2 ** 29 - 25, 'abc').toUpperCase()",
  'one giant buffer': 'export default () => new ArrayBuffer(2 ** 33).byteLength',
  'many buffers': 'const a = []; export default () => { for (;;) a.push(new Uint8Array(1 << 20).fill(1)); }',
  'tiny buffers': 'const a = []; export default () => { for (;;) a.push(new Uint8Array(8)); }',
  'buffers that grow in place':
    'const a = []; export default () => { for (;;) { const b = new ArrayBuffer(8, { maxByteLength: 1 << 26 }); b.resize(1 << 26); new Uint8Array(b).fill(1); a.push(b); } }',
  'buffers that are cut':
    'const a = []; export default () => { for (;;) a.push(new Uint8Array(1 << 22).fill(1).buffer.slice(0)); }',
  'memory of WebAssembly':
    'export default () => { const m = new WebAssembly.Memory({ initial: 16384 }); new Uint8Array(m.buffer).fill(1); return 1; }',
  'shared memory': 'export default () => new Uint8Array(new SharedArrayBuffer(2 ** 31)).fill(1)',
  'much shared memory':
    'export default () => { const a = []; for (;;) a.push(new Uint8Array(new SharedArrayBuffer(1 << 20)).fill(1)); }',
  'shared memory that grows in place':
    'export default () => { const b = new SharedArrayBuffer(8, { maxByteLength: 2 ** 32 }); b.grow(2 ** 31); new Uint8Array(b).fill(1); return 1; }',
  recursion: 'export default () => { const f = () => f() + 1; return f(); }',
  'recursion that catches itself': 'export default () => { const f = () => { try { f(); } finally { f(); } }; f(); }',
  'nested JSON': "export default () => JSON.parse('['.repeat(5e6))",
  'a result nested deeply': 'export default () => { let a = []; for (let i = 0; i < 1e6; i++) a = [a]; return a; }',
  'a result that contains itself': 'export default () => { const o = {}; o.o = o; return o; }',
  'a giant result': "export default () => 'x'.repeat(3e7)",
  'a giant integer': 'export default () => { let n = 3n; for (;;) n *= n; }',
  'a power of integers': 'export default () => String(7n ** 9999999n)',
  'digits of a giant integer': 'export default () => (1n << 30000000n).toString()',
  'a long loop in a built-in function': 'export default () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)',
  'an array that is far too long':
    'export default () => { const a = []; a.length = 2 ** 32 - 1; return a.indexOf(7) + a.lastIndexOf(3) + a.join().length; }',
  'a reversal of nothing': 'export default () => Array.prototype.reverse.call({ length: 2 ** 53 - 1 })',
  'a joint of nothing': 'export default () => Array.prototype.join.call({ length: 2 ** 32 }, "").length',
  'a fill without end': 'export default () => Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 1)',
  'a copy within': 'export default () => Array.prototype.copyWithin.call({ length: 2 ** 53 - 1 }, 0, 5)',
  'a search in a long text':
    "export default () => { const s = 'a'.repeat(1 << 24); let n = 0; for (;;) n += s.indexOf('a'.repeat(1 << 12) + 'b'); }",
  'a replacement that explodes':
    "export default () => { let s = 'a'.repeat(1e5); for (;;) s = s.replaceAll('a', '$&$&$&$&'); }",
  'normal forms': "export default () => { const s = '\\u1e9b\\u0323'.repeat(1 << 22); for (;;) s.normalize('NFKD'); }",
  'comparison in many languages':
    "export default () => { const s = 'ä'.repeat(1 << 20); for (;;) s.localeCompare(s + 'b', 'sv'); }",
  'formatters of numbers':
    "const a = []; export default () => { for (;;) a.push(new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' })); }",
  'functions made of text': "export default () => { for (let i = 0; ; i++) new Function('return ' + i); }",
  'a giant program': "export default () => eval('1' + '+1'.repeat(1e7))",
  'symbols that are registered':
    "export default () => { for (let i = 0; ; i++) Symbol.for('s' + i + 'x'.repeat(1000)); }",
  'references that are weak':
    'const a = []; export default () => { for (;;) a.push(new WeakRef({}), new FinalizationRegistry(() => {})); }',
  dates: "export default () => { for (;;) new Date('2020-01-01').toLocaleString('ar-EG'); }",
  'patterns that are many':
    "const a = []; export default () => { for (let i = 0; ; i++) a.push(new RegExp('x'.repeat(1000) + i).test('y')); }",
  'a giant pattern': "export default () => new RegExp('(a|b|c|d|e)?'.repeat(30000)).test('abcde'.repeat(10000))",
  'counted repetitions': "export default () => new RegExp('((a{1,100}){1,100}){1,100}b').test('a'.repeat(1000))",
  'lines of log': "export default () => { for (;;) console.log('x'.repeat(10000)); }",
  'calls of the server': "export default (r, db) => { for (;;) db.query('RETURN 1').catch(() => {}); }",
  'giant calls of the server':
    "export default (r, db) => { const s = 'x'.repeat(8e6); for (;;) db.query(s).catch(() => {}); }",
  headers: "export default () => { for (;;) response.cookie('a', 'x'.repeat(1000)); }",
  'a stream without end':
    "export default () => response.stream((function* () { for (;;) yield 'x'.repeat(100000); })())",
  sleeps: 'export default async () => { for (;;) sleep(1e9); }',
  'errors caught in a loop': 'export default () => { for (;;) try { null.x; } catch {} }',
  'a destructor of iterators':
    'export default () => { const it = { [Symbol.iterator]: () => ({ next: () => ({}), return() { for (;;); } }) }; for (const x of it) break; }',
  'what outlives its run': 'export default () => { (async () => { for (;;) await null; })(); return 1; }',
  'a hash of collisions': 'export default () => { const m = new Map(); for (let i = 0; ; i += 2 ** 32) m.set(i, i); }',
  'structured names':
    'export default () => { let o = Object.create(null); for (let i = 0; ; i++) o = Object.create(o, { ["p" + i]: { value: o } }); }',
};
