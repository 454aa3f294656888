import { type Argon2Parameters, argon2, timingSafeEqual } from 'node:crypto';
import { CairnError } from '@cairn/protocol/internal';
import type { Host } from '../../host.ts';
import {
  PASSWORD_BYTES_MAX,
  PASSWORD_HASHES_AT_ONCE,
  PASSWORD_HASHES_WAITING_BY_ADDRESS,
  PASSWORD_HASHES_WAITING_MAX,
} from '../../limits.ts';
import { FairTurnstile } from './fair-turnstile.ts';

/** Argon2id with 19 MiB, 2 passes, 1 lane: the parameters that OWASP's password storage cheat sheet recommends. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** `$argon2id$v=19$m=…,t=…,p=…$salt$tag`, the PHC string format, with base64 that has no padding. */
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** What a stored hash may ask for at most, so that a forged record cannot eat the machine. */
const STORED_MEMORY_KIB_MAX = 1_048_576;
const STORED_PASSES_MAX = 64;

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

function phcText(salt: Uint8Array, hash: Uint8Array): string {
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(salt)}$${unpadded(hash)}`;
}

function tag(parameters: Argon2Parameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
}

/** Hashes and verifies passwords, a few at a time. */
export class PasswordHasher {
  readonly #host: Host;
  readonly #turnstile = new FairTurnstile({
    atOnce: PASSWORD_HASHES_AT_ONCE,
    waitingMax: { lane: PASSWORD_HASHES_WAITING_BY_ADDRESS, all: PASSWORD_HASHES_WAITING_MAX },
    what: 'password checks',
  });
  /** What the password of an unknown user is checked against, so that he cannot be told from a wrong password by the time. */
  readonly #decoy: string;

  constructor(host: Host) {
    this.#host = host;
    // Nobody has a password for it: its tag is chance, not anybody's hash.
    this.#decoy = phcText(host.randomBytes(SALT_BYTES), host.randomBytes(TAG_BYTES));
  }

  /**
   * The password's hash as a PHC string.
   *
   * @throws CairnError `overloaded` when too many wait, `invalid_argument` when the password is too long.
   */
  async hash(password: string): Promise<string> {
    const message = Buffer.from(password);
    if (message.length > PASSWORD_BYTES_MAX) {
      throw new CairnError('invalid_argument', `a password has at most ${PASSWORD_BYTES_MAX} bytes`);
    }
    const nonce = this.#host.randomBytes(SALT_BYTES);
    const parameters = { message, nonce, memory: MEMORY_KIB, passes: PASSES, parallelism: LANES, tagLength: TAG_BYTES };
    return phcText(nonce, await this.#turnstile.pass('', () => tag(parameters)));
  }

  /**
   * True when the password has this hash. Without one it takes as long to say no.
   *
   * @param address where the question comes from: addresses take turns
   * @throws CairnError `overloaded` when too many wait
   */
  async verify(password: string, stored: string | undefined, address = ''): Promise<boolean> {
    const message = Buffer.from(password);
    if (message.length > PASSWORD_BYTES_MAX) return false;
    const parts = PHC.exec(stored ?? this.#decoy);
    if (parts === null) return false;
    const [memory, passes, parallelism] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
    if (memory > STORED_MEMORY_KIB_MAX || passes > STORED_PASSES_MAX) return false;
    const nonce = Buffer.from(parts[4]!, 'base64');
    const expected = Buffer.from(parts[5]!, 'base64');
    const parameters = { message, nonce, memory, passes, parallelism, tagLength: expected.length };
    const actual = await this.#turnstile.pass(address, () => tag(parameters));
    return timingSafeEqual(actual, expected) && stored !== undefined;
  }
}
