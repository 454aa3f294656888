import {
  CairnError,
  type EncodedValue,
  type OkReply,
  type Reply,
  type Request,
  type RequestField,
  type Value,
} from '@cairn/protocol/internal';
import { HostCallError } from '@cairn/scripting/internal';
import { insideTransaction } from '../../../commands/transactions/inside-transaction.ts';
import type { Session } from '../../../runner/session.ts';
import type { Script } from '../records/script-record.ts';
import type { ScriptSocket } from './script-socket.ts';
import type { ScriptSurroundings } from './script-surroundings.ts';

/** Members of a command; those that are `undefined` are not sent. */
export type CommandMembers = Readonly<Record<string, RequestField>>;

/** Who called a script; without a session, or with one that has not authenticated, a stranger. */
export interface Caller {
  readonly session: Session | undefined;
}

/** What a host call gets besides its parameters: the run that it belongs to. */
export class CallContext {
  readonly surroundings: ScriptSurroundings;
  readonly script: Script;
  /** In whose name the script acts. */
  readonly session: Session;
  readonly caller: Caller;
  readonly socket: ScriptSocket | undefined;
  /** The transaction in which everything happens that the run asks for; none for most. */
  readonly transactionId: string | undefined;
  /** Transactions that the run has begun and not ended. */
  readonly transactions = new Set<string>();
  /** Made when somebody asks for it: most runs wait for nothing. */
  #ending: AbortController | undefined;
  #hasEnded = false;
  #hasActed = false;
  /** Queries under way that may change something. */
  #undecided = 0;

  constructor(parts: {
    surroundings: ScriptSurroundings;
    script: Script;
    session: Session;
    caller: Caller;
    socket?: ScriptSocket;
    transactionId?: string;
  }) {
    this.surroundings = parts.surroundings;
    this.script = parts.script;
    this.session = parts.session;
    this.caller = parts.caller;
    this.socket = parts.socket;
    this.transactionId = parts.transactionId;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether the run has asked for anything that may have changed something. */
  get hasActed(): boolean {
    return this.#hasActed || this.#undecided > 0;
  }

  noteAction(): void {
    this.#hasActed = true;
  }

  /** Asks for a query. Whether it has changed something its answer tells; until then, and when it fails, it may have. */
  async askQuery(members: CommandMembers): Promise<OkReply> {
    this.#undecided++;
    try {
      const reply = await this.ask('query', members);
      if (reply.lsn !== undefined || this.transactionId !== undefined) this.noteAction();
      return reply;
    } catch (error) {
      this.noteAction();
      throw error;
    } finally {
      this.#undecided--;
    }
  }

  /** Fires when the run has ended, whichever way: what still waits for it gives up. */
  get signal(): AbortSignal {
    this.#ending ??= new AbortController();
    if (this.#hasEnded) this.#ending.abort();
    return this.#ending.signal;
  }

  end(): void {
    this.#hasEnded = true;
    this.#ending?.abort();
  }

  get database(): string {
    return this.script.database;
  }

  /** Sends a command of the catalogue in the script's name, about the script's own database. Never rejects. */
  send(command: string, members: CommandMembers): Reply | Promise<Reply> {
    const fields: Record<string, RequestField> = { database: this.database };
    for (const name in members) if (members[name] !== undefined && name !== 'database') fields[name] = members[name];
    return this.surroundings.run(this.session, this.#bound({ cmd: command, fields, rid: undefined }));
  }

  /** @throws CairnError `invalid_argument` for what cannot be part of the transaction that the run belongs to */
  #bound(request: Request): Request {
    if (this.transactionId === undefined) return request;
    if (request.cmd !== 'begin_transaction') return insideTransaction(request, this.transactionId);
    throw new CairnError('invalid_argument', 'a trigger that runs before a change has the transaction of the change');
  }

  /** @throws what the command refuses */
  async ask(command: string, members: CommandMembers): Promise<OkReply> {
    const reply = await this.send(command, members);
    if (reply.status === 'error') throw reply.error;
    return reply as OkReply;
  }
}

/** What the call of one name does. What it throws is an error that the script sees. */
export type HostCall = (
  parameters: readonly Value[],
  context: CallContext,
) => Value | EncodedValue | Promise<Value | EncodedValue>;

/** A parameter that is no text is an error. @throws HostCallError */
export function textParameter(parameters: readonly Value[], at: number, name: string): string {
  const value = parameters[at];
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw badParameter(name, 'a text', value);
}

/** @throws HostCallError */
export function numberParameter(parameters: readonly Value[], at: number, name: string): number {
  const value = parameters[at];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw badParameter(name, 'a number', value);
}

/** The number, or the fallback when there is none. @throws HostCallError */
export function optionalNumber(parameters: readonly Value[], at: number, name: string, fallback: number): number {
  return (parameters[at] ?? null) === null ? fallback : numberParameter(parameters, at, name);
}

export function badParameter(name: string, wanted: string, given: Value | undefined): HostCallError {
  const is = given === null || given === undefined ? 'nothing' : Array.isArray(given) ? 'a list' : typeof given;
  return badRequest(`${name} must be ${wanted}, not ${is}`);
}

export function badRequest(message: string): HostCallError {
  return new HostCallError(`Bad Request: ${message}`, 'BadRequest');
}
