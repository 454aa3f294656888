import type { Script } from '../records/script-record.ts';

/** A script that a path leads to, with what its parameters stand for. */
export interface PathMatch {
  readonly script: Script;
  readonly params: ReadonlyMap<string, string>;
}

/** Where a path ends. */
interface PathEnd {
  readonly script: Script;
  /** Names of its parameters, with the positions of their segments. */
  readonly parameters: readonly { readonly name: string; readonly at: number }[];
  /** Of several that fit the lowest counts. */
  readonly rank: number;
}

interface PathNode {
  readonly named: Map<string, PathNode>;
  parameter: PathNode | undefined;
  end: PathEnd | undefined;
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** Before every path that has parameters. */
const SPELLED_OUT = -1;

/**
 * The paths of one service and method. A path that is spelled out wins over those with parameters; of these the one that was
 * installed first counts.
 */
export class PathTree {
  readonly #root: PathNode = emptyNode();
  /** Paths without parameters, whole: most are, and one look finds them. */
  readonly #whole = new Map<string, PathMatch>();
  #added = 0;

  add(script: Script): void {
    let node = this.#root;
    const parameters: PathEnd['parameters'][number][] = [];
    for (const [at, segment] of script.path.split('/').entries()) {
      if (segment.length > 1 && segment.startsWith(':')) {
        parameters.push({ name: segment.slice(1), at });
        node.parameter ??= emptyNode();
        node = node.parameter;
      } else {
        node = childOf(node, segment);
      }
    }
    const rank = parameters.length === 0 ? SPELLED_OUT : this.#added++;
    node.end ??= { script, parameters, rank };
    if (parameters.length === 0 && !this.#whole.has(script.path)) {
      this.#whole.set(script.path, { script, params: NO_PARAMETERS });
    }
  }

  /** @param path percent-encoded; as many segments as the script's, none of them empty where that has a parameter */
  find(path: string): PathMatch | undefined {
    const whole = this.#whole.get(path);
    if (whole !== undefined) return whole;
    const segments = path.split('/').map(decodeSegment);
    const end = firstEnd(this.#root, segments, 0);
    if (end === undefined) return undefined;
    return { script: end.script, params: new Map(end.parameters.map(({ name, at }) => [name, segments[at]!])) };
  }
}

/** The end to follow below a node: each node is looked at once. */
function firstEnd(node: PathNode, segments: readonly string[], at: number): PathEnd | undefined {
  if (at === segments.length) return node.end;
  const segment = segments[at]!;
  const child = node.named.get(segment);
  const named = child && firstEnd(child, segments, at + 1);
  const any = node.parameter && segment !== '' ? firstEnd(node.parameter, segments, at + 1) : undefined;
  return named === undefined || (any !== undefined && any.rank < named.rank) ? any : named;
}

function emptyNode(): PathNode {
  return { named: new Map(), parameter: undefined, end: undefined };
}

function childOf(node: PathNode, segment: string): PathNode {
  const known = node.named.get(segment) ?? emptyNode();
  node.named.set(segment, known);
  return known;
}

/** What is no percent-encoding stays as it is. */
function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
