import { example, scriptFunction as f, type ScriptSection } from '../script-function.ts';

/** What a script answers with. */
export const responseSection: ScriptSection = {
  title: 'Answers',
  introduction:
    'What a script returns is sent as JSON with status 200. `response.status = 201` and `response.headers["X-Name"] = "value"` change that, also for errors (headers) that come later. The script cannot set `Content-Length`, `Transfer-Encoding` or `Connection`.',
  functions: [
    f(
      'response.json',
      'value',
      'value',
      'The value itself: JSON is what is sent anyway.',
      example('response.json({ a = 1 })', { a: 1 }),
    ),
    f('response.html', 'text', 'an answer', 'Returned, sends the text as `text/html`.'),
    f('response.text', 'text', 'an answer', 'Returned, sends the text as `text/plain`.'),
    f(
      'response.stream',
      'chunks',
      'an answer',
      'Returned, sends the elements of a list, or what a function gives until it gives nil, one after another.',
    ),
    f('response.file', 'key', 'an answer', 'Returned, sends a stored file with its type; 404 when there is none.'),
    f(
      'response.cors',
      'options?',
      'options',
      'Lets browsers call from other origins: `origins methods headers credentials max_age`. Takes effect whether it is returned or not, in the place of the headers of the server.',
      {
        ...example('response.cors().origins', '*'),
      },
    ),
    f(
      'solidb.status',
      'status',
      'status',
      'The same as `response.status = status`.',
      example('solidb.status(200)', 200),
    ),
    f('solidb.redirect', 'url, status? = 302', 'does not return', 'Sends the client to another address.', {
      errors: ['`REDIRECT:<url>`'],
      ...example("select(2, pcall(solidb.redirect, '/login'))", 'REDIRECT:/login'),
    }),
    f(
      'solidb.set_cookie',
      'name, value, options?',
      'true',
      'Adds a cookie to whatever is answered. Options: `expires` (a date, or seconds since 1970), `path`, `domain`, `max_age`, `secure`, `httpOnly`, `sameSite`.',
      {
        errors: ['`set_cookie: invalid …`', '`set_cookie: too large` above 4,096 bytes'],
        ...example("solidb.set_cookie('sid', 'abc', { path = '/', httpOnly = true })", true),
      },
    ),
  ],
};

/** Errors and what to do after one. */
export const errorSection: ScriptSection = {
  title: 'Errors',
  introduction:
    'An error that nobody catches answers 500 with `{"error": "<script>:<line>: <message>"}`, or with the status that the function names. Caught with `pcall` it is the text given here.',
  functions: [
    f(
      'solidb.error',
      'message, status? = 500',
      'does not return',
      'Answers with a status from 400 to 599 and exactly `{"error": message}`.',
      {
        errors: ['`ERROR:<status>:<message>`'],
        ...example("select(2, pcall(solidb.error, 'no such person', 404))", 'ERROR:404:no such person'),
      },
    ),
    f('solidb.assert', 'condition, message? = "Assertion failed"', 'true', 'Raises unless the condition holds.', {
      errors: ['`ASSERT:<message>`'],
      ...example('solidb.assert(1 + 1 == 2)', true),
    }),
    f('solidb.assert_eq', 'a, b, message?', 'true', 'Raises unless both are the same, tables by what is in them.', {
      errors: ['`Assertion failed: <a> != <b>`'],
      ...example('solidb.assert_eq({ a = { 1 } }, { a = { 1.0 } })', true),
    }),
    f('solidb.try', 'body, catch(text)?', 'what either returns', 'Runs a function, and another when it fails.', {
      errors: ['`Catch function failed: …`', 'Without `catch`: the error itself'],
      ...example(
        "solidb.try(function() error('x', 0) end, function(problem) return 'caught ' .. problem end)",
        'caught x',
      ),
    }),
    f('solidb.fallback', 'first, second', 'what either returns', 'Runs the second function when the first fails.', {
      ...example("solidb.fallback(function() error('x') end, function() return 2 end)", 2),
    }),
    f(
      'solidb.retry',
      'attempts, delay_ms, body',
      'what the function returns',
      'Runs a function until it succeeds, with a wait in between.',
      {
        errors: ['`RETRY_FAILED:All <attempts> attempts failed. Last error: …`'],
        ...example(
          'local n = 0 return solidb.retry(3, 1, function() n = n + 1 if n < 3 then error("x") end return n end)',
          3,
        ),
      },
    ),
    f(
      'solidb.timeout',
      'milliseconds, body',
      'what the function returns',
      'Raises when a function takes longer. A wait inside is cut short, also one for the server, which goes on with what it was asked; computing is not.',
      {
        errors: ['`TIMEOUT:Operation timed out after <milliseconds>ms`'],
        ...example("solidb.timeout(1000, function() return 'quick' end)", 'quick'),
      },
    ),
    f(
      'solidb.rate_limit',
      'id, max, window_s',
      'true',
      'Answers 429 for more than `max` calls with an id in so many seconds. Ids belong to one database.',
      {
        errors: ['`RATE_LIMIT:429:Too many requests`'],
        ...example("solidb.rate_limit('example', 10, 60)", true),
      },
    ),
  ],
};

/** Who asks. */
export const authSection: ScriptSection = {
  title: 'Who asks',
  introduction: '`request.user` is nil for an anonymous caller, else `{ username, authenticated, roles }`.',
  functions: [
    f(
      'solidb.auth.user',
      '',
      '{ username, authenticated, roles, scoped_databases?, exp? }',
      'The caller; an anonymous one has the name "" and no roles.',
      {
        ...example('solidb.auth.user().authenticated', false),
      },
    ),
    f(
      'solidb.auth.is_authenticated',
      '',
      'boolean',
      'Whether the caller has said who it is.',
      example('solidb.auth.is_authenticated()', false),
    ),
    f(
      'solidb.auth.has_role',
      'role',
      'boolean',
      'Whether the caller has a role; administrators have all.',
      example("solidb.auth.has_role('editor')", false),
    ),
    f('solidb.auth.require_auth', '', 'true', 'Answers 401 to anonymous callers.', {
      errors: ['`UNAUTHORIZED:401:Authentication required`'],
      ...example('select(2, pcall(solidb.auth.require_auth))', 'UNAUTHORIZED:401:Authentication required'),
    }),
    f(
      'solidb.auth.require_role',
      'role',
      'true',
      'Answers 401 to anonymous callers, and 403 to those without the role.',
      {
        errors: ['The former', "`FORBIDDEN:403:Role '<role>' required`"],
      },
    ),
    f(
      'solidb.auth.has_database_access',
      'database',
      'boolean',
      'Whether the caller may do anything in a database. A stranger is confined to none, so that this is true for him: ask `require_auth` first.',
    ),
  ],
};
