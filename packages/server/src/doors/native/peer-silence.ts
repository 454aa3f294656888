import type { Settings } from '../../settings.ts';

/** What a connection is in the middle of. */
export interface ConnectionState {
  /** Requests that have come, to see whether there are new ones. */
  readonly requests: number;
  /** A frame has begun to come and is not there yet. */
  readonly isInFrame: boolean;
  /** It waits for the server, not the server for it. */
  readonly isBusy: boolean;
  readonly isAuthenticated: boolean;
}

/** Tells when a peer has kept the server waiting for too long: in the middle of a frame, or with nothing at all. */
export class PeerSilence {
  readonly #settings: Settings;
  #requests = -1;
  #wasInFrame = false;
  #sinceMs = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** To be asked every second or so. A frame that trickles in is no sign of life. */
  isTooLong(nowMs: number, state: ConnectionState): boolean {
    const isNew = state.requests !== this.#requests || state.isInFrame !== this.#wasInFrame || state.isBusy;
    if (isNew) {
      this.#requests = state.requests;
      this.#wasInFrame = state.isInFrame;
      this.#sinceMs = nowMs;
      return false;
    }
    const limitMs = this.#limitMs(state);
    return limitMs > 0 && nowMs - this.#sinceMs > limitMs;
  }

  #limitMs({ isInFrame, isAuthenticated }: ConnectionState): number {
    const { requestTimeoutMs, handshakeTimeoutMs, idleTimeoutMs, strangerTimeoutMs, legacyPools } = this.#settings;
    if (isAuthenticated) return isInFrame ? requestTimeoutMs : idleTimeoutMs;
    if (isInFrame) return handshakeTimeoutMs;
    // Old pools keep connections that will never authenticate.
    return legacyPools ? idleTimeoutMs : strangerTimeoutMs;
  }
}
