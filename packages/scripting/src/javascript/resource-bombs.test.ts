import assert from 'node:assert/strict';
import { RESOURCE_BOMBS } from './testing/resource-bombs.ts';
import { type BombEnd, setOffBombs } from './testing/set-off-bombs.ts';

/** Programs whose run may well have an answer: what they ask for is refused to them, or they end by themselves. */
const HARMLESS = ['what outlives its run', 'a stream without end', 'a pattern over pairs', 'a giant pattern'];

/** Fatal in V8 itself: nothing but the process's end comes of them. */
const FATAL = ['a giant list'];

describe('resource bombs', function () {
  this.timeout(240_000);
  const names = Object.keys(RESOURCE_BOMBS);
  const ends = new Map<string, BombEnd>();

  before(() => setOffBombs(names, 200, (end) => ends.set(end.name, end)));

  it('are more than sixty', () => assert.ok(names.length > 60));

  for (const name of names) {
    it(`end: ${name}`, () => {
      const end = ends.get(name);
      assert.ok(end, 'there was no outcome');
      if (end.end === 'lost') assert.ok(FATAL.includes(name), 'its process ended before it');
      else if (!HARMLESS.includes(name)) assert.notEqual(end.end, 'answer', end.text);
      assert.doesNotMatch(end.text, /\/work\/|node_modules|\.ts:/);
    });
  }
});
