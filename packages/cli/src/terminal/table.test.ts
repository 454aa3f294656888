import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clipToWidth, displayWidth, visibleText } from './display-width.ts';
import { TextTable } from './table.ts';

const COLUMNS = [
  { title: 'name', align: 'left' },
  { title: 'n', align: 'right' },
] as const;

describe('TextTable', () => {
  it('lines up wide characters, emoji and combining marks', () => {
    const rows = [
      ['東京', '1'],
      ['Zu\u0308rich', '22'],
      ['👩‍👩‍👧 home', '333'],
    ];
    const table = new TextTable(COLUMNS, rows);
    assert.deepEqual(
      [...table.head(), ...table.rows(rows)],
      ['name       n', '───────  ───', '東京       1', 'Zu\u0308rich    22', '👩‍👩‍👧 home  333'],
    );
  });

  it('shrinks the widest columns to the terminal and shows what is cut', () => {
    const rows = [['a'.repeat(50), '12345']];
    const table = new TextTable(COLUMNS, rows, { widthMax: 20 });
    assert.equal(table.rows(rows)[0], `${'a'.repeat(12)}…  12345`);
  });

  it('shows control characters instead of sending them', () => {
    const [row] = new TextTable([COLUMNS[0]], []).rows([['\x1b[2J\n']]);
    assert(!row.includes('\x1b') && !row.includes('\n'));
    assert.equal(visibleText('a\tb\x1b\u202e'), 'a\\tb\\u{1b}\\u{202e}');
  });

  it('never draws a line wider than the terminal, whatever the cells hold', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { minLength: 1 }),
        fc.integer({ min: 14, max: 60 }),
        (rows, widthMax) => {
          const table = new TextTable(COLUMNS, rows, { widthMax });
          for (const line of [...table.head(), ...table.rows(rows)]) assert(displayWidth(line) <= widthMax, line);
        },
      ),
    );
  });
});

describe('clipToWidth', () => {
  it('fits, and keeps what fits already', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 20 }), (raw, columns) => {
        const text = visibleText(raw);
        const clipped = clipToWidth(text, columns);
        assert(displayWidth(clipped) <= columns);
        if (displayWidth(text) <= columns) assert.equal(clipped, text);
      }),
    );
  });

  it('never cuts a wide character in half', () => {
    assert.equal(clipToWidth('東京都', 4), '東…');
    assert.equal(clipToWidth('東京都', 6), '東京都');
  });
});
