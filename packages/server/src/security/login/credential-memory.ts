import { hash } from 'node:crypto';
import type { Host } from '../../host.ts';
import { CREDENTIAL_MEMORY_MS, CREDENTIALS_REMEMBERED_MAX } from '../../limits.ts';

/**
 * Remembers for a minute that a password was verified, so that a client's next connection costs no argon2 run. What is
 * kept is a MAC under a secret of this process, never the password.
 */
export class CredentialMemory {
  readonly #host: Host;
  readonly #secret: string;
  readonly #verified = new Map<string, number>();

  constructor(host: Host) {
    this.#host = host;
    this.#secret = Buffer.from(host.randomBytes(32)).toString('hex');
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

  /**
   * Nested as HMAC is, because who sees a mark must not be able to lengthen it. An `Hmac` object takes 30 us to make, the two digests
   * 3 us, and Basic over HTTP comes here with every request.
   */
  #mark(user: string, password: string): string {
    const inner = hash('sha256', `${this.#secret}${user.length}:${user}${password}`);
    return hash('sha256', `${this.#secret}${inner}`, 'base64');
  }
}
