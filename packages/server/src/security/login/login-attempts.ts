import type { Host } from '../../host.ts';
import {
  FAILED_LOGIN_MEMORY_MS,
  FAILED_LOGIN_PAUSE_MAX_MS,
  FAILED_LOGIN_PAUSE_MS,
  FAILED_LOGIN_PEERS_MAX,
  FAILED_LOGINS_BY_ADDRESS_FREE,
  PASSWORD_CHECKS_WAITING_BY_PEER,
} from '../../limits.ts';
import { Turnstile } from './turnstile.ts';

/** How often it went wrong, and when last. */
interface Failures {
  count: number;
  lastMs: number;
}

interface Peer {
  readonly turnstile: Turnstile;
  readonly failures: Failures;
}

/**
 * Slows down guessing: logins of one user from one address are checked one after the other, and each failure is
 * followed by a pause that doubles. An address that fails for one user after the other gets such pauses too. Only failures
 * are held back: another address, and so the rightful user, does not notice. Where he shares the address of who guesses, his attempt
 * comes before the guesses that wait already.
 */
export class LoginAttempts {
  readonly #host: Host;
  readonly #peers = new Map<string, Peer>();
  readonly #failuresByAddress = new Map<string, Failures>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Runs `check` in the peer's turn; when it answers undefined, the answer is held back for the pause. */
  attempt<T>(user: string, address: string, check: () => Promise<T | undefined>): Promise<T | undefined> {
    const peer = this.#peer(`${address}\n${user}`);
    return peer.turnstile.pass(async () => {
      const outcome = await check();
      if (outcome !== undefined) peer.failures.count = 0;
      else await this.#pauseAfterFailure(peer, address);
      return outcome;
    });
  }

  #pauseAfterFailure({ failures }: Peer, address: string): Promise<void> {
    const ofUser = this.#note(failures);
    const ofAddress = this.#note(this.#failuresOf(address)) - FAILED_LOGINS_BY_ADDRESS_FREE;
    const doublings = Math.min(Math.max(ofUser, ofAddress, 0), 20);
    const pauseMs = Math.min(FAILED_LOGIN_PAUSE_MS * 2 ** doublings, FAILED_LOGIN_PAUSE_MAX_MS);
    return new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
  }

  /** Counts a failure; answers how many there were before it. */
  #note(failures: Failures): number {
    const now = this.#host.monotonicMs();
    if (now - failures.lastMs > FAILED_LOGIN_MEMORY_MS) failures.count = 0;
    failures.lastMs = now;
    return failures.count++;
  }

  #failuresOf(address: string): Failures {
    const known = this.#failuresByAddress.get(address) ?? { count: 0, lastMs: Number.NEGATIVE_INFINITY };
    this.#failuresByAddress.delete(address);
    if (this.#failuresByAddress.size >= FAILED_LOGIN_PEERS_MAX) {
      this.#failuresByAddress.delete(this.#failuresByAddress.keys().next().value!);
    }
    this.#failuresByAddress.set(address, known);
    return known;
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
    const turnstile = new Turnstile({
      ...{ atOnce: 1, waitingMax: PASSWORD_CHECKS_WAITING_BY_PEER, what: 'logins' },
      newestFirst: true,
    });
    const peer = { turnstile, failures: { count: 0, lastMs: Number.NEGATIVE_INFINITY } };
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
