/** A number that some part of the server tells about itself. */
export interface Gauge {
  /** Of Prometheus: `cairn_…`, with the unit last; counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  /** A counter only grows; a gauge goes up and down. */
  readonly kind: 'counter' | 'gauge';
  /** Asked whenever somebody looks, so it costs nothing otherwise. Must not throw. */
  readonly read: () => number;
}

/**
 * The numbers that parts of the server offer. Whoever has something to tell adds it when it is opened; metrics and the
 * status show all of it.
 *
 * @example
 * engine.gauges.add({ name: 'cairn_script_runs_total', help: 'Runs of scripts.', kind: 'counter', read: () => host.runs });
 */
export class Gauges {
  readonly #gauges = new Map<string, Gauge>();

  /** A later one of the same name takes the place of the earlier one. */
  add(...gauges: readonly Gauge[]): void {
    for (const gauge of gauges) this.#gauges.set(gauge.name, gauge);
  }

  get all(): readonly Gauge[] {
    return [...this.#gauges.values()];
  }

  /** The value of a gauge; undefined when nobody has added it. */
  read(name: string): number | undefined {
    return this.#gauges.get(name)?.read();
  }
}
