import { CairnError, encodeValue, type Value } from '@cairn/protocol/internal';
import { type Edge, storedMember } from './adjacency.ts';

/** How long each edge of a path is. */
export type EdgeWeight = (edge: Edge) => number;

/** The length of an edge that has no weight, where OPTIONS name none. */
const DEFAULT_WEIGHT = 1;

/**
 * The lengths of edges as OPTIONS say: the number under `weightAttribute`, and `defaultWeight` for edges without one.
 *
 * @param options null, or an object with these two, both optional
 * @returns undefined when every edge counts the same
 * @throws CairnError `invalid_argument` for options of the wrong kind; the function it returns, for a negative weight
 */
export function edgeWeight(options: Value, edges: string): EdgeWeight | undefined {
  const { weightAttribute = null, defaultWeight = null } = (options ?? {}) as { readonly [name: string]: Value };
  const standard = defaultWeight ?? DEFAULT_WEIGHT;
  if (typeof standard !== 'number' || !Number.isFinite(standard) || standard < 0) {
    throw new CairnError('invalid_argument', "The option 'defaultWeight' wants a number that is not negative");
  }
  if (weightAttribute === null) return defaultWeight === null ? undefined : () => standard;
  if (typeof weightAttribute !== 'string') {
    throw new CairnError('invalid_argument', "The option 'weightAttribute' wants the name of an attribute");
  }
  const name = encodeValue(weightAttribute);
  return (edge) => {
    const stored = storedMember(edge.position, name);
    const weight = typeof stored === 'bigint' ? Number(stored) : stored;
    if (typeof weight !== 'number' || !Number.isFinite(weight)) return standard;
    if (weight < 0) throw new NegativeWeightError(`${edges}/${edge.key}`, weight);
    return weight;
  };
}

/** An edge is shorter than nothing, so that a way could be made shorter for ever. `details` name the edge. */
export class NegativeWeightError extends CairnError {
  override readonly name = 'NegativeWeightError';
  constructor(edge: string, weight: number) {
    super('invalid_argument', `Edge '${edge}' has a negative weight: ${weight}`, { details: { edge, weight } });
  }
}
