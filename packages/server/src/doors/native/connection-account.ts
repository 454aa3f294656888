import type { Socket } from 'node:net';
import { CROWDED_READER_MS, STRANGERS_BYTES_MAX } from '../../limits.ts';
import type { Admission } from '../../runner/admission/admission.ts';
import type { UserUsage } from '../../runner/admission/user-usage.ts';
import type { Settings } from '../../settings.ts';
import { takenFrom, waitingFor } from '../slow-readers.ts';

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
  #isActive = false;
  /** How much the client had taken when it last took anything, and when that was. */
  #takenBytes = -1;
  #takenAtMs = 0;

  constructor(admission: Admission, settings: Settings) {
    this.#admission = admission;
    this.#settings = settings;
    this.#usage = admission.usageOf(STRANGERS);
    this.#usage.connections++;
  }

  /** Too many bytes are being kept for this user. */
  get isOverdrawn(): boolean {
    return this.#usage.bytes > this.#bytesMax;
  }

  get #isCrowded(): boolean {
    return this.#usage.bytes > this.#bytesMax / 2;
  }

  get #bytesMax(): number {
    return this.#user === STRANGERS ? STRANGERS_BYTES_MAX : this.#admission.bytesMax;
  }

  /** Whose it is; all strangers are one. */
  get user(): string {
    return this.#user;
  }

  /** What the connection's user has under way. */
  get usage(): UserUsage {
    return this.#usage;
  }

  /** Whether the connection has requests under way. */
  beActive(isActive: boolean): void {
    if (isActive === this.#isActive) return;
    this.#isActive = isActive;
    this.#usage.becameActive(isActive);
  }

  /** The bytes that the connection makes the server keep now. */
  hold(bytes: number): void {
    if (bytes === this.#bytes) return;
    this.#usage.hold(bytes - this.#bytes);
    this.#bytes = bytes;
  }

  /** The connection is this user's from now on. False when he has too many, and it stays whose it was. */
  belongTo(user: string): boolean {
    if (user === this.#user) return true;
    const usage = this.#admission.usageOf(user);
    if (usage.connections >= this.#settings.connectionsByUserMax) return false;
    const bytes = this.#bytes;
    const isActive = this.#isActive;
    this.close();
    this.#user = user;
    this.#usage = usage;
    this.#usage.connections++;
    this.hold(bytes);
    this.beActive(isActive);
    return true;
  }

  /** For a user who has used up half of his account nobody waits as long: has the client taken none of its replies for a while? */
  isStuck(nowMs: number, socket: Socket): boolean {
    const takenBytes = takenFrom(socket);
    if (waitingFor(socket) === 0 || takenBytes !== this.#takenBytes) {
      this.#takenBytes = takenBytes;
      this.#takenAtMs = nowMs;
      return false;
    }
    return this.#isCrowded && nowMs - this.#takenAtMs >= CROWDED_READER_MS;
  }

  close(): void {
    this.hold(0);
    this.beActive(false);
    this.#usage.connections--;
  }
}
