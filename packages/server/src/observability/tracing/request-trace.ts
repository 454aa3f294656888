import type { Reply } from '@cairn/protocol/internal';
import type { TraceContext } from './trace-context.ts';

export type SpanValue = string | number | boolean;

/** A stretch of time with a name, inside of a trace. Times on the wall clock, milliseconds since 1970. */
export interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** The span of a request that came in; the others are inside of it. */
  readonly isServer: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, SpanValue>>;
  /** The code of the error that it ended with. */
  readonly error: string | undefined;
}

/** What traces take from the world. */
export interface TraceClock {
  /** Monotonic. */
  nowMs(): number;
  /** What to add to that for the time of the day. */
  readonly toWallMs: number;
  newSpanId(): string;
}

interface RequestTraceParts {
  readonly clock: TraceClock;
  readonly context: TraceContext;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly attributes: Readonly<Record<string, SpanValue>>;
}

/** The spans of one request. They are handed on together when it has been answered. */
export class RequestTrace {
  readonly #parts: RequestTraceParts;
  readonly #startMs: number;
  readonly #spans: Span[] = [];

  constructor(parts: RequestTraceParts) {
    this.#parts = parts;
    this.#startMs = parts.clock.nowMs();
  }

  /** For `within`: when a part begins. */
  nowMs(): number {
    return this.#parts.clock.nowMs();
  }

  /** Notes a part of the request that ends now. @param startMs of `nowMs` */
  within(name: string, startMs: number, attributes: Readonly<Record<string, SpanValue>> = {}): void {
    const { clock, context } = this.#parts;
    this.#add({ name, startMs, attributes, spanId: clock.newSpanId(), parentSpanId: context.spanId });
  }

  /** Notes `work` as a part of the request, whether it comes to its end or not. */
  async span<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    const startMs = this.nowMs();
    try {
      return await work();
    } finally {
      this.within(name, startMs);
    }
  }

  /** All spans, the request's own last. */
  ended(reply: Reply): readonly Span[] {
    const { name, attributes, context, parentSpanId } = this.#parts;
    const error = reply.status === 'error' ? reply.error.code : undefined;
    this.#add({
      name,
      startMs: this.#startMs,
      attributes,
      spanId: context.spanId,
      parentSpanId,
      isServer: true,
      error,
    });
    return this.#spans;
  }

  #add({
    startMs,
    ...span
  }: Omit<Span, 'endMs' | 'traceId' | 'isServer' | 'error'> & Partial<Pick<Span, 'isServer' | 'error'>>): void {
    const { clock, context } = this.#parts;
    this.#spans.push({
      isServer: false,
      error: undefined,
      ...span,
      traceId: context.traceId,
      startMs: startMs + clock.toWallMs,
      endMs: clock.nowMs() + clock.toWallMs,
    });
  }
}
