import assert from 'node:assert/strict';
import { acceptedFormat, ROW_FORMATS, VALUE_FORMATS } from './answer-format.ts';
import { acceptsGzip } from './compression.ts';

describe('acceptedFormat', () => {
  const cases: [accept: string | undefined, format: string | undefined][] = [
    [undefined, 'json'],
    ['*/*', 'json'],
    ['', 'json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'json'],
    ['text/csv', 'csv'],
    ['TEXT/CSV; header=present', 'csv'],
    ['text/*', 'csv'],
    ['application/*', 'json'],
    ['application/x-msgpack', 'msgpack'],
    ['application/json;q=0.5, application/msgpack', 'msgpack'],
    ['application/json;q=0, */*', 'msgpack'],
    ['text/csv;q=0.2, application/x-ndjson;q=0.7', 'ndjson'],
    ['text/html', undefined],
    ['application/json;q=0', undefined],
    ['nonsense', undefined],
  ];
  for (const [accept, format] of cases) {
    it(`answers ${format ?? 'nothing'} to ${accept ?? 'no header'}`, () => {
      assert.equal(acceptedFormat(accept, ROW_FORMATS), format);
    });
  }

  it('offers no lines where there are no rows', () => {
    assert.equal(acceptedFormat('text/csv', VALUE_FORMATS), undefined);
    assert.equal(acceptedFormat('text/csv, */*;q=0.1', VALUE_FORMATS), 'json');
  });
});

describe('acceptsGzip', () => {
  it('takes it by name or by the star, unless its weight is nothing', () => {
    for (const header of ['gzip', 'br, gzip', 'gzip;q=0.5', '*', 'GZIP ; q=1']) assert.ok(acceptsGzip(header), header);
    for (const header of [undefined, '', 'br', 'gzip;q=0', 'gzip;q=0.0, *', 'identity'])
      assert.ok(!acceptsGzip(header));
  });
});
