import type { Readable } from 'node:stream';
import type { CommandName, OkReply, RequestField, Value } from '@cairn/protocol/internal';
import type { z } from 'zod';
import type { AnswerFormat } from '../content/answer-format.ts';

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
  /** The members of the object that came as body; none when it was no object. */
  readonly body: Readonly<Record<string, Value>>;
  /** The body as it was, of whatever type; null when none came. */
  readonly content: Value;
  readonly hasBody: boolean;
  /** The body as it comes, for routes that take streams. */
  readonly stream: Readable | undefined;
  /** The most of it that is read. */
  readonly streamBytesMax: number;
  /** What the request likes best of what the route offers. */
  readonly format: AnswerFormat;
  /**
   * Runs a command of the catalogue as the caller of this request, so that its rights, limits and counts hold.
   * @throws CairnError what the command refuses
   */
  run(command: CommandName, fields: CommandFields): Promise<OkReply>;
}

/** What a route answers. */
export interface HttpAnswer {
  /** 200 when absent; without anything to answer 204. */
  readonly status?: number;
  readonly json?: Value;
  readonly headers?: Readonly<Record<string, string>>;
  /** Rows that are fetched while they are sent, in the format of the call; they stand instead of `json`. */
  readonly rows?: AsyncIterable<readonly Value[]>;
  /** Text that is made while it is sent; it stands instead of `json`. */
  readonly stream?: { readonly contentType: string; readonly lines: AsyncIterable<string | Uint8Array> };
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * What is told about a route beyond its command. What is told of query and body is also checked before the route sees them.
 * A route without a description takes its command's fields and may answer anything.
 */
export interface RouteDescription {
  /** The command's own when absent. */
  readonly summary?: string;
  /** Members of the query string. */
  readonly query?: z.ZodObject;
  /** Headers that mean something here: `if-match`, `if-none-match`, `x-transaction-id`. */
  readonly headers?: readonly string[];
  /** The body; none when absent. */
  readonly body?: z.ZodType;
  /** The kinds of bodies that are read while they come; then `body` is not checked. */
  readonly streams?: readonly string[];
  /** What a success answers; nothing when absent. */
  readonly reply?: z.ZodType;
  /** The status of a success: 200, or 204 without a reply, when absent. */
  readonly status?: number;
  /** Further statuses, such as 304. */
  readonly statuses?: readonly number[];
  /** How the answer may be written: as JSON and msgpack when absent. */
  readonly formats?: readonly AnswerFormat[];
  /** True when the answer is no value but sent as it is; then `formats` says nothing. */
  readonly contentType?: string;
}

/** One route of the HTTP interface: a place, the command behind it, and how the one becomes the other. */
export interface Route {
  readonly method: HttpMethod;
  /** With `:name` for what the path names. */
  readonly path: string;
  /** The command that the route stands for; others that it runs have the same rights or less. */
  readonly command: CommandName;
  readonly describes: RouteDescription | undefined;
  handle(call: HttpCall): HttpAnswer | Promise<HttpAnswer>;
}

/** Writes a route on few lines. */
export function route(
  method: HttpMethod,
  path: string,
  command: CommandName,
  handle: Route['handle'],
  describes?: RouteDescription,
): Route {
  return { method, path, command, describes, handle };
}

/** The transaction that a request names: `X-Transaction-ID: tx:…`, or without the sign before it. */
export function transactionOf({ headers }: HttpCall): { readonly tx_id?: string } {
  const id = headers['x-transaction-id'];
  if (id === undefined || id === '') return {};
  return { tx_id: id.startsWith('tx:') ? id : `tx:${id}` };
}
