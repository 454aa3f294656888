import type { Value } from '@cairn/protocol';
import { CairnError } from '@cairn/protocol/internal';
import type { Channel } from '../connection/channel.ts';
import type { CommandOptions } from '../options.ts';

/**
 * Who may do what with single documents: expressions over `doc` and `@user` (`username`, `roles`, `database`). Without `write` the
 * rule for reading counts, without `delete` that for writing.
 */
export interface DocumentRules {
  readonly read?: string;
  readonly write?: string;
  readonly delete?: string;
  /** Paths of members that are shown to certain roles alone, or to nobody. */
  readonly hidden?: readonly (string | { readonly path: string; readonly unless?: readonly string[] })[];
}

const NAMES: readonly string[] = ['read', 'write', 'delete', 'hidden'] satisfies (keyof DocumentRules)[];

/** What is wrong with rules of which one is misspelt, which would protect nothing; undefined when none is. */
export function unknownRule(rules: object): string | undefined {
  const unknown = Object.keys(rules).find((name) => !NAMES.includes(name));
  return unknown === undefined ? undefined : `there is no rule ${unknown}: ${NAMES.join(', ')}`;
}

/** The rules of one collection, for its administrators. They are not bound by them. */
export class CollectionRules {
  readonly #channel: Channel;
  readonly #place: { readonly database: string; readonly collection: string };

  constructor(channel: Channel, place: { database: string; collection: string }) {
    this.#channel = channel;
    this.#place = place;
  }

  /** The rules as they were set, null when there are none. */
  async get(options?: CommandOptions): Promise<DocumentRules | null> {
    const reply = await this.#channel.send('get_collection_rules', this.#place, options);
    return (reply.data ?? null) as DocumentRules | null;
  }

  /**
   * Puts these rules in the place of those there are. They hold from the next request on.
   * @throws CairnError with code `invalid_argument` for a rule that there is not: a misspelt one would protect nothing
   */
  async set(rules: DocumentRules, options?: CommandOptions): Promise<void> {
    const problem = unknownRule(rules);
    if (problem !== undefined) throw new CairnError('invalid_argument', problem);
    await this.#channel.send(
      'set_collection_rules',
      { ...this.#place, ...(rules as { [name: string]: Value }) },
      options,
    );
  }

  async delete(options?: CommandOptions): Promise<void> {
    await this.#channel.send('delete_collection_rules', this.#place, options);
  }
}
