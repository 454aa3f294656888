import { example, scriptFunction as f, type ScriptSection } from '../script-function.ts';

/** What the server keeps, and the web. */
export const serverSection: ScriptSection = {
  title: 'Between requests, and the web',
  introduction:
    'Cache, sessions and rate limits belong to one database. `solidb.env.NAME` is a variable of the database; `solidb.env("PUBLIC_NAME")` gives those whose names begin with `PUBLIC_`.',
  functions: [
    f(
      'solidb.cache',
      'key, value, ttl_s? = 3600',
      'true',
      'Keeps a value; nil forgets it.',
      example("solidb.cache('k', { 1 }, 60)", true),
    ),
    f(
      'solidb.cache_get',
      'key',
      'value or nil',
      'What is kept under a key.',
      example("solidb.cache_get('nothing')", null),
    ),
    f(
      'solidb.cache_delete',
      'key',
      'boolean',
      'Forgets a value; true when there was one.',
      example("solidb.cache_delete('nothing')", false),
    ),
    f(
      'solidb.session.create',
      'data?, ttl_s?',
      'the id',
      'Begins a session of a visitor: the id cannot be guessed and fits into a cookie.',
      {
        ...example('#solidb.session.create({ n = 1 })', 43),
      },
    ),
    f('solidb.session.get', 'id', 'data or nil', 'The data of a session that has not ended.', {
      ...example('solidb.session.get(solidb.session.create({ n = 1 }))', { n: 1 }),
    }),
    f(
      'solidb.session.set',
      'id, data, ttl_s?',
      'boolean',
      'Puts other data into a session; false when there is none.',
      example("solidb.session.set('none', {})", false),
    ),
    f('solidb.session.destroy', 'id', 'boolean', 'Ends a session.', example("solidb.session.destroy('none')", false)),
    f(
      'solidb.log',
      'value, level? = "INFO"',
      'nothing',
      "Writes a line into the script's log: a text as it is, a table as JSON. `print` does too.",
      {
        ...example("return solidb.log('hello', 'warn')", null),
      },
    ),
    f(
      'solidb.stats',
      '',
      '{ active_scripts, active_ws, total_scripts_executed, total_ws_connections }',
      'Counters since the start of the server.',
      {
        ...example('type(solidb.stats().active_scripts)', 'number'),
      },
    ),
    f(
      'solidb.fetch',
      'url, { method?, headers?, body?, timeout_ms? }?',
      '{ status, ok, headers, body, url }',
      'Asks a web server. The address must be public, or allowed by the configuration of the server.',
      {
        errors: ['`Fetch error: address not allowed: <host>`', '`Fetch error: …`'],
      },
    ),
    f(
      'solidb.module',
      'name',
      'what the module returns',
      'Runs a script of the same service that has no methods, once a request, and gives what it returned: code that scripts share.',
      {
        errors: ['When there is none', "`module '<name>' needs itself`"],
        ...example("solidb.module('greeting').hello('Ann')", 'Hello, Ann'),
      },
    ),
    f(
      'solidb.streams.list',
      '',
      'list of { name, created_at }',
      'The streams of the database.',
      example('solidb.streams.list()', []),
    ),
    f(
      'solidb.streams.stop',
      'name',
      'boolean',
      'Stops a stream; false when there is none.',
      example("solidb.streams.stop('none')", false),
    ),
  ],
};

/** Stored files. */
export const fileSection: ScriptSection = {
  title: 'Files and images',
  introduction: 'Files are stored in the database. The files of the host are out of reach.',
  functions: [
    f(
      'solidb.upload',
      'data, { filename?, directory? }?',
      '{ key, path, filename, size, mime_type, chunks }',
      'Stores a file: a text in base64, any other text as it is, or a list of bytes.',
      {
        errors: [
          '`upload: data must be a base64 string or byte array`',
          '`upload: empty data`',
          '`upload: invalid filename`',
        ],
        ...example("solidb.upload(crypto.base64_encode('hello'), { filename = 'a.txt' }).size", 5),
      },
    ),
    f(
      'solidb.file_info',
      'key',
      '{ key, path, filename, directory, size, mime_type, chunks, created_at }',
      'Facts about a file.',
      {
        errors: ['`file_info: file not found: <key>`'],
      },
    ),
    f('solidb.file_read', 'key', 'text in base64', 'What is in a file.', {
      errors: ['`file_read: file not found: <key>`'],
      ...example("crypto.base64_decode(solidb.file_read(solidb.upload(crypto.base64_encode('hello')).key))", 'hello'),
    }),
    f(
      'solidb.file_delete',
      'key',
      'boolean',
      'Removes a file; false when there is none.',
      example("solidb.file_delete('none')", false),
    ),
    f(
      'solidb.file_list',
      '{ directory?, limit? = 100, offset? = 0 }?',
      'list',
      'Facts about files, in the order in which they were stored.',
      example('solidb.file_list()', []),
    ),
    f(
      'solidb.image_process',
      'image, operations',
      '{ data, size, width, height, format, mime_type }',
      'Changes a picture, given in base64 or as the key of a file: `resize thumbnail crop rotate flip grayscale blur brightness contrast format quality`. `data` is base64.',
      {
        errors: ['`image_process: failed to load image: …`'],
      },
    ),
  ],
};

const CHANNEL: readonly (readonly [name: string, parameters: string, result: string, summary: string])[] = [
  ['channel.subscribe', 'channel', 'true', 'Has messages of a channel come to `recv_any`. WebSocket scripts only.'],
  ['channel.unsubscribe', 'channel', 'boolean', 'Ends that.'],
  [
    'channel.broadcast',
    'channel, message',
    'number',
    'Gives a message to all who have subscribed, the sender among them.',
  ],
  ['channel.list', '', 'list of texts', 'The channels that this connection has subscribed to.'],
  ['presence.join', 'channel, user_info?', 'true', 'Shows this connection as present in a channel.'],
  ['presence.leave', 'channel', 'boolean', 'Ends that.'],
  ['presence.list', 'channel', 'list of { connection_id, user_info, joined_at }', 'Who is present in a channel.'],
];

/** WebSocket scripts. */
export const webSocketSection: ScriptSection = {
  title: 'WebSockets',
  introduction:
    'A script whose methods hold `WS` lives as long as its connection; `solidb.ws` is there in no other. Every script may broadcast: `solidb.channel` and `solidb.presence` are everywhere.',
  functions: [
    f('solidb.ws.send', 'message', 'true', 'Sends a text to the client.'),
    f(
      'solidb.ws.recv',
      'timeout_ms?',
      'text or nil',
      'Waits for the next message of the client; nil when the connection is closed.',
    ),
    f(
      'solidb.ws.recv_any',
      'timeout_ms? = 30000',
      'message, kind; or nil',
      'Waits for whatever comes first; the kind is `ws`, `channel` or `presence`. `message[1]` is the payload, `message[2]` the kind; the message shows itself as its payload, and has the members of a payload that is a table.',
    ),
    f('solidb.ws.close', 'code?, reason?', 'true', 'Closes the connection.'),
    ...CHANNEL.map(([name, parameters, result, summary]) => f(`solidb.${name}`, parameters, result, summary)),
    ...CHANNEL.map(([name, parameters, result]) =>
      f(`solidb.ws.${name}`, parameters, result, `The same as \`solidb.${name}\`.`),
    ),
  ],
};

/** Tools for who writes scripts. */
export const developerSection: ScriptSection = {
  title: 'Developer tools',
  functions: [
    f(
      'solidb.dump',
      'value',
      'text',
      'A value as text, for people.',
      example('solidb.dump({ a = { 1, 2 } })', '{ a: [1, 2] }'),
    ),
    f('solidb.debug', 'value', 'text', 'The same as `solidb.dump`.', example("solidb.debug('x')", '"x"')),
    f(
      'solidb.inspect',
      'value',
      '{ type, length?, value?, count?, is_array?, keys? }',
      'Facts about a value.',
      example("solidb.inspect('hé')", { length: 3, type: 'string', value: 'hé' }),
    ),
    f(
      'solidb.profile',
      'body, argument?',
      '{ result, duration_ms, duration_us }',
      'Runs a function and says how long it took.',
      example('solidb.profile(function(x) return x end, 7).result', 7),
    ),
    f(
      'solidb.benchmark',
      'body, iterations? = 100',
      '{ iterations, total_ms, avg_ms, min_ms, max_ms, std_dev_ms }',
      'Runs a function often and says how long it took.',
      example('solidb.benchmark(function() end, 5).iterations', 5),
    ),
    f(
      'solidb.mock',
      'name, data?',
      'mock',
      'A collection in memory, for tests.',
      example("solidb.mock('users', { u1 = { name = 'A' } }):get('u1').name", 'A'),
    ),
    f('mock:get', 'key', 'document or nil', 'Reads a document.'),
    f('mock:insert', 'document', 'document', 'Stores a document; without `_key` it gets one.'),
    f('mock:update', 'key, changes', 'document', 'Lays members over a document.', {
      errors: ['`Document not found: <key>`'],
    }),
    f('mock:delete', 'key', 'boolean', 'Removes a document.'),
    f('mock:all', '', 'list', 'All documents.', example("#solidb.mock('x', { a = {}, b = {} }):all()", 2)),
    f('mock:count', '', 'number', 'How many there are.', example("solidb.mock('x'):count()", 0)),
    f('mock:reset', '', 'nothing', 'Forgets them.'),
  ],
};
