import type { Kernel } from './kernel.ts';

/**
 * `solidb`: the helpers that Lua scripts have too, under the same names. What asks the server gives a promise.
 * Made only for scripts that name it: so many functions in every context cost 50 µs a run.
 */
export function installSolidb(kernel: Kernel): void {
  const { parse, stringify } = JSON;
  const { keys, create, defineProperty } = Object;
  const { apply } = Reflect;
  const { toUpperCase, startsWith } = String.prototype;
  const { isArray } = Array;
  const { includes } = Array.prototype;
  const { now } = Date;
  const { floor } = Math;
  const NewError = Error;
  const NewPromise = Promise;
  const text = String;
  const number = Number;

  type Helper = (...parameters: never[]) => unknown;
  const solidb = {};
  const put = (target: object, helpers: Record<string, Helper>): void => {
    const names = keys(helpers);
    for (let index = 0; index < names.length; index++) kernel.define(target, names[index], helpers[names[index]]);
  };
  const table = (name: string, helpers: Record<string, Helper>, parent: object = solidb): object => {
    const made = {};
    put(made, helpers);
    kernel.define(parent, name, made);
    return made;
  };
  const native =
    (name: string) =>
    (...parameters: unknown[]): unknown =>
      kernel.native(name, parameters[0], parameters[1], parameters[2], parameters[3]);
  const natives = (name: string, members: string[]): Record<string, Helper> => {
    const helpers: Record<string, Helper> = create(null);
    for (let index = 0; index < members.length; index++) helpers[members[index]] = native(`${name}.${members[index]}`);
    return helpers;
  };
  const asked =
    (name: string, count: number) =>
    (...parameters: unknown[]): Promise<unknown> => {
      const given: unknown[] = [];
      for (let index = 0; index < count; index++) defineProperty(given, index, own(parameters[index]));
      return kernel.call(name, given);
    };
  const own = (value: unknown): PropertyDescriptor => {
    const descriptor = create(null);
    descriptor.value = value;
    descriptor.writable = true;
    descriptor.enumerable = true;
    descriptor.configurable = true;
    return descriptor;
  };
  /** Bytes cannot stand in JSON: they go beside it. */
  const askedWithBytes =
    (name: string, count: number) =>
    (...parameters: unknown[]): Promise<unknown> => {
      const bytes = typeof parameters[0] === 'object' ? kernel.bytesOf(parameters[0]) : undefined;
      const first = bytes === undefined ? parameters[0] : null;
      return kernel.call(
        name,
        count === 1 ? [first] : [first, parameters[1]],
        bytes === undefined ? undefined : { place: '0', bytes },
      );
    };
  const pause = (ms: number): Promise<unknown> => kernel.wait((id) => kernel.post('sleep', id, ms), 0);

  // Read anew: the script may have changed what it was given.
  const { request, environment } = kernel.given();
  const caller = request.user;

  // General
  const values: Record<string, string> = create(null);
  const env = (name: unknown): string | null =>
    apply(startsWith, text(name), ['PUBLIC_']) ? (values[text(name)] ?? null) : null;
  kernel.define(solidb, 'env', env);
  const names = keys(environment);
  for (let index = 0; index < names.length; index++) {
    defineProperty(env, names[index], own(environment[names[index]]));
    values[names[index]] = environment[names[index]];
  }
  put(solidb, {
    log: (value: unknown, level: unknown = 'INFO') =>
      kernel.log(apply(toUpperCase, text(level), []), kernel.show(value)),
    now: () => floor(now() / 1000),
    uuid: native('crypto.uuid'),
    json_encode: (value: unknown) => stringify(value),
    json_decode: (value: unknown) => parse(text(value)),
    escape_html: native('web.escape_html'),
    stats: asked('stats', 0),
    fetch: (url: unknown, init: unknown) => fetchOf(url, init),
    cache: asked('cache.set', 3),
    cache_get: asked('cache.get', 1),
    cache_delete: asked('cache.delete', 1),
    upload: askedWithBytes('files.upload', 2),
    file_info: asked('files.info', 1),
    file_read: asked('files.read', 1),
    file_delete: asked('files.delete', 1),
    file_list: asked('files.list', 1),
    image_process: askedWithBytes('image.process', 2),
  });
  const fetchOf = (globalThis as unknown as { fetch: (url: unknown, init: unknown) => unknown }).fetch;

  // Errors and control flow
  const refuse = (message: string, status: number): never => {
    throw kernel.chosen(message, status);
  };
  put(solidb, {
    error: (message: unknown, status: unknown = 500) => refuse(text(message), number(status)),
    redirect: (url: unknown) => {
      throw kernel.redirection(text(url));
    },
    set_cookie: (name: unknown, value: unknown, options: unknown = {}) => {
      kernel.addHeader('Set-Cookie', kernel.native('web.cookie', text(name), text(value), options) as string);
      return true;
    },
    assert: (condition: unknown, message: unknown = 'Assertion failed') => {
      if (condition) return true;
      throw new NewError(text(message));
    },
    rate_limit: async (id: unknown, max: unknown, windowS: unknown) =>
      (await kernel.call('rate_limit', [text(id), number(max), number(windowS)])) || refuse('Too many requests', 429),
    retry: async (attempts: number, delayMs: number, body: () => unknown) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await body();
        } catch (error) {
          if (attempt >= attempts) throw error;
        }
        if (delayMs > 0) await pause(delayMs);
      }
    },
    timeout: (ms: number, body: () => unknown) =>
      new NewPromise((resolve, reject) => {
        (async () => {
          await pause(ms);
          reject(new NewError(`Operation timed out after ${ms}ms`));
        })();
        (async () => {
          try {
            resolve(await body());
          } catch (error) {
            reject(error);
          }
        })();
      }),
  });

  // Validation
  put(solidb, {
    validate: (data: unknown, schema: unknown) => kernel.native('validation.validate', data, schema) === true,
    validate_detailed: native('validation.validate_detailed'),
    validate_input: (input: unknown, rules: unknown) => {
      const problem = kernel.native('validation.validate_input', input, rules);
      return problem === undefined || problem === null || refuse(text(problem), 400);
    },
    validate_condition: (condition: unknown, message: unknown, status: unknown = 400) =>
      condition ? true : refuse(text(message), number(status)),
    check_permissions: (user: { permissions?: unknown } | null | undefined, wanted: unknown) => {
      const granted = user?.permissions;
      if (!isArray(granted) || !isArray(wanted) || wanted.length === 0) {
        return refuse('Invalid user or permissions format', 403);
      }
      for (let index = 0; index < wanted.length; index++) {
        if (!apply(includes, granted, [wanted[index]])) refuse(`Missing permission: ${text(wanted[index])}`, 403);
      }
      return true;
    },
  });
  const sanitize = native('sanitize.sanitize');
  put(sanitize, { trim: native('sanitize.trim'), slug: native('sanitize.slug') });
  kernel.define(solidb, 'sanitize', sanitize);

  // Who asks
  const hasRole = (role: unknown): boolean => {
    if (caller === null) return false;
    for (let index = 0; index < caller.roles.length; index++) {
      if (caller.roles[index] === role || caller.roles[index] === 'admin') return true;
    }
    return false;
  };
  const requireAuth = (): true => (caller === null ? refuse('Authentication required', 401) : true);
  table('auth', {
    user: asked('auth.user', 0),
    is_authenticated: () => caller !== null,
    has_role: hasRole,
    require_auth: requireAuth,
    require_role: (role: unknown) => requireAuth() && (hasRole(role) || refuse(`Role '${text(role)}' required`, 403)),
    has_database_access: asked('auth.has_database_access', 1),
  });

  // Tables of helpers
  const crypto = table(
    'crypto',
    natives('crypto', [
      'md5',
      'sha256',
      'sha512',
      'hmac_sha256',
      'hmac_sha512',
      'base64_encode',
      'base64_decode',
      'base32_encode',
      'base32_decode',
      'hex_encode',
      'hex_decode',
      'uuid',
      'uuid_v7',
      'random_bytes',
      'random_string',
      'jwt_encode',
      'jwt_decode',
      'curve25519',
    ]),
  );
  put(crypto, { hash_password: asked('password.hash', 1), verify_password: asked('password.verify', 2) });
  const time = table(
    'time',
    natives('time', [
      'now',
      'now_ms',
      'format',
      'date',
      'iso',
      'parse',
      'add',
      'subtract',
      'diff',
      'year',
      'month',
      'day',
      'hour',
      'minute',
      'second',
      'weekday',
    ]),
  );
  put(time, { sleep: (ms: unknown) => pause(number(ms)) });
  table(
    'string',
    natives('string', ['regex', 'regex_replace', 'slugify', 'truncate', 'template', 'title_case', 'random']),
  );
  table('session', {
    create: asked('session.create', 2),
    get: asked('session.get', 1),
    set: asked('session.set', 3),
    destroy: asked('session.end', 1),
  });
  table('job', {
    async: (script: unknown, parameters?: unknown, options?: unknown) =>
      kernel.call('job.enqueue', ['default', text(script), parameters, options]),
    cron: (schedule: unknown, script: unknown, parameters?: unknown, options?: unknown) =>
      kernel.call('job.cron', [text(schedule), text(script), parameters, options]),
    status: asked('job.status', 1),
    cancel: asked('job.cancel', 1),
  });
  table('streams', { list: asked('streams.list', 0), stop: asked('streams.stop', 1) });
  const ws = table('ws', {
    send: askedWithBytes('ws.send', 1),
    recv: asked('ws.recv', 1),
    recv_any: asked('ws.recv_any', 1),
    close: asked('ws.close', 2),
  });
  const channel = {
    subscribe: asked('channel.subscribe', 1),
    unsubscribe: asked('channel.unsubscribe', 1),
    broadcast: asked('channel.broadcast', 2),
    list: asked('channel.list', 0),
  };
  const presence = {
    join: asked('presence.join', 2),
    leave: asked('presence.leave', 1),
    list: asked('presence.list', 1),
  };
  table('channel', channel);
  table('presence', presence);
  table('channel', channel, ws);
  table('presence', presence, ws);

  // Shared code of a service
  const loaded: Record<string, Promise<unknown>> = create(null);
  kernel.define(solidb, 'module', (name: unknown) => {
    const key = text(name);
    loaded[key] ??= kernel.wait((id) => kernel.post('module', id, key), 0);
    return loaded[key];
  });
  kernel.define(globalThis, 'solidb', solidb);
}
