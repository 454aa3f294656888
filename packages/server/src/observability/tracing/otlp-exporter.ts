import { hostname } from 'node:os';
import {
  TRACE_EXPORT_DELAY_MS,
  TRACE_EXPORT_TIMEOUT_MS,
  TRACE_SPANS_A_REQUEST,
  TRACE_SPANS_WAITING_MAX,
} from '../../limits.ts';
import { SERVER_VERSION } from '../../version.ts';
import type { Span, SpanValue } from './request-trace.ts';

const KIND_INTERNAL = 1;
const KIND_SERVER = 2;
const STATUS_UNSET = 0;
const STATUS_ERROR = 2;

/** Sends one body; rejects when it was not taken. */
export type SendSpans = (body: string) => Promise<void>;

/**
 * Sends spans to a collector: OTLP over HTTP, as JSON. They gather for a moment; those that find no room, or that the collector does not
 * take, are dropped and counted, for nothing waits for them.
 */
export class OtlpExporter {
  readonly #send: SendSpans;
  #waiting: Span[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #sent = 0;
  #dropped = 0;

  constructor(send: SendSpans) {
    this.#send = send;
  }

  get sent(): number {
    return this.#sent;
  }

  get dropped(): number {
    return this.#dropped;
  }

  add(spans: readonly Span[]): void {
    if (this.#waiting.length + spans.length > TRACE_SPANS_WAITING_MAX) {
      this.#dropped += spans.length;
      return;
    }
    this.#waiting.push(...spans);
    this.#timer ??= setTimeout(() => void this.flush(), TRACE_EXPORT_DELAY_MS).unref();
  }

  /** Sends what waits. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const spans = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < spans.length; at += TRACE_SPANS_A_REQUEST) {
      const part = spans.slice(at, at + TRACE_SPANS_A_REQUEST);
      this.#sending = this.#sending
        .then(() => this.#send(otlpBody(part)))
        .then(
          () => void (this.#sent += part.length),
          () => void (this.#dropped += part.length),
        );
    }
    return this.#sending;
  }
}

/** Posts to `<endpoint>/v1/traces`. */
export function postTo(endpoint: string): SendSpans {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  return async (body) => {
    const signal = AbortSignal.timeout(TRACE_EXPORT_TIMEOUT_MS);
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`the collector answered ${answer.status}`);
  };
}

/** `ExportTraceServiceRequest` of OTLP 1, in its JSON form. */
export function otlpBody(spans: readonly Span[]): string {
  const resource = attributes({
    'service.name': 'cairn',
    'service.version': SERVER_VERSION,
    'service.instance.id': `${hostname()}:${process.pid}`,
  });
  const scope = { name: 'cairn', version: SERVER_VERSION };
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ scope, spans: spans.map(otlpSpan) }] }],
  });
}

function otlpSpan(span: Span): object {
  const { traceId, spanId, parentSpanId, name, isServer, startMs, endMs, error } = span;
  return {
    ...{ traceId, spanId, parentSpanId, name },
    kind: isServer ? KIND_SERVER : KIND_INTERNAL,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: attributes(error === undefined ? span.attributes : { ...span.attributes, 'error.type': error }),
    status: error === undefined ? { code: STATUS_UNSET } : { code: STATUS_ERROR, message: error },
  };
}

function attributes(values: Readonly<Record<string, SpanValue>>): object[] {
  return Object.entries(values).map(([key, value]) => {
    if (typeof value === 'string') return { key, value: { stringValue: value } };
    if (typeof value === 'boolean') return { key, value: { boolValue: value } };
    return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
  });
}

/** Text, because a number of JavaScript does not hold nanoseconds since 1970. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}
