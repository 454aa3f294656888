import assert from 'node:assert/strict';
import { LOAD_SAMPLE_MS } from '../../limits.ts';
import { LoadGauge } from './load-gauge.ts';

const TARGET_MS = 100;

interface Turns {
  readonly turnMs: number;
  readonly forMs: number;
  readonly requests: number;
  /** Time that a request takes, as a part of what it would take alone; 100 when whatever is let in fills the turn. */
  readonly workShare?: number;
}

/** A gauge whose clock is told what happens. */
class Simulation {
  readonly gauge = new LoadGauge(TARGET_MS);
  #nowMs = 0;

  /** Turns of the event loop of this length for so long, with so many requests in each. Answers how many were turned away. */
  run({ turnMs, forMs, requests, workShare = 100 }: Turns): number {
    let turnedAway = 0;
    for (const end = this.#nowMs + forMs; this.#nowMs < end; ) {
      for (let i = 0; i < requests; i++) {
        this.gauge.arrived();
        if (this.gauge.turnsAway('light')) turnedAway++;
        else this.gauge.worked((workShare * turnMs) / requests);
      }
      this.#nowMs += Math.max(turnMs, LOAD_SAMPLE_MS);
      this.gauge.sample(this.#nowMs);
    }
    return turnedAway;
  }
}

describe('LoadGauge', () => {
  it('turns nobody away while turns are short, whatever the number of requests', () => {
    const simulation = new Simulation();
    assert.equal(simulation.run({ turnMs: 50, forMs: 10_000, requests: 10_000 }), 0);
    assert.equal(simulation.gauge.share, 0);
  });

  it('takes a single long turn for no overload', () => {
    const simulation = new Simulation();
    for (let i = 0; i < 20; i++) {
      simulation.run({ turnMs: 30, forMs: 400, requests: 1_000 });
      assert.equal(simulation.run({ turnMs: 900, forMs: 1, requests: 1_000 }), 0);
    }
    assert.equal(simulation.gauge.share, 0);
  });

  it('takes a few large requests for none either', () => {
    const simulation = new Simulation();
    assert.equal(simulation.run({ turnMs: 800, forMs: 20_000, requests: 8 }), 0);
  });

  it('turns more and more away while everything waits, never all, and nobody once it is better', () => {
    const simulation = new Simulation();
    simulation.run({ turnMs: 400, forMs: 5_000, requests: 1_000 });
    const turnedAway = simulation.run({ turnMs: 400, forMs: 400, requests: 1_000 });
    assert.ok(turnedAway >= 950 && turnedAway < 1_000, `${turnedAway} of 1000`);
    simulation.run({ turnMs: 25, forMs: 2_000, requests: 100 });
    assert.equal(simulation.run({ turnMs: 25, forMs: 100, requests: 1_000 }), 0);
  });

  it('turns no more away while turning away is all that it has time for', () => {
    const simulation = new Simulation();
    simulation.run({ turnMs: 400, forMs: 10_000, requests: 1_000, workShare: 0.3 });
    assert.ok(simulation.gauge.share < 0.5, `${simulation.gauge.share}`);
  });

  it('turns those away first that take long', () => {
    const { gauge } = new Simulation();
    for (let at = 0; gauge.share < 0.3; at += 230) {
      for (let i = 0; i < 100; i++) gauge.arrived();
      gauge.worked(1_000);
      gauge.sample(at);
    }
    const count = (weight: 'light' | 'heavy') =>
      Array.from({ length: 1_000 }, () => gauge.turnsAway(weight)).filter(Boolean).length;
    assert.ok(count('heavy') > 500);
    assert.equal(count('light'), 0);
  });
});
