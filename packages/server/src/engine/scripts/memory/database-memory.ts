import type { Host } from '../../../host.ts';
import { Channels } from './channels.ts';
import { RateLimiter } from './rate-limiter.ts';
import { ValueCache } from './value-cache.ts';

/** What the scripts of one database have in common between their runs, and no other database sees. */
export class DatabaseMemory {
  readonly cache: ValueCache;
  readonly rateLimits: RateLimiter;
  readonly channels = new Channels();

  constructor(host: Host) {
    this.cache = new ValueCache(host);
    this.rateLimits = new RateLimiter(host);
  }
}
