import { isObject, stringifyJson, type Value, type ValueObject } from '@cairn/protocol/internal';
import { NATIVE_LIMITS } from '../limits.ts';
import { NativeError } from '../native-function.ts';
import { patternOf } from '../text/pattern.ts';
import { checkScalar } from './scalar-keywords.ts';
import { SchemaReferences } from './schema-references.ts';
import { escapePointer, listOf, type Schema } from './schema-shape.ts';
import { counted, listed, quoted } from './wording.ts';

/** What is wrong, and where: pointers into the value and into the schema. */
export interface ValidationProblem {
  readonly message: string;
  readonly path: string;
  readonly schemaPath: string;
}

/** Which members and elements of one value some schema has looked at. */
class Seen {
  readonly names = new Set<string>();
  readonly indexes = new Set<number>();

  add(other: Seen): void {
    for (const name of other.names) this.names.add(name);
    for (const index of other.indexes) this.indexes.add(index);
  }
}

/** A value on its way through a schema. */
interface Place {
  readonly value: Value;
  readonly path: string;
  readonly schemaPath: string;
  readonly depth: number;
}

/** Checks values against one schema (JSON Schema, draft 2020-12; `format` is for readers only). */
export class SchemaValidation {
  readonly #schema: Schema;
  readonly #references: SchemaReferences;
  #problems: ValidationProblem[] = [];
  /** Above zero while only the outcome counts. */
  #quiet = 0;
  #steps = 0;

  /** @throws NativeError for what is no schema */
  constructor(schema: Value) {
    this.#references = new SchemaReferences(schema as Schema);
    this.#schema = schema as Schema;
  }

  isValid(value: Value): boolean {
    this.#steps = 0;
    this.#quiet = 1;
    return this.#check(this.#schema, { value, path: '', schemaPath: '', depth: 0 }, new Seen());
  }

  /** What is wrong with a value, the first 50. */
  problems(value: Value): readonly ValidationProblem[] {
    this.#steps = 0;
    this.#quiet = 0;
    this.#problems = [];
    this.#check(this.#schema, { value, path: '', schemaPath: '', depth: 0 }, new Seen());
    return this.#problems;
  }

  /** Notes a problem. @returns false */
  #wrong({ path, schemaPath }: Place, keyword: string, message: () => string): false {
    if (this.#quiet === 0 && this.#problems.length < NATIVE_LIMITS.validationMaxErrors) {
      this.#problems.push({ message: message(), path, schemaPath: `${schemaPath}/${keyword}` });
    }
    return false;
  }

  /** Whether the value fits, told by the outcome alone. */
  #fits(schema: Schema, place: Place, seen: Seen): boolean {
    this.#quiet++;
    try {
      const seenHere = new Seen();
      const isGood = this.#check(schema, place, seenHere);
      if (isGood) seen.add(seenHere);
      return isGood;
    } finally {
      this.#quiet--;
    }
  }

  #check(schema: Schema, place: Place, seen: Seen): boolean {
    if (++this.#steps > NATIVE_LIMITS.validationMaxSteps || place.depth > NATIVE_LIMITS.validationMaxDepth) {
      throw new NativeError(
        'Validation is too much work: a schema that refers to itself, or a value that is too large',
      );
    }
    if (schema === true) return true;
    if (schema === false) return this.#wrong(place, '', () => `False schema does not allow ${quoted(place.value)}`);
    const before = this.#problems.length;
    const isGood = this.#checkKeywords(schema, place, seen);
    if (this.#problems.length > before + 1) this.#sortByKeyword(schema, before, place.schemaPath.length + 1);
    return isGood;
  }

  /**
   * Problems of one schema come in the order of its keywords' names, those of one keyword in the order of the value. Members that are
   * allowed, and then those that are not, are one keyword.
   */
  #sortByKeyword(schema: ValueObject, from: number, keywordAt: number): void {
    const closes = schema.additionalProperties !== undefined;
    const keyword = ({ schemaPath }: ValidationProblem): string => {
      const name = schemaPath.slice(keywordAt).split('/', 1)[0]!;
      return closes && (name === 'properties' || name === 'patternProperties') ? 'additionalProperties' : name;
    };
    const sorted = this.#problems.splice(from).sort((a, b) => {
      const [left, right] = [keyword(a), keyword(b)];
      return left < right ? -1 : left > right ? 1 : 0;
    });
    this.#problems.push(...sorted);
  }

  #checkKeywords(schema: ValueObject, place: Place, seen: Seen): boolean {
    let isGood = checkScalar(schema, place.value, (keyword, message) => this.#wrong(place, keyword, message));
    if (Array.isArray(place.value)) isGood = this.#checkList(schema, place, place.value, seen) && isGood;
    else if (isObject(place.value)) isGood = this.#checkObject(schema, place, place.value, seen) && isGood;
    isGood = this.#checkInner(schema, place, seen) && isGood;
    return this.#checkUnevaluated(schema, place, seen) && isGood;
  }

  #inner(place: Place, keyword: string): Place {
    return { ...place, schemaPath: `${place.schemaPath}/${keyword}`, depth: place.depth + 1 };
  }

  #member(place: Place, value: Value, name: string, keyword: string): Place {
    return {
      value,
      path: `${place.path}/${escapePointer(name)}`,
      schemaPath: `${place.schemaPath}/${keyword}`,
      depth: place.depth + 1,
    };
  }

  #checkList(schema: ValueObject, place: Place, list: readonly Value[], seen: Seen): boolean {
    const { minItems, maxItems } = schema as Record<string, number>;
    let isGood = true;
    if (list.length < minItems) {
      const words = counted(minItems, 'item', 'items');
      isGood = this.#wrong(place, 'minItems', () => `${quoted(list as Value[])} has less than ${words}`);
    }
    if (list.length > maxItems) {
      const words = counted(maxItems, 'item', 'items');
      isGood = this.#wrong(place, 'maxItems', () => `${quoted(list as Value[])} has more than ${words}`);
    }
    if (
      schema.uniqueItems === true &&
      new Set(list.map((each) => stringifyJson(each, { sorted: true }))).size < list.length
    ) {
      isGood = this.#wrong(place, 'uniqueItems', () => `${quoted(list as Value[])} has non-unique elements`);
    }
    const prefix = (schema.prefixItems as Schema[] | undefined) ?? [];
    list.forEach((element, index) => {
      const inner = index < prefix.length ? prefix[index] : (schema.items as Schema | undefined);
      if (inner === undefined) return;
      seen.indexes.add(index);
      const keyword = index < prefix.length ? `prefixItems/${index}` : 'items';
      isGood = this.#check(inner, this.#member(place, element, String(index), keyword), new Seen()) && isGood;
    });
    return this.#checkContains(schema, place, list, seen) && isGood;
  }

  #checkContains(schema: ValueObject, place: Place, list: readonly Value[], seen: Seen): boolean {
    if (schema.contains === undefined) return true;
    const { minContains = 1, maxContains = Number.POSITIVE_INFINITY } = schema as Record<string, number>;
    let matching = 0;
    list.forEach((element, index) => {
      if (!this.#fits(schema.contains as Schema, this.#member(place, element, String(index), 'contains'), new Seen()))
        return;
      matching++;
      seen.indexes.add(index);
    });
    if (matching >= minContains && matching <= maxContains) return true;
    return this.#wrong(place, 'contains', () =>
      matching > maxContains
        ? 'Too many items match the given schema'
        : `None of ${quoted(list as Value[])} are valid under the given schema`,
    );
  }

  #checkObject(schema: ValueObject, place: Place, object: ValueObject, seen: Seen): boolean {
    const names = Object.keys(object);
    let isGood = this.#checkNames(schema, place, object, names);
    const properties = (schema.properties as ValueObject | undefined) ?? {};
    const patterns = Object.entries((schema.patternProperties as ValueObject | undefined) ?? {});
    const extra: string[] = [];
    for (const name of names) {
      let isKnown = false;
      if (Object.hasOwn(properties, name)) {
        isKnown = true;
        const at = this.#member(place, object[name], name, `properties/${escapePointer(name)}`);
        isGood = this.#check(properties[name] as Schema, at, new Seen()) && isGood;
      }
      for (const [pattern, inner] of patterns) {
        if (!patternOf(pattern).test(name)) continue;
        isKnown = true;
        const at = this.#member(place, object[name], name, `patternProperties/${escapePointer(pattern)}`);
        isGood = this.#check(inner as Schema, at, new Seen()) && isGood;
      }
      if (isKnown) seen.names.add(name);
      else extra.push(name);
    }
    return this.#checkAdditional(schema, place, object, extra, seen) && isGood;
  }

  #checkNames(schema: ValueObject, place: Place, object: ValueObject, names: readonly string[]): boolean {
    const { minProperties, maxProperties } = schema as Record<string, number>;
    let isGood = true;
    if (names.length < minProperties) {
      const words = counted(minProperties, 'property', 'properties');
      isGood = this.#wrong(place, 'minProperties', () => `${quoted(object)} has less than ${words}`);
    }
    if (names.length > maxProperties) {
      const words = counted(maxProperties, 'property', 'properties');
      isGood = this.#wrong(place, 'maxProperties', () => `${quoted(object)} has more than ${words}`);
    }
    const require = (required: Value, keyword: string): void => {
      for (const name of listOf(required) as string[]) {
        if (Object.hasOwn(object, name)) continue;
        isGood = this.#wrong(place, keyword, () => `${quoted(name)} is a required property`);
      }
    };
    if (schema.required !== undefined) require(schema.required, 'required');
    for (const [name, required] of Object.entries((schema.dependentRequired as ValueObject | undefined) ?? {})) {
      if (Object.hasOwn(object, name)) require(required, 'dependentRequired');
    }
    if (schema.propertyNames !== undefined) {
      for (const name of names) {
        const at = { ...this.#inner(place, 'propertyNames'), value: name };
        isGood = this.#check(schema.propertyNames as Schema, at, new Seen()) && isGood;
      }
    }
    return isGood;
  }

  #checkAdditional(
    schema: ValueObject,
    place: Place,
    object: ValueObject,
    extra: readonly string[],
    seen: Seen,
  ): boolean {
    const inner = schema.additionalProperties as Schema | undefined;
    if (inner === undefined || extra.length === 0) return true;
    if (inner === false) {
      return this.#wrong(
        place,
        'additionalProperties',
        () => `Additional properties are not allowed (${listed(extra)})`,
      );
    }
    let isGood = true;
    for (const name of extra) {
      seen.names.add(name);
      isGood =
        this.#check(inner, this.#member(place, object[name], name, 'additionalProperties'), new Seen()) && isGood;
    }
    return isGood;
  }

  /** Schemas that are about the value itself. */
  #checkInner(schema: ValueObject, place: Place, seen: Seen): boolean {
    let isGood = true;
    if (schema.$ref !== undefined || schema.$dynamicRef !== undefined) {
      const keyword = schema.$ref === undefined ? '$dynamicRef' : '$ref';
      isGood = this.#check(this.#references.target(schema), this.#inner(place, keyword), seen) && isGood;
    }
    for (const [index, each] of ((schema.allOf as Schema[] | undefined) ?? []).entries()) {
      isGood = this.#check(each, this.#inner(place, `allOf/${index}`), seen) && isGood;
    }
    isGood = this.#checkChoices(schema, place, seen) && isGood;
    if (schema.not !== undefined && this.#fits(schema.not as Schema, this.#inner(place, 'not'), new Seen())) {
      isGood = this.#wrong(place, 'not', () => `${quoted(schema.not)} is not allowed for ${quoted(place.value)}`);
    }
    if (schema.if !== undefined) {
      const keyword = this.#fits(schema.if as Schema, this.#inner(place, 'if'), seen) ? 'then' : 'else';
      const branch = schema[keyword] as Schema | undefined;
      if (branch !== undefined) isGood = this.#check(branch, this.#inner(place, keyword), seen) && isGood;
    }
    for (const [name, each] of Object.entries((schema.dependentSchemas as ValueObject | undefined) ?? {})) {
      if (!isObject(place.value) || !Object.hasOwn(place.value, name)) continue;
      isGood =
        this.#check(each as Schema, this.#inner(place, `dependentSchemas/${escapePointer(name)}`), seen) && isGood;
    }
    return isGood;
  }

  #checkChoices(schema: ValueObject, place: Place, seen: Seen): boolean {
    let isGood = true;
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const choices = schema[keyword] as Schema[] | undefined;
      if (choices === undefined) continue;
      let fitting = 0;
      for (const [index, each] of choices.entries()) {
        if (!this.#fits(each, this.#inner(place, `${keyword}/${index}`), seen)) continue;
        fitting++;
        if (keyword === 'anyOf' && !this.#references.asksForUnevaluated) break;
      }
      const listedIn = `of the schemas listed in the '${keyword}' keyword`;
      if (fitting === 0) {
        isGood = this.#wrong(place, keyword, () => `${quoted(place.value)} is not valid under any ${listedIn}`);
      } else if (keyword === 'oneOf' && fitting > 1) {
        isGood = this.#wrong(place, keyword, () => `${quoted(place.value)} is valid under more than one ${listedIn}`);
      }
    }
    return isGood;
  }

  #checkUnevaluated(schema: ValueObject, place: Place, seen: Seen): boolean {
    let isGood = true;
    const { value } = place;
    const check = (keyword: string, members: [string, Value][], words: string): void => {
      const inner = schema[keyword] as Schema | undefined;
      if (inner === undefined || members.length === 0) return;
      if (inner === false) {
        const unexpected = members.map(([name, member]) => (words === 'items' ? quoted(member) : name));
        isGood = this.#wrong(place, keyword, () => `Unevaluated ${words} are not allowed (${listed(unexpected)})`);
        return;
      }
      for (const [name, member] of members) {
        isGood = this.#check(inner, this.#member(place, member, name, keyword), new Seen()) && isGood;
      }
    };
    if (Array.isArray(value)) {
      const rest = value.map((element, index): [string, Value] => [String(index), element]);
      check(
        'unevaluatedItems',
        rest.filter(([index]) => !seen.indexes.has(Number(index))),
        'items',
      );
      if (schema.unevaluatedItems !== undefined) for (const index of value.keys()) seen.indexes.add(index);
    } else if (isObject(value) && schema.unevaluatedProperties !== undefined) {
      check(
        'unevaluatedProperties',
        Object.entries(value).filter(([name]) => !seen.names.has(name)),
        'properties',
      );
      for (const name of Object.keys(value)) seen.names.add(name);
    }
    return isGood;
  }
}
