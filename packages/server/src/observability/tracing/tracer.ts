import type { Reply, Value } from '@cairn/protocol/internal';
import { withoutLiterals } from '@cairn/query/internal';
import type { Host } from '../../host.ts';
import type { Running } from '../activity/running-requests.ts';
import type { Gauge } from '../metrics/gauges.ts';
import { OtlpExporter, postTo, type SendSpans } from './otlp-exporter.ts';
import { RequestTrace, type SpanValue, type TraceClock } from './request-trace.ts';
import { parseTraceparent, type TraceContext } from './trace-context.ts';

export interface TracerOptions {
  readonly host: Host;
  /** Of a collector: `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** Share of the requests that begin a trace of their own, 0 to 1; those that come with one are recorded as it says. */
  readonly sample: number;
  readonly send?: SendSpans;
}

/** Makes the spans of requests and sends them. Loaded only when somebody wants traces. */
export class Tracer {
  readonly #exporter: OtlpExporter;
  readonly #host: Host;
  readonly #sample: number;

  constructor({ host, endpoint, sample, send = postTo(endpoint) }: TracerOptions) {
    this.#host = host;
    this.#sample = sample;
    this.#exporter = new OtlpExporter(send);
  }

  /** @param traceparent where the request stands in its sender's trace @returns undefined when it is not to be recorded */
  begin(request: Running, traceparent: string | undefined): RequestTrace | undefined {
    const parent = parseTraceparent(traceparent);
    if (parent === undefined ? !this.#chooses() : !parent.isSampled) return undefined;
    const traceId = parent?.traceId ?? this.#id(16);
    const context: TraceContext = { traceId, spanId: this.#id(8), isSampled: true };
    const attributes = attributesOf(request);
    return new RequestTrace({
      clock: this.#clock(),
      context,
      parentSpanId: parent?.spanId,
      name: request.name,
      attributes,
    });
  }

  ended(trace: RequestTrace, reply: Reply): void {
    this.#exporter.add(trace.ended(reply));
  }

  get gauges(): Gauge[] {
    return [
      {
        name: 'cairn_trace_spans_sent_total',
        help: 'Spans sent to the collector.',
        kind: 'counter',
        read: () => this.#exporter.sent,
      },
      {
        name: 'cairn_trace_spans_dropped_total',
        help: 'Spans that the collector did not get.',
        kind: 'counter',
        read: () => this.#exporter.dropped,
      },
    ];
  }

  close(): Promise<void> {
    return this.#exporter.flush();
  }

  #chooses(): boolean {
    if (this.#sample >= 1) return true;
    const [byte0 = 0, byte1 = 0, byte2 = 0] = this.#host.randomBytes(3);
    return (byte0 * 65_536 + byte1 * 256 + byte2) / 2 ** 24 < this.#sample;
  }

  /** Both clocks are read together, so that the parts of one request fit each other although the clock on the wall jumps. */
  #clock(): TraceClock {
    const host = this.#host;
    const toWallMs = host.nowMs() - host.monotonicMs();
    return { nowMs: () => host.monotonicMs(), toWallMs, newSpanId: () => this.#id(8) };
  }

  #id(bytes: number): string {
    return Buffer.from(this.#host.randomBytes(bytes)).toString('hex');
  }
}

/** By the names of OpenTelemetry's conventions for databases; texts without their values. */
function attributesOf({ name, door, address, user, fields }: Running): Record<string, SpanValue> {
  const { database, collection, sdbql, query } = fields as { readonly [name: string]: Value | undefined };
  const attributes: Record<string, SpanValue> = {
    'db.system.name': 'cairn',
    'db.operation.name': name,
    'cairn.door': door,
    'client.address': address,
  };
  if (user !== undefined) attributes['enduser.id'] = user;
  if (typeof database === 'string') attributes['db.namespace'] = database;
  if (typeof collection === 'string') attributes['db.collection.name'] = collection;
  const text = sdbql ?? query;
  const shape = typeof text === 'string' ? withoutLiterals(text, name === 'sql' ? 'sql' : 'sdbql') : undefined;
  if (shape !== undefined) attributes['db.query.text'] = shape;
  return attributes;
}
