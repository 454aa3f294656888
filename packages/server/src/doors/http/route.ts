import type { CommandName, OkReply, RequestField, Value } from '@cairn/protocol/internal';

/** The value of a header or of a parameter; the first one where several came. */
export type Given = Readonly<Record<string, string | undefined>>;

/** Members of a command; those that are `undefined` are not sent. */
export type CommandFields = Readonly<Record<string, RequestField>>;

/** A request as routes see it: no socket, no framework. */
export interface HttpCall {
  /** Names in the path. */
  readonly params: Readonly<Record<string, string>>;
  /** What stands behind the question mark. */
  readonly query: Given;
  readonly headers: Given;
  /** The members of the JSON object that came as body; none when it was no object. */
  readonly body: Readonly<Record<string, Value>>;
  /** The body as it was, of whatever type. */
  readonly content: Value;
  /**
   * Runs a command of the catalogue as the caller of this request, so that its rights, limits and counts hold.
   * @throws CairnError what the command refuses
   */
  run(command: CommandName, fields: CommandFields): Promise<OkReply>;
}

/** What a route answers. */
export interface HttpAnswer {
  /** 200 when absent; without `json` 204. */
  readonly status?: number;
  readonly json?: Value;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text that is made while it is sent; it stands instead of `json`. */
  readonly stream?: { readonly contentType: string; readonly lines: AsyncIterable<string> };
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One route of the HTTP interface: a place, the command behind it, and how the one becomes the other. */
export interface Route {
  readonly method: HttpMethod;
  /** With `:name` for what the path names. */
  readonly path: string;
  /** The command that the route stands for; others that it runs have the same rights or less. */
  readonly command: CommandName;
  handle(call: HttpCall): HttpAnswer | Promise<HttpAnswer>;
}

/** Writes a route on few lines. */
export function route(method: HttpMethod, path: string, command: CommandName, handle: Route['handle']): Route {
  return { method, path, command, handle };
}

/** The transaction that a request names: `X-Transaction-ID: tx:…`, or without the sign before it. */
export function transactionOf({ headers }: HttpCall): { readonly tx_id?: string } {
  const id = headers['x-transaction-id'];
  if (id === undefined || id === '') return {};
  return { tx_id: id.startsWith('tx:') ? id : `tx:${id}` };
}
