import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type CommandStatistics, DURATION_BUCKETS_S } from '../runner/command-statistics.ts';
import type { Runner } from '../runner/runner.ts';

/** What is counted outside the runner. */
export interface MetricSources {
  readonly runner: Runner;
  readonly connections: () => { total: number; native: number };
}

/** What the server tells about itself, in the text form of Prometheus. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

/** Counts are kept by the runner as plain numbers and put into Prometheus' form only when somebody asks. */
export function openMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addCommands(registry, sources.runner);
  addDurations(registry, sources.runner);
  addGauges(registry, sources);
  return { contentType: registry.contentType, text: () => registry.metrics() };
}

function addCommands(registry: Registry, runner: Runner): void {
  new Counter({
    name: 'cairn_commands_total',
    help: 'Commands that have ended, by name and outcome.',
    labelNames: ['command', 'outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [command, { requests, errors }] of runner.statistics) {
        this.inc({ command, outcome: 'ok' }, requests - errors);
        this.inc({ command, outcome: 'error' }, errors);
      }
    },
  });
}

/** A histogram's lines, made from the runner's own buckets. */
function addDurations(registry: Registry, runner: Runner): void {
  const counter = (suffix: string, labelNames: string[], fill: (add: AddLine) => void) =>
    new Counter({
      name: `cairn_command_duration_seconds_${suffix}`,
      help: 'Time from a request to its reply.',
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        fill((labels, value) => this.inc(labels, value));
      },
    });
  counter('bucket', ['command', 'le'], (add) => {
    for (const [command, statistics] of runner.statistics) addBuckets(command, statistics, add);
  });
  counter('sum', ['command'], (add) => {
    for (const [command, statistics] of runner.statistics) add({ command }, statistics.secondsTotal);
  });
  counter('count', ['command'], (add) => {
    for (const [command, statistics] of runner.statistics) add({ command }, statistics.requests);
  });
}

type AddLine = (labels: Record<string, string>, value: number) => void;

function addBuckets(command: string, statistics: CommandStatistics, add: AddLine): void {
  if (statistics.requests === 0) return;
  let total = 0;
  statistics.buckets.forEach((requests, bucket) => {
    total += requests;
    add({ command, le: String(DURATION_BUCKETS_S[bucket] ?? '+Inf') }, total);
  });
}

function addGauges(registry: Registry, { runner, connections }: MetricSources): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  const { engine } = runner;
  gauge('cairn_connections', 'Open connections.', () => connections().total);
  gauge('cairn_native_connections', 'Open connections that speak the native protocol.', () => connections().native);
  gauge('cairn_databases', 'Databases.', () => engine.databaseNames().length);
  gauge('cairn_open_transactions', 'Transactions that clients have begun.', () => engine.transactions.size);
  gauge('cairn_open_cursors', 'Cursors that are not read to their end.', () => engine.cursors.size);
}
