/**
 * What the parts of the sandbox share while it is built. No script ever sees this object.
 *
 * The functions of this folder are written here and run elsewhere: their text is taken and run in every fresh context, before the
 * script. So each may name nothing but its parameter and what ECMAScript gives; and each takes what it needs of the
 * built-in objects when it is installed, because the script may change them afterwards.
 */
export interface Kernel {
  /** Sends a message to the process. Never handed on: it belongs to another realm. */
  post(kind: string, ...parts: MessagePart[]): void;
  /** Calls a native function and waits for it: its result, or the error that it raises, in this realm. */
  native(name: string, ...parameters: unknown[]): unknown;
  /** Asks the server. Parameters become JSON; one of them, or a member of one, may be bytes. */
  call(name: string, parameters: readonly unknown[], bytes?: PlacedBytes): Promise<unknown>;
  /** A promise for what the process sends back under the id that `ask` is given. */
  wait(ask: (id: number) => void, size: number): Promise<unknown>;
  isWaiting(): boolean;
  /** JSON text of a list of values, whatever the script has done to prototypes. */
  listText(values: readonly unknown[]): string;
  /** The bytes of a typed array or buffer in an array of this realm, or undefined when it is none. */
  bytesOf(value: unknown): Uint8Array | undefined;
  /** Keeps a line for the script's log. */
  log(level: string, text: string): void;
  /** A value as text, as `console.log` shows it. */
  show(value: unknown): string;
  /** An error that answers with this status and exactly this message. */
  chosen(message: string, status: number): Error;
  /** Something to throw that answers with a redirect. */
  redirection(url: string): unknown;
  /** Makes a property that `for in` passes over, as methods of built-in objects are. */
  define(target: object, name: string, value: unknown): void;
  /** Runs once the run's request is known. */
  onBegin(action: (given: Given) => void): void;
  /** What the run was given, in objects that the script has not seen. */
  given(): Given;
  /** Makes `solidb`. */
  installSolidb(kernel: Kernel): void;
  /** Describes the answer for a value that the script returned, or for what it threw. */
  answer(value: unknown): void;
  fail(error: unknown): void;
  /** Describes the answer for what the module threw while it was evaluated, of which only texts are known. */
  failLoading(kind: ThrownKind, message: string, stack: string): void;
  /** The next part of a streamed answer is asked for. */
  pull(): void;
  /** Headers for whatever is answered. */
  addHeader(name: string, value: string): void;
  /** The module's database object, given to the script. */
  db: unknown;
  response: { readonly error: (message: string, status?: number) => never };
  /** Fulfils a wait with what a module of the service exports. */
  exported(id: number, namespace: object): void;
  reply(id: number, succeeded: boolean, text: string, extra?: Uint8Array | string, member?: string): void;
}

export type MessagePart = string | number | boolean | Uint8Array | undefined;

/** What was thrown: an error, a value without members, or an object that cannot be looked at. */
export type ThrownKind = 'error' | 'value' | 'object';

/** Bytes that stand for the parameter `place`, or for a member of it: `"0"`, `"1.body"`. */
export interface PlacedBytes {
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** What a run is given, as it comes out of JSON. */
export interface Given {
  readonly request: SandboxRequest;
  readonly database: string;
  readonly environment: Record<string, string>;
  readonly limits: { readonly hostCalls: number; readonly logBytes: number; readonly resultBytes: number };
}

export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly params: Record<string, string>;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: unknown;
  readonly user: { readonly username: string; readonly roles: string[] } | null;
}

/** What the supervisor of an isolate sees of a context that is ready for a run. */
export interface SandboxEntry {
  /** Comes first, before anything of the script runs. */
  connect(post: SandboxLink['post'], native: SandboxLink['native']): void;
  /** Sets the request, and makes `solidb` for a script that names it; the module is evaluated afterwards. */
  prepare(givenText: string, namesSolidb: boolean): void;
  /** Calls the module's default export. */
  begin(namespace: object): void;
  /** Something thrown that nobody has caught: when the module has not been called by now, it cannot be. */
  failLoading(kind: ThrownKind, message: string, stack: string): void;
  exported(id: number, namespace: object): void;
  /** Whether the process has been asked for something that has not come. */
  isWaiting(): boolean;
  reply(id: number, succeeded: boolean, text: string, extra?: Uint8Array | string, member?: string): void;
  pull(): void;
}

/** The functions of another realm that a sandbox is connected to. They are called with primitives and bytes, and never handed on. */
export interface SandboxLink {
  post: (kind: string, ...parts: MessagePart[]) => void;
  native: (name: string, parameters: string, place?: string, bytes?: Uint8Array) => string;
}
