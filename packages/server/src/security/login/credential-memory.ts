import { createHmac } from 'node:crypto';
import type { Host } from '../../host.ts';
import { CREDENTIAL_MEMORY_MS, CREDENTIALS_REMEMBERED_MAX } from '../../limits.ts';

/**
 * Remembers for a minute that a password was verified, so that a client's next connection costs no argon2 run. What is
 * kept is a MAC under a secret of this process, never the password.
 */
export class CredentialMemory {
  readonly #host: Host;
  readonly #secret: Uint8Array;
  readonly #verified = new Map<string, number>();

  constructor(host: Host) {
    this.#host = host;
    this.#secret = Uint8Array.from(host.randomBytes(32));
  }

  remember(user: string, password: string): void {
    if (this.#verified.size >= CREDENTIALS_REMEMBERED_MAX) this.#verified.delete(this.#verified.keys().next().value!);
    this.#verified.set(this.#mark(user, password), this.#host.monotonicMs());
  }

  recognises(user: string, password: string): boolean {
    const mark = this.#mark(user, password);
    const since = this.#verified.get(mark);
    if (since === undefined) return false;
    if (this.#host.monotonicMs() - since <= CREDENTIAL_MEMORY_MS) return true;
    this.#verified.delete(mark);
    return false;
  }

  /** After any change of a user, a role or a key. */
  forgetAll(): void {
    this.#verified.clear();
  }

  #mark(user: string, password: string): string {
    return createHmac('sha256', this.#secret).update(`${user.length}:${user}${password}`).digest('base64');
  }
}
