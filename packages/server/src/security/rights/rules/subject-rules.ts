import { CairnError, isObject, type Value } from '@cairn/protocol/internal';
import { DocumentRule, type ExpressionRun } from '@cairn/query/internal';
import type { CollectionView, DocumentPosition, NewRecord } from '@cairn/storage/internal';
import {
  buildBlock,
  encodeRecordValue,
  recordBody,
  recordBodyEnd,
  recordKeyEnd,
  recordKeyStart,
} from '@cairn/storage/internal';
import { HiddenFields } from './hidden-fields.ts';
import { hasRules, type RuleDefinition, type RuledAction, storedRules } from './rule-definition.ts';
import type { RuleSubject } from './rule-subject.ts';

/** The rules of a collection, compiled; `broken` ones let nobody see or do anything. */
interface CompiledRules {
  readonly definition: RuleDefinition | undefined;
  readonly conditions: { readonly [action in RuledAction]: DocumentRule | undefined };
  readonly isBroken: boolean;
}

const BROKEN: CompiledRules = {
  definition: undefined,
  conditions: { read: undefined, write: undefined, delete: undefined },
  isBroken: true,
};

/** By the properties that they stand in, which are another object as soon as they change. */
const compiled = new WeakMap<object, CompiledRules>();

function compiledRules(properties: Value): CompiledRules {
  if (!isObject(properties)) return BROKEN;
  let rules = compiled.get(properties);
  if (rules === undefined) compiled.set(properties, (rules = compile(properties)));
  return rules;
}

/** What was stored may be of another time or hand: rules that are none let nobody in, rather than everybody. */
function compile(properties: Value): CompiledRules {
  try {
    const definition = storedRules(properties);
    if (definition === undefined) return BROKEN;
    const read = rule(definition.read);
    const write = rule(definition.write) ?? read;
    return { definition, conditions: { read, write, delete: rule(definition.delete) ?? write }, isBroken: false };
  } catch (error) {
    if (error instanceof CairnError) return BROKEN;
    throw error;
  }
}

function rule(text: string | undefined): DocumentRule | undefined {
  return text === undefined ? undefined : DocumentRule.compile(text);
}

/** What the rules of one collection mean for one subject. */
export class SubjectRules {
  readonly hidden: HiddenFields | undefined;
  /** Some documents are not shown. */
  readonly narrows: boolean;
  readonly #rules: CompiledRules;
  readonly #run: ExpressionRun;
  readonly #idPrefix: string;

  private constructor(rules: CompiledRules, subject: RuleSubject, collection: string) {
    this.#rules = rules;
    this.#run = subject.run();
    this.#idPrefix = `${subject.facts.database}:${collection}/`;
    this.narrows = rules.isBroken || rules.conditions.read !== undefined;
    const hidden = (rules.definition?.hidden ?? []).filter(({ unless }) => !unless.some((role) => subject.has(role)));
    this.hidden = hidden.length === 0 ? undefined : new HiddenFields(hidden.map(({ path }) => path));
  }

  /** Undefined where no rule binds the subject. */
  static of(collection: Pick<CollectionView, 'name' | 'properties'>, subject: RuleSubject): SubjectRules | undefined {
    if (!hasRules(collection.properties) || subject.isExemptFrom(collection.name)) return undefined;
    return new SubjectRules(compiledRules(collection.properties), subject, collection.name);
  }

  allows(action: RuledAction, position: DocumentPosition): boolean {
    if (this.#rules.isBroken) return false;
    return this.#rules.conditions[action]?.holds(position, this.#idPrefix, this.#run) ?? true;
  }

  /** The rules could not be read or compiled: they let nobody see or do anything. */
  get isBroken(): boolean {
    return this.#rules.isBroken;
  }

  /** The rules that hold, for whoever may know them. */
  get texts(): { [action in RuledAction]?: string } {
    const { read, write, delete: remove } = this.#rules.conditions;
    return {
      ...(read && { read: read.text }),
      ...(write && { write: write.text }),
      ...(remove && { delete: remove.text }),
    };
  }

  /** Whether a rule of this kind is there at all. */
  restricts(action: RuledAction): boolean {
    return this.#rules.isBroken || this.#rules.conditions[action] !== undefined;
  }

  /** As the subject is shown the document: in a block of its own when something of it is hidden. */
  shown(position: DocumentPosition): DocumentPosition {
    const { bytes, record } = position;
    const body = bytes.subarray(recordBody(bytes, record), recordBodyEnd(bytes, record));
    const left = this.hidden?.without(body) ?? body;
    return left === body ? position : { bytes: rebuilt([{ position, body: left }]), record: 0 };
  }

  /** Records [from, to) of a block in a block of their own, without what is hidden. */
  shownBlock(bytes: Uint8Array, from: number, to: number): Uint8Array {
    const records: ShownRecord[] = [];
    for (let record = from; record < to; record++) {
      const body = bytes.subarray(recordBody(bytes, record), recordBodyEnd(bytes, record));
      records.push({ position: { bytes, record }, body: this.hidden?.without(body) ?? body });
    }
    return rebuilt(records);
  }
}

/** A record that is not stored yet, as a place that rules can look at. */
export function placeOf(record: NewRecord): DocumentPosition {
  const source = { key: Buffer.from(record.key, 'utf8'), value: encodeRecordValue(record) };
  return { bytes: buildBlock([source], 0, 1, undefined), record: 0 };
}

interface ShownRecord {
  readonly position: DocumentPosition;
  readonly body: Uint8Array;
}

function rebuilt(records: readonly ShownRecord[]): Uint8Array {
  const sources = records.map(({ position: { bytes, record }, body }) => {
    const header = bytes.subarray(recordKeyEnd(bytes, record), recordBody(bytes, record));
    const key = bytes.subarray(recordKeyStart(bytes, record), recordKeyEnd(bytes, record));
    return { key, value: Buffer.concat([header, body]) };
  });
  return buildBlock(sources, 0, sources.length, undefined);
}
