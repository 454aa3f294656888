import { QueryLimitError } from '../run-errors.ts';
import type { GraphHost } from './adjacency.ts';
import { BinaryHeap } from './binary-heap.ts';
import { compareWays, originOf, type WeightedSearch, type WeightedStep } from './weighted-search.ts';

/** A path that may come next: the first of all that begin like it up to its turn and do not leave there by a taken edge. */
interface Candidate {
  readonly end: WeightedStep;
  /** The edges that it shares with the path it turned off from. */
  readonly turn: number;
  /** Keys of the edges by which other paths go on from there. */
  readonly taken: ReadonlySet<string>;
}

/**
 * Paths without loops between two vertices in the order of `compareWays`, each computed when it is asked for. Parallel
 * edges make different paths.
 *
 * Sources: J. Y. Yen, "Finding the K shortest loopless paths in a network", Management Science 17 (1971); E. L. Lawler,
 * "A procedure for computing the K best solutions…", Management Science 18 (1972), which finds no path twice.
 *
 * @returns the last steps of the paths, and between them undefined when others are to get their turn
 * @throws QueryLimitError when there are more than the limit `pathsMax`
 */
export function* shortestPaths(
  host: GraphHost,
  search: WeightedSearch,
  start: string,
  goal: string,
): Generator<WeightedStep | undefined> {
  const candidates = new BinaryHeap<Candidate>((left, right) => compareWays(left.end, right.end));
  const { pathsMax } = host.limits;
  let kept = 0;
  try {
    const first = yield* search.find(originOf(start), goal);
    if (first !== undefined) candidates.push({ end: first, turn: 0, taken: new Set() });
    let found = 0;
    for (let path = candidates.pop(); path !== undefined; path = candidates.pop()) {
      if (++found > pathsMax) throw new QueryLimitError('pathsMax', pathsMax);
      yield path.end;
      for (const candidate of turnsOff(path, search, goal)) {
        if (candidate === undefined) {
          yield;
          continue;
        }
        kept += host.keep(8 * (candidate.end.hops - candidate.turn) + 2 * candidate.taken.size);
        candidates.push(candidate);
      }
    }
  } finally {
    host.memory.release(kept);
    search.close();
  }
}

/** The best path of each set that is left when one path is taken out of its own. */
function* turnsOff(
  { end, turn, taken }: Candidate,
  search: WeightedSearch,
  goal: string,
): Generator<Candidate | undefined> {
  const steps = wayTo(end);
  const behind = new Set(steps.slice(0, turn).map(({ id }) => id));
  for (let at = turn; at < steps.length - 1; at++) {
    const edges = new Set(at === turn ? taken : []).add(steps[at + 1].edge!.key);
    const other = yield* search.find(steps[at], goal, { vertices: behind, edges });
    if (other !== undefined) yield { end: other, turn: at, taken: edges };
    behind.add(steps[at].id);
  }
}

/** The steps from the start, the given one last. */
export function wayTo<Step extends { readonly parent: Step | undefined }>(last: Step): Step[] {
  const way: Step[] = [];
  for (let at: Step | undefined = last; at !== undefined; at = at.parent) way.push(at);
  return way.reverse();
}
