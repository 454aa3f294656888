import assert from 'node:assert/strict';
import { CairnError } from '@cairn/protocol/internal';
import { callFunction, checkArity } from './caller.ts';
import type { FunctionDefinition } from './definition.ts';
import { testContext } from './testing/function-context.ts';

/** A function that answers what it was given. */
function echo(signature: Partial<FunctionDefinition>): FunctionDefinition {
  return {
    name: 'ECHO',
    category: 'test',
    parameters: [],
    summary: '',
    examples: [],
    evaluate: (_context, ...args: never[]) => args.map((argument) => argument ?? 'absent'),
    ...signature,
  };
}

const apply = (definition: FunctionDefinition, ...args: Parameters<typeof callFunction>[2]) =>
  callFunction(definition, testContext(), args);

describe('a checked call', () => {
  it('counts arguments before it is made', () => {
    const definition = echo({
      parameters: [
        { name: 'a', type: 'any' },
        { name: 'b', type: 'any', optional: true },
      ],
    });
    checkArity(definition, 1);
    checkArity(definition, 2);
    assert.throws(() => checkArity(definition, 0), /ECHO: takes 1 to 2 arguments, got 0/);
    assert.throws(() => checkArity(definition, 3), /got 3/);
    assert.throws(() => checkArity(echo({}), 1), /takes no arguments, got 1/);
    const open = echo({ parameters: [{ name: 'a', type: 'any' }], rest: { name: 'more', type: 'any' } });
    checkArity(open, 100);
    assert.throws(() => checkArity(open, 0), /at least 1 argument, got 0/);
  });

  it('names the function, the position, what is wanted and what came', () => {
    const definition = echo({
      parameters: [
        { name: 'text', type: 'string' },
        { name: 'count', type: 'integer' },
      ],
    });
    assert.throws(
      () => apply(definition, 'a', 1.5),
      (error) =>
        error instanceof CairnError &&
        error.code === 'invalid_argument' &&
        error.message === 'ECHO: argument 2 (count) must be a whole number, got the number 1.5',
    );
    assert.throws(() => apply(definition, ['x'], 1), /argument 1 \(text\) must be a string, got an array/);
  });

  it('counts the position on through further arguments', () => {
    const definition = echo({ parameters: [{ name: 'a', type: 'any' }], rest: { name: 'key', type: 'string' } });
    assert.throws(() => apply(definition, 1, 'a', 2), /argument 3 \(key\) must be a string/);
  });

  it('answers null for null in a required argument, in whatever position', () => {
    const definition = echo({
      parameters: [
        { name: 'a', type: 'number' },
        { name: 'b', type: 'string' },
      ],
    });
    assert.equal(apply(definition, null, 'x'), null);
    assert.equal(apply(definition, 1, null), null);
    assert.throws(() => apply(definition, null, 5), /argument 2/, 'a wrong type counts before a null');
  });

  it('takes a null for an optional argument as absent', () => {
    const definition = echo({ parameters: [{ name: 'a', type: 'number', optional: true }] });
    assert.deepEqual(apply(definition, null), ['absent']);
  });

  it('hands null on where the type takes it, and refuses it where null is no exception', () => {
    assert.deepEqual(apply(echo({ parameters: [{ name: 'a', type: ['object', 'null'] }] }), null), ['absent']);
    const strict = echo({ parameters: [{ name: 'a', type: 'string' }], nulls: 'pass' });
    assert.throws(() => apply(strict, null), /must be a string, got null/);
  });

  it('takes whole numbers as integers and large ones as numbers, unless they are to stay exact', () => {
    const large = 2n ** 60n;
    assert.deepEqual(apply(echo({ parameters: [{ name: 'a', type: 'integer' }] }), 4.0), [4]);
    assert.deepEqual(apply(echo({ parameters: [{ name: 'a', type: 'number' }] }), large), [2 ** 60]);
    assert.deepEqual(apply(echo({ parameters: [{ name: 'a', type: 'number', exact: true }] }), large), [large]);
  });

  it('reads dates from text, milliseconds and date values', () => {
    const definition = echo({ parameters: [{ name: 'a', type: 'date' }] });
    for (const date of ['1970-01-01T00:00:01Z', 1000, 1000n, new Date(1000)]) {
      assert.deepEqual(apply(definition, date), [1000]);
    }
    assert.throws(() => apply(definition, '1970-13-01'), /must be a date .* got the string "1970-13-01"/);
    assert.throws(() => apply(definition, true), /must be a date/);
  });
});
