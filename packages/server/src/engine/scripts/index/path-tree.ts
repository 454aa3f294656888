import type { Script } from '../records/script-record.ts';

/** A script that a path leads to, with what its parameters stand for. */
export interface PathMatch {
  readonly script: Script;
  readonly params: ReadonlyMap<string, string>;
}

interface PathNode {
  readonly named: Map<string, PathNode>;
  parameter: PathNode | undefined;
  /** The script whose path ends here, with the names of its parameters in order. */
  end: { readonly script: Script; readonly parameters: readonly string[] } | undefined;
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/**
 * The paths of one service and method. A segment that is spelled out is tried before one that is a parameter, from left to
 * right; of two scripts with the same path the one that was installed first counts.
 */
export class PathTree {
  readonly #root: PathNode = emptyNode();
  /** Paths without parameters, whole: most are, and one look finds them. */
  readonly #whole = new Map<string, PathMatch>();

  add(script: Script): void {
    const segments = script.path.split('/');
    let node = this.#root;
    const parameters: string[] = [];
    for (const segment of segments) {
      if (segment.length > 1 && segment.startsWith(':')) {
        parameters.push(segment.slice(1));
        node.parameter ??= emptyNode();
        node = node.parameter;
      } else {
        node = childOf(node, segment);
      }
    }
    node.end ??= { script, parameters };
    if (parameters.length === 0 && !this.#whole.has(script.path)) {
      this.#whole.set(script.path, { script, params: NO_PARAMETERS });
    }
  }

  /** @param path percent-encoded, without slashes at either end */
  find(path: string): PathMatch | undefined {
    const whole = this.#whole.get(path);
    if (whole !== undefined) return whole;
    const segments = path.split('/').map(decodeSegment);
    const values: string[] = [];
    const end = this.#walk(this.#root, segments, 0, values);
    if (end === undefined) return undefined;
    return { script: end.script, params: new Map(end.parameters.map((name, at) => [name, values[at]!])) };
  }

  #walk(node: PathNode, segments: readonly string[], at: number, values: string[]): PathNode['end'] {
    if (at === segments.length) return node.end;
    const segment = segments[at]!;
    const named = node.named.get(segment);
    const found = named && this.#walk(named, segments, at + 1, values);
    if (found !== undefined || node.parameter === undefined || segment === '') return found;
    values.push(segment);
    const behind = this.#walk(node.parameter, segments, at + 1, values);
    if (behind === undefined) values.pop();
    return behind;
  }
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
