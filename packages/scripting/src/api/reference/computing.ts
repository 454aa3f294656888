import { example, scriptFunction as f, type ScriptSection } from '../script-function.ts';

const DIGEST = 'text of hexadecimal digits';

/** Digests, encodings, tokens, chance. */
export const cryptoSection: ScriptSection = {
  title: 'Digests, encodings, tokens',
  introduction: 'Texts may hold any bytes.',
  functions: [
    f('crypto.md5', 'text', DIGEST, 'For old formats; nothing safe can be built on it.', {
      ...example("crypto.md5('')", 'd41d8cd98f00b204e9800998ecf8427e'),
    }),
    f('crypto.sha256', 'text', DIGEST, 'SHA-256.', {
      ...example("crypto.sha256('hello')", '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'),
    }),
    f('crypto.sha512', 'text', DIGEST, 'SHA-512.', example("#crypto.sha512('x')", 128)),
    f(
      'crypto.hmac_sha256',
      'key, text',
      DIGEST,
      'A digest that only who has the key can make.',
      example("#crypto.hmac_sha256('k', 'x')", 64),
    ),
    f(
      'crypto.hmac_sha512',
      'key, text',
      DIGEST,
      'The same with SHA-512.',
      example("#crypto.hmac_sha512('k', 'x')", 128),
    ),
    f(
      'crypto.base64_encode',
      'text',
      'text',
      'Standard alphabet, padded.',
      example("crypto.base64_encode('hello')", 'aGVsbG8='),
    ),
    f('crypto.base64_decode', 'text', 'text', 'The bytes that were encoded.', {
      errors: ['`Invalid base64`, also for missing padding and for the alphabet of addresses'],
      ...example("crypto.base64_decode('aGVsbG8=')", 'hello'),
    }),
    f('crypto.base32_encode', 'text', 'text', 'RFC 4648, padded.', example("crypto.base32_encode('a')", 'ME======')),
    f('crypto.base32_decode', 'text', 'text', 'The bytes that were encoded.', {
      errors: ['`Invalid base32`'],
      ...example("crypto.base32_decode('ME======')", 'a'),
    }),
    f('crypto.hex_encode', 'text', 'text', 'Two digits a byte.', example("crypto.hex_encode('AZ')", '415a')),
    f('crypto.hex_decode', 'text', 'text', 'The bytes that were encoded.', {
      errors: ['`Invalid hex: …`'],
      ...example("crypto.hex_decode('6869')", 'hi'),
    }),
    f('crypto.uuid', '', 'text', 'A random UUID (version 4).', example('#crypto.uuid()', 36)),
    f(
      'crypto.uuid_v7',
      '',
      'text',
      'A UUID that sorts by the time it was made.',
      example('crypto.uuid_v7() < crypto.uuid_v7()', true),
    ),
    f(
      'crypto.random_bytes',
      'count',
      'text',
      'Bytes that cannot be guessed, at most 1,048,576.',
      example('#crypto.random_bytes(16)', 16),
    ),
    f('crypto.random_string', 'length', 'text', 'Letters and digits that cannot be guessed, at most 1,048,576.', {
      ...example('#crypto.random_string(12)', 12),
    }),
    f('crypto.jwt_encode', 'claims, secret', 'text', 'A JSON Web Token, signed with HMAC-SHA-256.', {
      ...example(
        "crypto.jwt_encode({ sub = 'u1', admin = true, n = 1 }, 'secret')",
        'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhZG1pbiI6dHJ1ZSwibiI6MSwic3ViIjoidTEifQ.pq-2eaIuY4WyUDhrI1ADihNz4kRljJctYYJS2DA9rQo',
      ),
    }),
    f(
      'crypto.jwt_decode',
      'token, secret',
      'claims',
      'The claims of a token that this secret has signed and that is in force.',
      {
        errors: [
          '`JWT decode error: ` and `Invalid JWT format`, `Invalid JWT header`, `Unsupported JWT algorithm or type`, `Invalid JWT signature`, `Invalid JWT claims`, `Token has expired`, `Token is not valid yet`',
        ],
        ...example("crypto.jwt_decode(crypto.jwt_encode({ sub = 'u1' }, 's'), 's')", { sub: 'u1' }),
      },
    ),
    f(
      'crypto.curve25519',
      'secret, peer',
      'text of 32 bytes',
      'X25519: the public key when `peer` is "", else the shared secret.',
      {
        errors: ['`Secret key must be exactly 32 bytes`', '`Peer public key must be exactly 32 bytes`'],
        ...example(
          "crypto.base64_encode(crypto.curve25519(string.rep('\\1', 32), ''))",
          'pOCSkrZRwni5dyxWn1+puxPZBrRqtoyd+dwrRAn4ogk=',
        ),
      },
    ),
    f('crypto.hash_password', 'password', 'text', 'Argon2id in the PHC format. Waits; other requests go on.', {
      ...example("crypto.hash_password('secret'):sub(1, 10)", '$argon2id$'),
    }),
    f('crypto.verify_password', 'hash, password', 'boolean', 'Whether the password has this hash. Waits.', {
      errors: ['For a text that is no such hash'],
    }),
  ],
};

/** Clock and calendar. */
export const timeSection: ScriptSection = {
  title: 'Time',
  introduction:
    'Moments are seconds since 1970, with a fraction. Everything is told in UTC. Formats are those of `strftime`; `%.3f` is a fraction of three digits.',
  functions: [
    f('time.now', '', 'number', 'This moment.', example('time.now() > 1700000000', true)),
    f('time.now_ms', '', 'integer', 'Milliseconds since 1970.', example('math.type(time.now_ms())', 'integer')),
    f(
      'time.now_ns',
      '',
      'integer',
      'Nanoseconds since 1970, as finely as the process can tell.',
      example('math.type(time.now_ns())', 'integer'),
    ),
    f('time.millis', '', 'integer', 'The same as `time.now_ms`.', example('math.type(time.millis())', 'integer')),
    f('solidb.now', '', 'integer', 'Whole seconds since 1970.', example('math.type(solidb.now())', 'integer')),
    f(
      'time.sleep',
      'milliseconds',
      'nothing',
      'Waits; other requests go on. The time counts towards the limit.',
      example('local t = time.now() time.sleep(2) return time.now() > t', true),
    ),
    f('time.format', 'moment, format', 'text', 'A moment as text.', {
      errors: ['`Invalid format: %…`', '`Invalid timestamp`'],
      ...example("time.format(1700000000, '%A %d %B %Y')", 'Tuesday 14 November 2023'),
    }),
    f('time.date', 'format? = "%Y-%m-%d %H:%M:%S", moment? = now', 'text', 'The same with the format first.', {
      ...example("time.date('%H:%M', 1700000000)", '22:13'),
    }),
    f(
      'time.iso',
      'moment? = now',
      'text',
      'As ISO 8601 writes it.',
      example('time.iso(1.5)', '1970-01-01T00:00:01.500+00:00'),
    ),
    f('time.parse', 'text, format?', 'number', 'The moment that a text names: RFC 3339, or by a format.', {
      errors: ['`Parse error: …`'],
      ...example("time.parse('14.11.2023', '%d.%m.%Y')", 1699920000),
    }),
    f('time.add', 'moment, count, unit? = "s"', 'number', 'Later by so many `ms s m h d`.', {
      errors: ['`Unknown unit: …`'],
      ...example("time.add(100, 5, 'm')", 400),
    }),
    f(
      'time.subtract',
      'moment, count, unit? = "s"',
      'number',
      'Earlier by so many.',
      example("time.subtract(100, 1, 'm')", 40),
    ),
    f('time.diff', 'a, b', 'number', 'Seconds from `b` to `a`.', example('time.diff(100, 40)', 60)),
    f('time.year', 'moment? = now', 'integer', 'Its year.', example('time.year(0)', 1970)),
    f('time.month', 'moment? = now', 'integer', 'Its month, from 1.', example('time.month(0)', 1)),
    f('time.day', 'moment? = now', 'integer', 'Its day of the month.', example('time.day(86400)', 2)),
    f('time.hour', 'moment? = now', 'integer', 'Its hour, from 0.', example('time.hour(3600)', 1)),
    f('time.minute', 'moment? = now', 'integer', 'Its minute.', example('time.minute(60)', 1)),
    f('time.second', 'moment? = now', 'integer', 'Its second.', example('time.second(59)', 59)),
    f(
      'time.weekday',
      'moment? = now',
      'integer',
      'Its day of the week: Monday is 1, Sunday 7.',
      example('time.weekday(0)', 4),
    ),
  ],
};

/** Checks of values. */
export const validationSection: ScriptSection = {
  title: 'Validation and cleaning',
  functions: [
    f(
      'solidb.validate',
      'data, schema_or_rules',
      'boolean, text?',
      'Whether data fits a JSON Schema (draft 2020-12), or rules for its fields; with rules a second result says what is wrong. A rule is a table of `type` (`string number boolean table email uuid`), `required`, `min`, `max` (of a value or a length), `matches`.',
      {
        errors: ['`Invalid schema: …`', '`Validation is too much work: …`'],
        ...example("solidb.validate({ age = 17 }, { age = { type = 'number', min = 18 } })", false),
      },
    ),
    f(
      'solidb.validate_detailed',
      'data, schema',
      '{ valid, error_count?, errors }',
      'The same with what is wrong, at most 50 times `{ message, path, schema_path }`.',
      {
        errors: ['`Invalid schema: …`'],
        ...example(
          "solidb.validate_detailed({ n = 'x' }, { properties = { n = { type = 'number' } } }).errors[1].message",
          '"x" is not of type "number"',
        ),
      },
    ),
    f(
      'solidb.validate_input',
      'input, rules',
      'true',
      'Checks fields by `required`, `type` (`string number boolean array object`), `min`, `max`; answers 400 for the first that is wrong.',
      {
        errors: [
          '`VALIDATION:Required field missing: <field>`',
          '`VALIDATION:Field <field> must be of type <type>`',
          '`… must be at least <min>`',
          '`… must be at most <max>`',
        ],
        ...example("solidb.validate_input({ n = 1 }, { n = { required = true, type = 'number' } })", true),
      },
    ),
    f(
      'solidb.validate_condition',
      'condition, message, status? = 400',
      'true',
      'Answers with a status and a message unless the condition holds.',
      {
        errors: ['`VALIDATION:<status>:<message>`'],
        ...example("select(2, pcall(solidb.validate_condition, false, 'bad', 422))", 'VALIDATION:422:bad'),
      },
    ),
    f(
      'solidb.check_permissions',
      'user, permissions',
      'true',
      'Answers 403 unless `user.permissions` has all of them. Not about the roles of the server.',
      {
        errors: ['`PERMISSION_DENIED:Missing permission: <permission>`', '`Invalid user or permissions format`'],
        ...example("solidb.check_permissions({ permissions = { 'r', 'w' } }, { 'w' })", true),
      },
    ),
    f(
      'solidb.sanitize',
      'value, operations?',
      'value',
      'All texts inside a value, cleaned: `trim` (blanks inside too), `lowercase`, `uppercase`, `normalize_whitespace`, `strip_html`, each true or a list of names of members; `trim_keys`, `lowercase_keys`, `sanitize_keys` for the names. Without operations tags are taken out.',
      example("solidb.sanitize({ name = '  Ann   Lee ' }, { trim = true })", { name: 'Ann Lee' }),
    ),
    f(
      'solidb.sanitize.trim',
      'text',
      'text',
      'The same as `string.trim`.',
      example("solidb.sanitize.trim('  Ann ')", 'Ann'),
    ),
    f(
      'solidb.sanitize.slug',
      'text',
      'text',
      'The same as `string.slugify`.',
      example("solidb.sanitize.slug('Hello World!')", 'hello-world'),
    ),
    f(
      'solidb.escape_html',
      'text',
      'text',
      'With `& < > " \'` written so that HTML shows them.',
      example("solidb.escape_html('<a & b>')", '&lt;a &amp; b&gt;'),
    ),
    f(
      'solidb.typeof',
      'value',
      'text',
      '`string number boolean table function nil`, or `unknown`.',
      example('solidb.typeof({})', 'table'),
    ),
    f('solidb.uuid', '', 'text', 'The same as `crypto.uuid`.', example('#solidb.uuid()', 36)),
  ],
};
