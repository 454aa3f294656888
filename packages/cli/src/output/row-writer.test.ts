import assert from 'node:assert/strict';
import { CsvReader, parseJson, type Row } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { jsonText } from './json-text.ts';
import { createRowWriter, type RowFormat } from './row-writer.ts';

const written = (format: RowFormat, ...batches: Row[][]) => {
  const writer = createRowWriter(format);
  return batches.map((rows) => writer.write(rows)).join('') + writer.end();
};
const DOCUMENT = { _key: 'k', _id: 'db:c/k', _rev: 'r', _created_at: 'now', _updated_at: 'now', n: 5 };

describe('row writers', () => {
  it('draws a table, hides what the server adds, and keeps the columns for later batches', () => {
    assert.equal(
      written('table', [DOCUMENT], [{ _key: 'longer', n: 12345 }]),
      '_key  n\n────  ─\nk     5\nlon…  …\n(2 rows)\n',
    );
    assert.equal(written('table', [1, 'a', null]), 'value\n─────\n1\na\nnull\n(3 rows)\n'.replace('null', 'null'));
    assert.equal(written('table'), '(0 rows)\n');
  });

  it('writes JSON that any reader reads, over batches', () => {
    const rows = [DOCUMENT, [1, { a: 2 }], 'x'];
    assert.deepEqual(JSON.parse(written('json', rows.slice(0, 2), [], rows.slice(2))), rows);
    assert.equal(written('json'), '[]\n');
    assert.equal(written('ndjson', rows), `${JSON.stringify(DOCUMENT)}\n[1,{"a":2}]\n"x"\n`);
  });

  it('writes CSV that the import reads back', () => {
    const rows = [
      { a: 'x,"y"', b: 1 },
      { b: [1, 2], a: null },
    ];
    const reader = new CsvReader();
    const read = [...reader.push(Buffer.from(written('csv', rows))), ...reader.end()];
    assert.deepEqual(
      read.map((record) => record.kind === 'document' && record.document),
      [
        { a: 'x,"y"', b: '1' },
        { a: 'null', b: '[1,2]' },
      ],
    );
  });
});

describe('jsonText', () => {
  it('keeps integers, dates and bytes', () => {
    const value = { n: 2n ** 63n, d: new Date(0), b: new Uint8Array([1, 2]), buffer: [Buffer.from([255])] };
    assert.equal(
      jsonText(value),
      '{"n":9223372036854775808,"d":"1970-01-01T00:00:00.000Z","b":"AQI=","buffer":["/w=="]}',
    );
  });

  it('is read back by parseJson', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }), (value, long) => {
        const text = jsonText([value as never, long, -long / 2n]);
        assert.equal(jsonText(parseJson(text)), text);
      }),
    );
  });
});
