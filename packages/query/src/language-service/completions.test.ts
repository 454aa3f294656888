import assert from 'node:assert/strict';
import type { Catalogue } from './catalogue.ts';
import { completions } from './completions.ts';

const USER_FIELDS = [
  { path: ['name'], type: 'string' },
  { path: ['age'], type: 'number', index: 'by_age' },
  { path: ['address'], type: 'object' },
  { path: ['address', 'zip'], type: 'string' },
  { path: ['items'] },
  { path: ['items', '*', 'price'] },
];
const catalogue: Catalogue = {
  collections: ['users', 'orders', 'two words', 'for'],
  fields: (collection) => (collection === 'users' ? USER_FIELDS : collection === 'orders' ? [{ path: ['total'] }] : []),
  binds: ['min', '@where'],
};

/** The texts offered at the place of `¦`. */
function offered(text: string): string[] {
  const at = text.indexOf('¦');
  return completions(text.replace('¦', ''), at, catalogue).items.map((item) => item.text);
}

describe('completions', () => {
  it('offers the words that may follow', () => {
    assert.deepEqual(offered('¦').slice(0, 4), ['FOR', 'FILTER', 'SORT', 'ORDER']);
    assert.deepEqual(offered('EX¦'), ['EXPLAIN']);
    assert.deepEqual(offered('FOR u ¦'), ['IN']);
    assert.deepEqual(offered('FOR u IN users AS ¦'), ['OF']);
    assert.deepEqual(offered('FOR u IN users SORT u.age D¦'), ['DESC']);
    assert.deepEqual(offered('FOR u IN users FILTER u.name NOT ¦'), ['IN', 'LIKE']);
    assert.deepEqual(offered('INSERT {a: 1} ¦').includes('INTO'), true);
    assert.deepEqual(offered('FOR u IN users COLLECT a = 1 INTO g K¦'), ['KEEP']);
  });

  it('offers collections where one is wanted, quoted where they must be', () => {
    const names = ['users', 'orders', '`two words`', '`for`'];
    assert.deepEqual(offered('FOR u IN ¦').slice(0, 4), names);
    assert.deepEqual(offered('INSERT {} INTO ¦'), [...names, '@@where']);
    assert.deepEqual(offered('FOR u IN users REMOVE u IN ¦'), [...names, '@@where']);
    assert.deepEqual(offered('FOR u IN users JOIN o¦'), ['orders']);
    assert.deepEqual(offered('FOR v IN OUTBOUND "users/a" us¦'), ['users']);
  });

  it('knows the attributes behind a dot', () => {
    assert.deepEqual(offered('FOR u IN users FILTER u.a¦'), ['age', 'address']);
    assert.deepEqual(offered('FOR u IN users LET a = u.address RETURN a.¦'), ['zip']);
    assert.deepEqual(offered('FOR u IN users FOR i IN u.items RETURN i.¦'), ['price']);
    assert.deepEqual(offered('FOR u IN users RETURN u.items[0].¦'), ['price']);
    assert.deepEqual(offered('FOR u IN users RETURN u.items[* FILTER CURRENT.¦'), ['price']);
    assert.deepEqual(offered('FOR u IN users JOIN orders ON orders.¦'), ['total']);
    assert.deepEqual(offered('FOR u IN users JOIN orders ON 1 RETURN orders[*].¦'), ['total']);
    assert.deepEqual(offered('FOR u IN users UPDATE u WITH {} IN users RETURN NEW.n¦'), ['name']);
    assert.deepEqual(offered('RETURN $"x ${FIRST(FOR u IN users RETURN u.n¦'), ['name']);
    assert.deepEqual(offered('FOR u IN users AS OF 5 RETURN u.n¦'), ['name']);
    assert.deepEqual(offered('FOR u IN nowhere RETURN u.¦'), []);
  });

  it('says what is known of an attribute', () => {
    const { items } = completions('FOR u IN users RETURN u.ag', 26, catalogue);
    assert.deepEqual(items, [{ kind: 'attribute', text: 'age', detail: 'number, index by_age' }]);
  });

  it('knows the variables in scope', () => {
    const variables = (text: string) => offered(text).filter((name) => /^[a-z]\w*$/.test(name));
    assert.deepEqual(variables('FOR u IN [1] LET half = u / 2 RETURN ¦'), ['u', 'half']);
    assert.deepEqual(variables('FOR u IN [1] LET half = ¦'), ['u']);
    assert.deepEqual(variables('FOR u IN [1] COLLECT k = u INTO g RETURN ¦'), ['k', 'g']);
    assert.deepEqual(variables('FOR u IN [1] COLLECT k = u INTO g KEEP ¦'), ['u']);
    assert.deepEqual(variables('LET a = (FOR inner IN [1] RETURN inner) RETURN ¦'), ['a']);
    assert.deepEqual(variables('FOR u IN [1] RETURN MAP([1], (x, y) -> ¦'), ['x', 'y', 'u']);
    assert.deepEqual(variables('FOR u IN [1] RETURN ANY x IN [1] SATISFIES ¦'), ['x', 'u']);
    assert.deepEqual(variables('FOR v, e IN OUTBOUND "a/b" edges RETURN ¦'), ['v', 'e']);
    assert.deepEqual(variables('FOR v, e, p IN OUTBOUND "a/b" edges PRUNE ¦'), ['v', 'e', 'p']);
  });

  it('offers functions with their signatures, aggregates where those are meant', () => {
    const { items } = completions('RETURN 1.5 |> ROU', 17, catalogue);
    assert.equal(items[0].text, 'ROUND(');
    assert.equal(items[0].detail, 'ROUND(number: number, digits?: integer)');
    assert.deepEqual(offered('COLLECT AGGREGATE n = COU¦'), ['COUNT(', 'COUNT_DISTINCT(']);
    assert.deepEqual(offered('RETURN ROW_¦'), ['ROW_NUMBER(']);
    assert.deepEqual(offered('RETURN (FOR x IN [1] RETURN ROW_¦'), []);
  });

  it('offers bind variables', () => {
    assert.deepEqual(offered('RETURN @¦ + @other'), ['@min', '@other', '@@where']);
    assert.deepEqual(offered('RETURN @mi¦'), ['@min']);
    assert.deepEqual(offered('FOR u IN @@¦'), ['@@where']);
  });

  it('offers nothing in strings, numbers and comments, and sees past mistakes', () => {
    for (const text of ['RETURN "a¦', 'RETURN "a"¦', 'RETURN 12¦', 'RETURN 1 -- F¦', 'RETURN $"a ¦', 'RETURN `a¦']) {
      assert.deepEqual(offered(text), [], text);
    }
    assert.deepEqual(offered('FOR u IN users FILTER u.age > SORT RETURN u.n¦'), ['name']);
    assert.deepEqual(offered('FOR u IN users FILTER (u.age > RETURN {a: u.n¦'), ['name']);
  });
});
