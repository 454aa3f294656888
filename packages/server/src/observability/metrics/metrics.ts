import type { StorageMeter } from '@cairn/storage/internal';
import { Counter, collectDefaultMetrics, Gauge as PrometheusGauge, Registry } from 'prom-client';
import type { Activity } from '../activity/activity.ts';
import type { Gauges } from './gauges.ts';
import { KeptHistogram } from './kept-histogram.ts';

/** What metrics are made of. */
export interface MetricSources {
  readonly activity: Activity;
  readonly gauges: Gauges;
  readonly storage: StorageMeter;
}

/** What the server tells about itself, in the text form of Prometheus. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

type Labels = Record<string, string>;
type AddLine = (labels: Labels, value: number) => void;

/**
 * Everything is kept as plain numbers where it happens and put into Prometheus' form only when somebody asks. Labels are
 * doors, commands, codes and buckets: lists that nobody outside can make longer.
 */
export function openMetrics({ activity, gauges, storage }: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addCommands(registry, activity);
  new KeptHistogram({
    ...{ registry, name: 'cairn_log_flush_seconds', help: 'Time until the disk had a group of commits.' },
    fill: (add) => add({}, storage.flushes),
  });
  new KeptHistogram({
    ...{ registry, name: 'cairn_checkpoint_seconds', help: 'Time that a checkpoint took.' },
    fill: (add) => add({}, storage.checkpoints),
  });
  return {
    contentType: registry.contentType,
    text: async () => {
      addGauges(registry, gauges);
      return registry.metrics();
    },
  };
}

function addCommands(registry: Registry, activity: Activity): void {
  counter(
    registry,
    ['cairn_commands_total', 'Commands that have ended, by door and outcome.'],
    ['command', 'door', 'outcome'],
    (add) => {
      for (const { command, door, statistics } of activity.commands()) {
        const { requests, errors } = statistics;
        add({ command, door, outcome: 'ok' }, requests - errors);
        add({ command, door, outcome: 'error' }, errors);
      }
    },
  );
  counter(
    registry,
    ['cairn_command_errors_total', 'Commands that have failed, by the code of the error.'],
    ['command', 'door', 'code'],
    (add) => {
      for (const { command, door, statistics } of activity.commands()) {
        for (const [code, count] of statistics.errorsByCode) add({ command, door, code }, count);
      }
    },
  );
  counter(
    registry,
    ['cairn_requests_refused_total', 'Requests that were refused before they ran.'],
    ['door', 'code'],
    (add) => {
      for (const { door, code, count } of activity.refusals()) add({ door, code }, count);
    },
  );
  new KeptHistogram({
    ...{ registry, name: 'cairn_command_duration_seconds', help: 'Time from a request to its reply.' },
    fill: (add) => {
      for (const { command, door, statistics } of activity.commands()) add({ command, door }, statistics.durations);
    },
  });
}

function counter(
  registry: Registry,
  [name, help]: readonly [name: string, help: string],
  labelNames: readonly string[],
  fill: (add: AddLine) => void,
): void {
  new Counter({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      this.reset();
      fill((labels, value) => this.inc(labels, value));
    },
  });
}

/** Parts that are opened later add theirs later. */
function addGauges(registry: Registry, gauges: Gauges): void {
  for (const { name, help, kind } of gauges.all) {
    if (registry.getSingleMetric(name) !== undefined) continue;
    const read = () => gauges.read(name) ?? 0;
    if (kind === 'counter') counter(registry, [name, help], [], (add) => add({}, read()));
    else addGauge(registry, { name, help, read });
  }
}

function addGauge(registry: Registry, { name, help, read }: { name: string; help: string; read: () => number }): void {
  new PrometheusGauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
