import { DURATION_BUCKETS_S, type DurationHistogram } from '@cairn/storage/internal';
import { Histogram, type Registry } from 'prom-client';

type Labels = Readonly<Record<string, string>>;

interface HistogramLine {
  readonly metricName: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

/** What a histogram is called, and where its buckets are kept. */
export interface KeptHistogramParts {
  readonly name: string;
  readonly help: string;
  readonly registry: Registry;
  readonly fill: (add: (labels: Labels, durations: DurationHistogram) => void) => void;
}

/** A histogram of Prometheus whose buckets are counted elsewhere: asked for its lines, it makes them of what there is then. */
export class KeptHistogram extends Histogram {
  readonly #parts: KeptHistogramParts;

  constructor(parts: KeptHistogramParts) {
    super({ name: parts.name, help: parts.help, registers: [parts.registry] });
    this.#parts = parts;
  }

  // The registry asks by this name where a metric has it, as those of the library have.
  getForPromString(): ReturnType<Histogram['get']> {
    return this.get();
  }

  override async get(): ReturnType<Histogram['get']> {
    const { name, help, fill } = this.#parts;
    const values: HistogramLine[] = [];
    fill((labels, durations) => {
      if (durations.count > 0) values.push(...linesOf(name, labels, durations));
    });
    return { name, help, type: 'histogram', aggregator: 'sum', values } as unknown as Awaited<
      ReturnType<Histogram['get']>
    >;
  }
}

function linesOf(name: string, labels: Labels, { buckets, secondsTotal, count }: DurationHistogram): HistogramLine[] {
  let total = 0;
  const upTo = [...buckets].map((inBucket, bucket) => {
    total += inBucket;
    const le = String(DURATION_BUCKETS_S[bucket] ?? '+Inf');
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total };
  });
  return [
    ...upTo,
    { metricName: `${name}_sum`, labels: { ...labels }, value: secondsTotal },
    { metricName: `${name}_count`, labels: { ...labels }, value: count },
  ];
}
