import assert from 'node:assert/strict';
import { FUNCTION_NAMES, parseProblem } from './language.ts';
import { isComplete } from './statement-text.ts';

describe('the shell and the language', () => {
  const whole = (text: string) => isComplete(text, parseProblem);

  it('runs a statement as soon as it is whole', () => {
    for (const text of [
      'RETURN 1',
      'FOR u IN users\n  FILTER u.age > 3\n  RETURN u',
      'RETURN 1;',
      'REMOVE "a" IN users',
    ]) {
      assert(whole(text), text);
    }
  });

  it('waits while one only ends too early', () => {
    for (const text of [
      'FOR u IN users',
      'FOR u IN users FILTER',
      'RETURN',
      'RETURN 1 +',
      'LET a = 1',
      'RETURN {a: 1,',
    ]) {
      assert(!whole(text), text);
    }
  });

  it('does not wait for what no further line can mend', () => {
    for (const text of ['RETRUN 1', 'FOR u users RETURN u', 'RETURN 1 1', 'RETURN )']) assert(whole(text), text);
  });

  it('knows the functions', () => assert(FUNCTION_NAMES.includes('LENGTH')));
});
