import {
  decodeRequest,
  type ErrorReply,
  type RequestHead,
  type RequestId,
  readRequestHead,
} from '@cairn/protocol/internal';
import type { Runner } from '../../runner/runner.ts';
import type { Session } from '../../runner/session.ts';
import type { ConnectionAccount } from './connection-account.ts';

/** What to answer to a request that was not read further than its head. */
export interface Refused {
  readonly reply: ErrorReply;
  readonly rid: RequestId | undefined;
}

interface EarlyRefusalParts {
  readonly runner: Runner;
  readonly session: Session;
  readonly account: ConnectionAccount;
}

/**
 * Refuses requests by their command alone, when not everything can be let in: with several times as much to do as there is time for, what is
 * left depends on what a refusal costs.
 */
export class EarlyRefusal {
  readonly #runner: Runner;
  readonly #session: Session;
  readonly #account: ConnectionAccount;

  constructor({ runner, session, account }: EarlyRefusalParts) {
    this.#runner = runner;
    this.#session = session;
    this.#account = account;
  }

  /**
   * Asked once about each request that comes; undefined when it may come in.
   *
   * @param requests that the connection has under way already
   */
  of(frame: Buffer, requests: number): Refused | undefined {
    const { admission } = this.#runner;
    admission.arrived();
    if (!this.#session.isAuthenticated || !admission.isSelective(this.#account.usage)) return undefined;
    const head = readRequestHead(frame) ?? headByDecoding(frame);
    // Whose session has ended learns that first.
    if (head === undefined || !this.#session.isStanding) return undefined;
    const reply = admission.refusal(head.cmd, { requests, usage: this.#account.usage });
    if (reply === undefined) return undefined;
    this.#runner.refused(this.#session, reply);
    return { reply, rid: head.rid };
  }
}

/** For what is not sent in the usual way. Undefined when it is no request at all. */
function headByDecoding(frame: Buffer): RequestHead | undefined {
  try {
    return decodeRequest(frame);
  } catch {
    return undefined;
  }
}
