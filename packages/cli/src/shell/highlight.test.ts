import assert from 'node:assert/strict';
import { SDBQL } from './dialect.ts';
import { highlighted, mayColor } from './highlight.ts';

describe('highlighted', () => {
  it('adds colours and nothing else', () => {
    const text = 'FOR u IN users FILTER u.age > 30 RETURN UPPER("x") -- why';
    const painted = highlighted(text, SDBQL.tokens(text));
    assert.notEqual(painted, text);
    assert.equal(painted.replaceAll(/\u001b\[[0-9;]*m/g, ''), text);
  });

  it('cuts tokens at the ends of the part that is wanted', () => {
    const text = 'RETURN 1';
    const parts = [0, 3, 8].map((at, index, ends) =>
      index === 0 ? '' : highlighted(text, SDBQL.tokens(text), { start: ends[index - 1], end: at }),
    );
    assert.equal(parts.join('').replaceAll(/\u001b\[[0-9;]*m/g, ''), text);
    assert.equal(parts[1], '\u001b[1;36mRET\u001b[0m');
  });
});

describe('mayColor', () => {
  it('is for terminals alone, and asks the environment', () => {
    assert(mayColor({ isTTY: true }, {}));
    assert(!mayColor({ isTTY: false }, {}));
    assert(!mayColor({ isTTY: true }, { NO_COLOR: '1' }));
    assert(mayColor({ isTTY: true }, { NO_COLOR: '' }));
    assert(!mayColor({ isTTY: true }, { TERM: 'dumb' }));
  });
});
