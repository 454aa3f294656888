import { example, scriptFunction as f, type ScriptSection } from '../script-function.ts';

/** Functions on texts. */
export const textSection: ScriptSection = {
  title: 'Text',
  introduction:
    'Beside the functions of Lua. They are methods of every text too: `(" x "):trim()`. Lengths count characters, not bytes. Patterns are regular expressions (RE2: no look-around, no back-references), take time in proportion to the text and match anywhere unless they begin with `^`; `\\d`, `\\w` and `\\s` mean Unicode.',
  functions: [
    f('string.regex', 'text, pattern', 'boolean', 'Whether a pattern matches somewhere in a text.', {
      errors: [
        '`Pattern too long` above 1,000 bytes',
        '`Pattern too large: …` for repetitions that multiply',
        '`Invalid pattern: …`',
        '`Pattern too complex for a text of this length`',
      ],
      ...example("string.regex('abc123', '\\\\d+')", true),
    }),
    f(
      'string.regex_replace',
      'text, pattern, replacement',
      'text',
      'All matches replaced. In the replacement `$1` and `${name}` stand for groups, `$$` for a dollar.',
      example("string.regex_replace('a1b22c', '\\\\d+', '#')", 'a#b#c'),
    ),
    f('string.slugify', 'text', 'text', 'A text as a part of an address: plain small letters, digits and `-`.', {
      ...example("string.slugify('  Café Über Straße  ')", 'cafe-uber-strase'),
    }),
    f(
      'string.truncate',
      'text, length, suffix? = "..."',
      'text',
      'At most `length` characters, the suffix counted in; cut at a blank when more than half is left.',
      example("string.truncate('The quick brown fox', 12)", 'The quick...'),
    ),
    f(
      'string.template',
      'text, variables',
      'text',
      '`{{name}}` becomes the variable of that name; names without a text, number or boolean stay.',
      example("string.template('Hi {{name}}', { name = 'Ann' })", 'Hi Ann'),
    ),
    f(
      'string.split',
      'text, separator? = " "',
      'list of texts',
      'The parts between the separators, which are no patterns.',
      {
        ...example("string.split('a,b,c', ',')", ['a', 'b', 'c']),
      },
    ),
    f('string.trim', 'text', 'text', 'Without the white space at both ends.', example("('\\t z '):trim()", 'z')),
    f(
      'string.pad_left',
      'text, length, with? = " "',
      'text',
      'Filled at the start to a length, with the first character of `with`.',
      example("string.pad_left('7', 3, '0')", '007'),
    ),
    f('string.pad_right', 'text, length, with? = " "', 'text', 'Filled at the end to a length.', {
      ...example("string.pad_right('x', 3, '.')", 'x..'),
    }),
    f(
      'string.capitalize',
      'text',
      'text',
      'With a large first letter.',
      example("string.capitalize('hello world')", 'Hello world'),
    ),
    f('string.title_case', 'text', 'text', 'Each word with a large first letter, one blank between words.', {
      ...example("string.title_case('hello  big world')", 'Hello Big World'),
    }),
    f(
      'string.starts_with',
      'text, start',
      'boolean',
      'Whether a text begins so.',
      example("string.starts_with('hello', 'he')", true),
    ),
    f(
      'string.ends_with',
      'text, ending',
      'boolean',
      'Whether a text ends so.',
      example("string.ends_with('a.b', '.b')", true),
    ),
    f('string.random', 'length', 'text', 'Letters and digits that cannot be guessed, at most 1,048,576.', {
      ...example('#string.random(24)', 24),
    }),
  ],
};

/** Functions on tables. */
export const tableSection: ScriptSection = {
  title: 'Tables',
  introduction: 'Beside the functions of Lua. None but `deep_merge` changes what it is given.',
  functions: [
    f('table.sorted', 'list, is_before?', 'list', 'A sorted copy.', example('table.sorted({ 3, 1, 2 })', [1, 2, 3])),
    f('table.keys', 'table', 'list', 'All keys, in no particular order.', example("table.keys({ 'a', 'b' })", [1, 2])),
    f(
      'table.values',
      'table',
      'list',
      'All values, in no particular order.',
      example("table.values({ 'a', 'b' })", ['a', 'b']),
    ),
    f('table.merge', 'a, b', 'table', 'A new table with the members of both; those of `b` win.', {
      ...example('table.merge({ x = 1, y = 1 }, { y = 2 })', { x: 1, y: 2 }),
    }),
    f('table.deep_merge', 'a, b', 'a', 'Puts the members of `b` into `a`, tables into tables; lists go by index.', {
      ...example('table.deep_merge({ x = { p = 1 } }, { x = { q = 2 } })', { x: { p: 1, q: 2 } }),
    }),
    f('table.filter', 'list, is_wanted(value, index)', 'list', 'The elements that the function says yes to.', {
      ...example('table.filter({ 1, 2, 3, 4 }, function(v) return v % 2 == 0 end)', [2, 4]),
    }),
    f('table.map', 'list, change(value, index)', 'list', 'What the function makes of each element.', {
      ...example('table.map({ 1, 2 }, function(v, i) return v * 10 + i end)', [11, 22]),
    }),
    f(
      'table.find',
      'list, is_it(value, index)',
      'value, index',
      'The first element that the function says yes to, or nil.',
      {
        ...example('{ table.find({ 5, 6, 7 }, function(v) return v > 5 end) }', [6, 2]),
      },
    ),
    f(
      'table.contains',
      'list, value',
      'boolean',
      'Whether an element equals the value.',
      example('table.contains({ 1, 2 }, 2)', true),
    ),
    f('table.reverse', 'list', 'list', 'From the last to the first.', example('table.reverse({ 1, 2, 3 })', [3, 2, 1])),
    f(
      'table.slice',
      'list, first? = 1, last? = #list',
      'list',
      'The elements from one index to another, both with them.',
      {
        ...example('table.slice({ 1, 2, 3, 4 }, 2, 3)', [2, 3]),
      },
    ),
    f(
      'table.len',
      'table',
      'number',
      'How many members there are, whatever their keys.',
      example('table.len({ 1, x = 2 })', 2),
    ),
  ],
};

/** JSON. */
export const jsonSection: ScriptSection = {
  title: 'JSON',
  introduction:
    'Null reads as nil, but a table remembers it: given back unchanged it is null again. A list that came from JSON stays one when it is empty; `{}` as written in Lua is an object.',
  functions: [
    f('json.encode', 'value', 'text', 'A value as JSON, members sorted by name. Functions become null.', {
      errors: [
        '`Failed to convert Lua to JSON: …` for tables that contain themselves, keys that are no names, texts that are no UTF-8',
      ],
      ...example('json.encode({ b = 1, a = { true } })', '{"a":[true],"b":1}'),
    }),
    f('json.decode', 'text', 'value', 'What a JSON text says.', {
      errors: ['A text that says where it is no JSON'],
      ...example('json.decode(\'{"a":[1,null]}\')', { a: [1, null] }),
    }),
    f('solidb.json_encode', 'value', 'text', 'The same as `json.encode`.', example('solidb.json_encode({ 1 })', '[1]')),
    f('solidb.json_decode', 'text', 'value', 'The same as `json.decode`.', example("solidb.json_decode('[5]')", [5])),
  ],
};
