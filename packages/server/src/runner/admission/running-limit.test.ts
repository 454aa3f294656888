import assert from 'node:assert/strict';
import { RUNNING_FEWEST, RUNNING_SAMPLE_MS } from '../../limits.ts';
import { RunningLimit } from './running-limit.ts';

const WAIT_MAX_MS = 100;

/** A limit whose event loop does what it is told. */
class Simulation {
  readonly limit = new RunningLimit(WAIT_MAX_MS);
  #active = 0;
  #idle = 0;

  /** So long, with so many requests that end in each millisecond of work. */
  run(forMs: number, { utilization = 1, endedPerMs = 10, turnedAway = 0 } = {}): void {
    for (let passedMs = 0; passedMs < forMs; passedMs += RUNNING_SAMPLE_MS) {
      const activeMs = utilization * RUNNING_SAMPLE_MS;
      this.#active += activeMs;
      this.#idle += RUNNING_SAMPLE_MS - activeMs;
      for (let i = 0; i < activeMs * endedPerMs; i++) this.limit.ended();
      for (let i = 0; i < turnedAway; i++) this.limit.turnedAway();
      this.limit.sample({ active: this.#active, idle: this.#idle });
    }
  }
}

/** What has been averaged still has a little of what was before. */
function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 0.1 * expected, `${actual}, not about ${expected}`);
}

describe('RunningLimit', () => {
  it('is none while the event loop has rest, however many requests end', () => {
    const simulation = new Simulation();
    simulation.run(5_000, { utilization: 0.9, endedPerMs: 100 });
    assert.equal(simulation.limit.limit, Number.POSITIVE_INFINITY);
  });

  it('is what ends within the wait that is allowed, soon after the rest has gone', () => {
    const simulation = new Simulation();
    simulation.run(5_000, { utilization: 0.3, endedPerMs: 20 });
    simulation.run(100, { endedPerMs: 20 });
    near(simulation.limit.limit, 20 * WAIT_MAX_MS);
    simulation.run(5_000, { endedPerMs: 3 });
    near(simulation.limit.limit, 3 * WAIT_MAX_MS);
    simulation.run(5_000, { endedPerMs: 0 });
    assert.equal(simulation.limit.limit, RUNNING_FEWEST);
  });

  it('takes one long turn for no overload', () => {
    const simulation = new Simulation();
    for (let i = 0; i < 50; i++) {
      simulation.run(RUNNING_SAMPLE_MS);
      simulation.run(RUNNING_SAMPLE_MS, { utilization: 0.2 });
    }
    assert.equal(simulation.limit.limit, Number.POSITIVE_INFINITY);
  });

  it('stays while it turns somebody away, although that makes rest, and goes when nobody has been for a while', () => {
    const simulation = new Simulation();
    simulation.run(3_000);
    simulation.run(2_000, { utilization: 0.8, turnedAway: 5 });
    near(simulation.limit.limit, 10 * WAIT_MAX_MS);
    simulation.run(500, { utilization: 0.8 });
    assert.equal(simulation.limit.limit, Number.POSITIVE_INFINITY);
  });

  it('goes when what requests wait for is something else than the event loop', () => {
    const simulation = new Simulation();
    simulation.run(1_000);
    simulation.run(1_000, { utilization: 0.1, turnedAway: 5 });
    assert.equal(simulation.limit.limit, Number.POSITIVE_INFINITY);
  });

  it('is none at all when it is not wanted', () => {
    const limit = new RunningLimit(0);
    limit.start();
    limit.stop();
    assert.equal(limit.limit, Number.POSITIVE_INFINITY);
  });
});
