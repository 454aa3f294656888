import assert from 'node:assert/strict';
import { Emitter } from './emitter.ts';

describe('the emitter', () => {
  it('names the same constant once and hands it over whatever it is', () => {
    const emitter = new Emitter();
    const evil = '`\'"; throw 1; //';
    assert.equal(emitter.constant(evil), emitter.constant(evil));
    emitter.line(`return [${emitter.constant(evil)}, ${emitter.constant(Symbol.iterator)}];`);
    assert.deepEqual((emitter.build([]) as () => unknown)(), [evil, Symbol.iterator]);
    assert.equal(emitter.source([]).includes('throw'), false);
  });

  it('makes names of ours only', () => {
    const emitter = new Emitter();
    assert.match(emitter.fresh('word'), /^word_\d+$/);
    assert.match(emitter.fresh('größe'), /^local_\d+$/);
    assert.match(emitter.fresh('a b'), /^local_\d+$/);
    assert.throws(() => emitter.build(['x){}']));
  });

  it('takes more constants than a function takes parameters', () => {
    const emitter = new Emitter();
    const names = Array.from({ length: 70_000 }, (_, index) => emitter.constant({ index }));
    emitter.line(`return ${names.at(-1)}.index;`);
    assert.equal((emitter.build([]) as () => number)(), 69_999);
  });

  it('writes later what stands earlier', () => {
    const emitter = new Emitter();
    emitter.line('let n = 1;');
    const slot = emitter.slot();
    emitter.line('return n + first;');
    slot.line('n = 10;');
    emitter.prologue('const first = 100;');
    assert.equal((emitter.build([]) as () => number)(), 110);
  });

  it('puts captured lines where they are appended', () => {
    const emitter = new Emitter();
    const { lines, result } = emitter.capture(() => emitter.local('n', '1'));
    assert.equal(lines.empty, false);
    assert.equal(emitter.capture(() => 'nothing').lines.empty, true);
    emitter.block('if (yes)', () => {
      emitter.append(lines);
      emitter.line(`return ${result};`);
    });
    emitter.line('return 0;');
    const built = emitter.build(['yes']) as unknown as (yes: boolean) => number;
    assert.deepEqual([built(true), built(false)], [1, 0]);
  });

  it('computes once a call what the prologue has', () => {
    const emitter = new Emitter();
    const name = emitter.prologueOnce('value', 'next()');
    assert.equal(emitter.prologueOnce('value', 'next()'), name);
    emitter.line(`return [${name}, ${name}];`);
    let count = 0;
    const built = emitter.build(['next']) as unknown as (next: () => number) => number[];
    assert.deepEqual(
      [built(() => ++count), built(() => ++count)],
      [
        [1, 1],
        [2, 2],
      ],
    );
  });

  it('builds generators', () => {
    const emitter = new Emitter();
    emitter.line('yield 1; yield 2;');
    const built = emitter.build([], 'generator') as unknown as () => Iterable<number>;
    assert.deepEqual([...built()], [1, 2]);
  });
});
