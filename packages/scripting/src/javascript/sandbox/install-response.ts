import type { Kernel } from './kernel.ts';

/** `response`, and how what a script returns or throws becomes an answer. */
export function installResponse(kernel: Kernel): void {
  const { stringify } = JSON;
  const { keys, create, defineProperty } = Object;
  const { apply } = Reflect;
  const { isArray } = Array;
  const { slice } = String.prototype;
  const { iterator, asyncIterator } = Symbol;
  const NewError = Error;
  const NewRangeError = RangeError;
  const NewTypeError = TypeError;
  const text = String;
  const number = Number;
  const { isInteger } = Number;
  /** Characters of an error's message and stack that are sent to the process. */
  const MESSAGE_MAX = 4096;
  const STACK_MAX = 16_384;

  type Chunks = Iterable<unknown> | AsyncIterable<unknown>;
  type Kind = 'json' | 'text' | 'bytes' | 'stream' | 'redirect';

  /** What `response` returns; nobody else can make one. */
  class Answer {
    readonly #parts: { kind: Kind; status: number; headers: string; body: unknown };
    constructor(kind: Kind, status: number, headers: string, body: unknown) {
      this.#parts = { kind, status, headers, body };
    }
    static partsOf(value: unknown) {
      return typeof value === 'object' && value !== null && #parts in value ? value.#parts : undefined;
    }
  }
  const { partsOf } = Answer;
  Answer.prototype.constructor = Object as never;

  /** An error with the status it answers with. */
  class Chosen extends Error {
    readonly #status: number;
    constructor(message: string, status: number) {
      super(message);
      this.#status = status;
    }
    static statusOf(value: unknown): number | undefined {
      return typeof value === 'object' && value !== null && #status in value ? value.#status : undefined;
    }
  }
  const { statusOf } = Chosen;
  kernel.define(Chosen.prototype, 'constructor', NewError);

  /** JSON texts of `["name","value"]`, each with a comma behind it. */
  let added = '';
  let resultMax = 0;
  kernel.onBegin(({ limits }) => {
    resultMax = limits.resultBytes;
  });

  const line = (name: string, value: unknown): string => `[${stringify(`${name}`)},${stringify(text(value))}],`;
  kernel.addHeader = (name, value) => {
    added += line(name, value);
    if (added.length > resultMax) throw new NewRangeError('the headers are larger than the result may be');
  };
  /** What was made last to be thrown: the module that throws it while it is evaluated is known by its words alone. */
  let lastMade: unknown;
  kernel.chosen = (message, status) => {
    lastMade = new Chosen(text(message), isInteger(status) && status >= 400 && status <= 599 ? status : 500);
    return lastMade as Error;
  };

  const statusFrom = (status: unknown, usual: number): number => {
    const value = status === undefined || status === null ? usual : number(status);
    if (isInteger(value) && value >= 200 && value <= 599) return value;
    throw new NewRangeError(`invalid status: ${text(status)}`);
  };
  const headersFrom = (headers: unknown): string => {
    if (headers === undefined || headers === null) return '';
    if (typeof headers !== 'object') throw new NewTypeError('headers must be an object');
    let lines = '';
    const names = keys(headers);
    for (let index = 0; index < names.length; index++) {
      const value = (headers as Record<string, unknown>)[names[index]];
      if (isArray(value)) for (let at = 0; at < value.length; at++) lines += line(names[index], value[at]);
      else if (value !== undefined && value !== null) lines += line(names[index], value);
    }
    return lines;
  };
  const made = (kind: Kind, body: unknown, init?: { status?: unknown; headers?: unknown }, type = ''): Answer => {
    const headers = `${headersFrom(init?.headers)}${type === '' ? '' : line('', type)}`;
    return new Answer(kind, statusFrom(init?.status, 200), headers, body);
  };

  const response = {
    json: (value: unknown, init?: object) => made('json', stringify(value) ?? 'null', init),
    text: (value: unknown, init?: object) => made('text', text(value), init, 'text/plain; charset=utf-8'),
    html: (value: unknown, init?: object) => made('text', text(value), init, 'text/html; charset=utf-8'),
    bytes: (value: unknown, init?: object) => {
      const bytes = kernel.bytesOf(value);
      if (bytes === undefined) throw new NewTypeError('response.bytes expects bytes');
      return made('bytes', bytes, init, 'application/octet-stream');
    },
    stream: (chunks: Chunks, init?: object) => made('stream', chunks, init, 'application/octet-stream'),
    redirect: (url: unknown, status: unknown = 302) => {
      const code = number(status);
      if (!isInteger(code) || code < 300 || code > 399) throw new NewRangeError(`invalid status: ${text(status)}`);
      return new Answer('redirect', code, line('Location', kernel.native('web.location', text(url))), '');
    },
    error: (message: unknown, status: unknown = 500): never => {
      throw kernel.chosen(text(message), number(status));
    },
    cookie: (name: unknown, value: unknown, options: unknown = {}) => {
      kernel.addHeader('Set-Cookie', kernel.native('web.cookie', text(name), text(value), options) as string);
    },
    cors: (options: unknown = {}) => {
      const origin = (requestHeaders as Record<string, unknown>).origin;
      const lines = kernel.native('web.cors', options, origin) as [string, string][];
      for (let index = 0; index < lines.length; index++) kernel.addHeader(lines[index][0], lines[index][1]);
      return options;
    },
    file: async (key: unknown, init?: object) => {
      let info: { mime_type: string };
      let bytes: unknown;
      try {
        info = (await kernel.call('files.info', [key])) as typeof info;
        bytes = await kernel.call('files.read', [key]);
      } catch {
        throw kernel.chosen(`File not found: ${text(key)}`, 404);
      }
      return made('bytes', bytes, init, info.mime_type);
    },
  };
  const requestHeaders: object = create(null);
  kernel.onBegin(({ request }) => {
    // A copy: the script may change what it was given.
    const names = keys(request.headers);
    for (let index = 0; index < names.length; index++) {
      defineProperty(requestHeaders, names[index], { value: request.headers[names[index]], enumerable: true });
    }
  });
  const answerKinds = keys(response);
  for (let index = 0; index < answerKinds.length; index++) {
    const name = answerKinds[index] as keyof typeof response;
    kernel.define(response, name, response[name]);
  }
  kernel.response = response as Kernel['response'];
  kernel.define(globalThis, 'response', response);

  let chunks: AsyncIterator<unknown> | Iterator<unknown> | undefined;
  const head = (kind: string, status: number, headers: string): string =>
    `{"kind":"${kind}","status":${status},"headers":[${apply(slice, `${headers}${added}`, [0, -1])}]}`;

  kernel.answer = (value) => {
    const parts = partsOf(value);
    if (parts === undefined) return kernel.post('answer', head('json', 200, ''), stringify(value) ?? 'null');
    if (parts.kind === 'stream') {
      const source = parts.body as Record<symbol, unknown> | undefined;
      const open = source?.[asyncIterator] ?? source?.[iterator];
      if (typeof open !== 'function') throw new NewTypeError('response.stream expects something to iterate over');
      chunks = apply(open as () => Iterator<unknown>, source, []);
      return kernel.post('answer', head('stream', parts.status, parts.headers));
    }
    return kernel.post('answer', head(parts.kind, parts.status, parts.headers), parts.body as string);
  };

  kernel.pull = async () => {
    try {
      const next = await chunks!.next();
      if (next.done) return kernel.post('end');
      // An iterator of promises gives what they come to.
      const chunk = await next.value;
      kernel.post('part', kernel.bytesOf(chunk) ?? text(chunk));
    } catch (error) {
      kernel.post('end', describe(error), statusOf(error));
    }
  };

  /** `message`, `stack` and whether it is an error at all, as JSON. */
  const describe = (error: unknown): string => {
    let isError = false;
    let message: unknown;
    let stack: unknown = '';
    try {
      isError = error instanceof NewError;
      message = isError ? (error as Error).message : show(error);
      if (isError) stack = (error as Error).stack;
    } catch {
      // A proxy, a getter that throws, an object without `toString`.
    }
    return thrownText(isError, message, stack);
  };
  const thrownText = (isError: boolean, message: unknown, stack: unknown): string => {
    const say = (value: unknown, max: number): string =>
      stringify(typeof value === 'string' ? apply(slice, value, [0, max]) : 'an error that cannot be shown');
    return `{"isError":${isError},"message":${say(message, MESSAGE_MAX)},"stack":${say(stack, STACK_MAX)}}`;
  };
  /** Something thrown that is no error, as text: in its own words, or as JSON when it has none. */
  const show = (value: unknown): string => {
    let shown: string | undefined;
    try {
      shown = text(value);
    } catch {
      // An object without `toString`.
    }
    const isPlain = typeof value === 'object' && (shown === undefined || shown === '[object Object]');
    return isPlain ? stringify(value) : shown!;
  };

  kernel.redirection = (url) => {
    lastMade = response.redirect(url);
    return lastMade;
  };
  kernel.failLoading = (kind, message, stack) => {
    const isChosen = statusOf(lastMade) !== undefined;
    if (isChosen ? kind === 'error' && (lastMade as Error).message === message : kind === 'object' && lastMade) {
      return kernel.fail(lastMade);
    }
    const told = kind === 'object' ? 'an object that is no error was thrown' : message;
    kernel.post('answer', head('error', 500, ''), thrownText(kind === 'error', told, stack));
  };
  kernel.fail = (error) => {
    if (partsOf(error) !== undefined) {
      kernel.answer(error);
      return;
    }
    const status = statusOf(error);
    kernel.post('answer', head(status === undefined ? 'error' : 'chosen', status ?? 500, ''), describe(error));
  };
}
