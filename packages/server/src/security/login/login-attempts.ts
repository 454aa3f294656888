import type { Host } from '../../host.ts';
import {
  FAILED_LOGIN_MEMORY_MS,
  FAILED_LOGIN_PAUSE_MAX_MS,
  FAILED_LOGIN_PAUSE_MS,
  FAILED_LOGIN_PEERS_MAX,
  PASSWORD_CHECKS_WAITING_BY_PEER,
} from '../../limits.ts';
import { Turnstile } from './turnstile.ts';

interface Peer {
  readonly turnstile: Turnstile;
  failures: number;
  lastFailureMs: number;
}

/**
 * Slows down guessing: logins of one user from one address are checked one after the other, and each failure is
 * followed by a pause that doubles. Another address, and so the rightful user, does not notice.
 */
export class LoginAttempts {
  readonly #host: Host;
  readonly #peers = new Map<string, Peer>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Runs `check` in the peer's turn; when it answers undefined, the answer is held back for the pause. */
  attempt<T>(user: string, address: string, check: () => Promise<T | undefined>): Promise<T | undefined> {
    const peer = this.#peer(`${address}\n${user}`);
    return peer.turnstile.pass(async () => {
      const outcome = await check();
      if (outcome !== undefined) peer.failures = 0;
      else await this.#pauseAfterFailure(peer);
      return outcome;
    });
  }

  #pauseAfterFailure(peer: Peer): Promise<void> {
    const now = this.#host.monotonicMs();
    if (now - peer.lastFailureMs > FAILED_LOGIN_MEMORY_MS) peer.failures = 0;
    peer.lastFailureMs = now;
    const pauseMs = Math.min(FAILED_LOGIN_PAUSE_MS * 2 ** Math.min(peer.failures++, 20), FAILED_LOGIN_PAUSE_MAX_MS);
    return new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
  }

  #peer(name: string): Peer {
    const known = this.#peers.get(name);
    if (known !== undefined) {
      // To the end of the map: the first ones are those nobody has asked for.
      this.#peers.delete(name);
      this.#peers.set(name, known);
      return known;
    }
    this.#forgetOldest();
    const turnstile = new Turnstile({ atOnce: 1, waitingMax: PASSWORD_CHECKS_WAITING_BY_PEER, what: 'logins' });
    const peer = { turnstile, failures: 0, lastFailureMs: Number.NEGATIVE_INFINITY };
    this.#peers.set(name, peer);
    return peer;
  }

  #forgetOldest(): void {
    if (this.#peers.size < FAILED_LOGIN_PEERS_MAX) return;
    for (const [name, peer] of this.#peers) {
      if (!peer.turnstile.isIdle) continue;
      this.#peers.delete(name);
      return;
    }
  }
}
