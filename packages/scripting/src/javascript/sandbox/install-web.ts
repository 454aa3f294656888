import type { Kernel } from './kernel.ts';

/** `fetch`, `sleep` and `console`. */
export function installWeb(kernel: Kernel): void {
  const { parse, stringify } = JSON;
  const { keys, create } = Object;
  const { apply } = Reflect;
  const { toLowerCase, slice } = String.prototype;
  const { entries } = Object;
  const { iterator } = Symbol;
  const { isArray } = Array;
  const NewError = Error;
  const NewTypeError = TypeError;
  const text = String;
  const number = Number;

  kernel.define(globalThis, 'sleep', (ms: unknown) => {
    const length = number(ms);
    return kernel.wait((id) => kernel.post('sleep', id, length), 0);
  });

  const lower = (name: unknown): string => apply(toLowerCase, text(name), []);
  const headersOf = (given: Record<string, string>) => {
    const values: Record<string, string> = create(null);
    const names = keys(given);
    for (let index = 0; index < names.length; index++) values[lower(names[index])] = given[names[index]];
    const headers = { ...values };
    kernel.define(headers, 'get', (name: unknown) => values[lower(name)] ?? null);
    kernel.define(headers, 'has', (name: unknown) => values[lower(name)] !== undefined);
    kernel.define(headers, 'keys', () => keys(values).values());
    kernel.define(headers, 'entries', () => entries(values).values());
    kernel.define(headers, 'forEach', (each: (value: string, name: string) => void) => {
      const all = keys(values);
      for (let index = 0; index < all.length; index++) each(values[all[index]], all[index]);
    });
    kernel.define(headers, iterator as never, () => entries(values).values());
    return headers;
  };

  interface Fetched {
    status: number;
    status_text: string;
    ok: boolean;
    url: string;
    headers: Record<string, string>;
    body: Uint8Array;
    text?: string;
  }
  const fetchedOf = ({ status, status_text, ok, url, headers, body, text: known }: Fetched) => {
    const content = (): string => known ?? (kernel.native('engine.decode', body) as string);
    const bytes = (): Uint8Array => body ?? (kernel.native('engine.encode', known) as Uint8Array);
    const fetched = { status, ok, statusText: status_text, url, headers: headersOf(headers) };
    kernel.define(fetched, 'text', async () => content());
    kernel.define(fetched, 'json', async () => parse(content()));
    kernel.define(fetched, 'bytes', async () => bytes());
    kernel.define(fetched, 'arrayBuffer', async () => kernel.bytesOf(bytes())!.buffer);
    return fetched;
  };

  /** Headers as an object of texts: from an object, a list of pairs, or something like `Headers`. */
  const sentHeaders = (given: unknown): Record<string, string> => {
    const headers: Record<string, string> = create(null);
    if (typeof given !== 'object' || given === null) return headers;
    if (isArray(given)) {
      for (let index = 0; index < given.length; index++) headers[text(given[index][0])] = text(given[index][1]);
      return headers;
    }
    const names = keys(given);
    for (let index = 0; index < names.length; index++) {
      headers[names[index]] = text((given as Record<string, unknown>)[names[index]]);
    }
    return headers;
  };

  const namesType = (headers: Record<string, string>): boolean => {
    const names = keys(headers);
    for (let index = 0; index < names.length; index++) if (lower(names[index]) === 'content-type') return true;
    return false;
  };

  interface FetchInit {
    method?: unknown;
    headers?: unknown;
    body?: unknown;
    timeout_ms?: unknown;
  }
  kernel.define(globalThis, 'fetch', async (url: unknown, given?: FetchInit | null) => {
    const init = given ?? ({} as FetchInit);
    const options = create(null);
    if (init.method !== undefined) options.method = text(init.method);
    options.headers = sentHeaders(init.headers);
    if (init.timeout_ms !== undefined) options.timeout_ms = number(init.timeout_ms);
    const { body } = init;
    const bytes = typeof body === 'object' && body !== null ? kernel.bytesOf(body) : undefined;
    if (bytes === undefined && body !== undefined && body !== null) {
      if (typeof body === 'object') throw new NewTypeError('the body must be a text or bytes');
      options.body = text(body);
      if (!namesType(options.headers)) options.headers['Content-Type'] = 'text/plain;charset=UTF-8';
    }
    const placed = bytes === undefined ? undefined : { place: '1.body', bytes };
    return fetchedOf((await kernel.call('fetch', [text(url), options], placed)) as Fetched);
  });

  kernel.show = (value) => {
    if (typeof value === 'string') return value;
    try {
      if (value instanceof NewError) return text(value.stack);
      if (typeof value === 'object' && value !== null) return stringify(value) ?? text(value);
      return typeof value === 'function' ? '[function]' : text(value);
    } catch {
      return '[something that cannot be shown]';
    }
  };
  const LEVELS = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'DEBUG' } as const;
  const console = {};
  const names = keys(LEVELS) as (keyof typeof LEVELS)[];
  for (let index = 0; index < names.length; index++) {
    const level = LEVELS[names[index]];
    kernel.define(console, names[index], (...values: unknown[]) => {
      let line = '';
      for (let at = 0; at < values.length; at++) line += ` ${kernel.show(values[at])}`;
      kernel.log(level, apply(slice, line, [1]));
    });
  }
  kernel.define(globalThis, 'console', console);
}
