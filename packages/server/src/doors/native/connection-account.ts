import { CROWDED_READER_MS, STRANGERS_BYTES_MAX } from '../../limits.ts';
import type { Admission } from '../../runner/admission/admission.ts';
import type { UserUsage } from '../../runner/admission/user-usage.ts';
import type { Settings } from '../../settings.ts';

/** Everybody who has not said who he is has one account with all others of the kind. */
const STRANGERS = '';

/**
 * What a connection adds to the account of its user: itself, and the bytes that it makes the server keep. These are frames that
 * are coming in, requests under way, and replies that the client has not taken.
 */
export class ConnectionAccount {
  readonly #admission: Admission;
  readonly #settings: Settings;
  #user = STRANGERS;
  #usage: UserUsage;
  #bytes = 0;
  /** The replies that wait, and since when there have been as many. */
  #waitingBytes = 0;
  #waitingSinceMs = 0;

  constructor(admission: Admission, settings: Settings) {
    this.#admission = admission;
    this.#settings = settings;
    this.#usage = admission.usageOf(STRANGERS);
    this.#usage.connections++;
  }

  /** Too many bytes are being kept for this user. */
  get isOverdrawn(): boolean {
    const limit = this.#user === STRANGERS ? STRANGERS_BYTES_MAX : this.#settings.bytesInFlightByUserMax;
    return this.#usage.bytes > limit;
  }

  /** The bytes that the connection makes the server keep now. */
  hold(bytes: number): void {
    this.#usage.bytes += bytes - this.#bytes;
    this.#bytes = bytes;
  }

  /** The connection is this user's from now on. False when he has too many, and it stays whose it was. */
  belongTo(user: string): boolean {
    if (user === this.#user) return true;
    const usage = this.#admission.usageOf(user);
    if (usage.connections >= this.#settings.connectionsByUserMax) return false;
    const bytes = this.#bytes;
    this.close();
    this.#user = user;
    this.#usage = usage;
    this.#usage.connections++;
    this.hold(bytes);
    return true;
  }

  /** For a user who is over his account nobody waits as long: has the client taken none of its replies for a while? */
  isStuck(nowMs: number, waitingBytes: number): boolean {
    if (waitingBytes === 0 || waitingBytes !== this.#waitingBytes) {
      this.#waitingBytes = waitingBytes;
      this.#waitingSinceMs = nowMs;
      return false;
    }
    return this.isOverdrawn && nowMs - this.#waitingSinceMs >= CROWDED_READER_MS;
  }

  close(): void {
    this.hold(0);
    this.#usage.connections--;
  }
}
