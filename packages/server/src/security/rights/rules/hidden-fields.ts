import { ByteWriter, CairnError, skipValue } from '@cairn/protocol/internal';
import { isMap } from '../../../engine/documents/map-bytes.ts';
import { copyShown, type HiddenTree, hiddenTree, holdsHidden, isArray, members } from './hidden-tree.ts';

const writer = new ByteWriter(4096);
const comparison = new ByteWriter(4096);

/** An old value and the new one that comes in its place. */
interface Change {
  readonly before: Uint8Array;
  readonly beforeAt: number;
  readonly body: Uint8Array;
  readonly bodyAt: number;
}

/** Fields that somebody does not see, taken out of stored documents where they lie: nothing is decoded. */
export class HiddenFields {
  readonly paths: readonly string[];
  readonly #tree: HiddenTree;

  constructor(paths: readonly string[]) {
    this.paths = paths;
    this.#tree = hiddenTree(paths);
  }

  /** Whether an index over these fields could tell something of a hidden one: by its order, its ranges, its uniqueness. */
  touches(fields: readonly string[]): boolean {
    return fields.some((field) => {
      const names = field.replaceAll('[*]', '').split('.');
      return this.paths.some((path) => path.split('.').every((name, at) => at >= names.length || names[at] === name));
    });
  }

  /** The body without what is hidden; the same bytes when nothing of it is there. */
  without(body: Uint8Array): Uint8Array {
    if (!holdsHidden(body, 0, this.#tree)) return body;
    writer.reset();
    copyShown(writer, body, 0, this.#tree);
    return writer.finish();
  }

  /** @throws CairnError `permission_denied` when the body has a hidden field: who does not see it does not set it either */
  refuseIn(body: Uint8Array, collection: string): void {
    if (!holdsHidden(body, 0, this.#tree)) return;
    throw new CairnError('permission_denied', `Forbidden: the document sets a hidden field of '${collection}'`, {
      details: { collection },
    });
  }

  /**
   * A new body, which sets nothing hidden, with the hidden fields of the old one put back in.
   * @throws CairnError `permission_denied` when they lie in an object or array that is no more, or is another one
   */
  keptFrom(before: Uint8Array, body: Uint8Array, collection: string): Uint8Array {
    if (!holdsHidden(before, 0, this.#tree)) return body;
    // A body that was merged holds hidden members of the old one already.
    const shown = this.without(body);
    writer.reset();
    if (!mergeHidden({ before, beforeAt: 0, body: shown, bodyAt: 0 }, this.#tree)) throw unplaceable(collection);
    return writer.finish();
  }
}

/** Writes the new map with the hidden members of the old one behind its own; false when these have no place in it. */
function mergeHidden({ before, beforeAt, body, bodyAt }: Change, tree: HiddenTree): boolean {
  if (!isMap(before, beforeAt) || !isMap(body, bodyAt)) return false;
  const old = members(before, beforeAt);
  const now = members(body, bodyAt);
  const kept = old.filter(({ name }) => tree.below.get(name)?.isHidden === true);
  writer.mapHeader(now.length + kept.length);
  for (const { name, nameAt, valueAt, end } of now) {
    const below = tree.below.get(name);
    const was = old.find((member) => member.name === name);
    if (below === undefined || was === undefined || !holdsHidden(before, was.valueAt, below)) {
      writer.raw(body, nameAt, end);
      continue;
    }
    const change = { before, beforeAt: was.valueAt, body, bodyAt: valueAt };
    if (isArray(before, was.valueAt)) {
      // One that is left as it is shown keeps what is hidden in it; there is no telling which member of another is which.
      if (!showsSame(change, below)) return false;
      writer.raw(before, was.nameAt, was.end);
      continue;
    }
    writer.raw(body, nameAt, valueAt);
    if (!mergeHidden(change, below)) return false;
  }
  for (const { nameAt, end } of kept) writer.raw(before, nameAt, end);
  return old.every(({ name, valueAt }) => {
    const below = tree.below.get(name);
    if (below === undefined || below.isHidden || now.some((member) => member.name === name)) return true;
    return !holdsHidden(before, valueAt, below);
  });
}

/** Whether the new value is the old one as it is shown. */
function showsSame({ before, beforeAt, body, bodyAt }: Change, tree: HiddenTree): boolean {
  comparison.reset();
  copyShown(comparison, before, beforeAt, tree);
  return Buffer.compare(comparison.finish(), body.subarray(bodyAt, skipValue(body, bodyAt))) === 0;
}

function unplaceable(collection: string): CairnError {
  return new CairnError('permission_denied', `Forbidden: the change would remove hidden fields of '${collection}'`, {
    details: { collection },
  });
}
