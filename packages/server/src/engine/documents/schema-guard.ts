import { CairnError, decodeValue, toJson, type Value } from '@cairn/protocol/internal';
import type { CollectionView, NewRecord } from '@cairn/storage/internal';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** How a collection's schema is applied: not at all, refusing what breaks it, or only telling in the log. */
export type ValidationMode = 'off' | 'strict' | 'lenient';

/** A collection's schema as it is kept in its properties. */
export interface CollectionSchema {
  readonly name: string;
  readonly schema: Value;
  readonly validationMode: ValidationMode;
}

/** Violations named in one error. */
const VIOLATIONS_SHOWN = 10;

/** The schema among a collection's properties, if it has one. */
export function schemaOf(properties: Value): CollectionSchema | undefined {
  if (typeof properties !== 'object' || properties === null || !('schema' in properties)) return undefined;
  const stored = properties.schema as { name: string; schema: Value; validation_mode: ValidationMode } | null;
  if (stored === null) return undefined;
  return { name: stored.name, schema: stored.schema, validationMode: stored.validation_mode };
}

/** Holds documents to the JSON Schema of their collection. Compiled schemas are kept as long as their collection's properties. */
export class SchemaGuard {
  readonly #compiled = new WeakMap<object, ValidateFunction>();

  /** @throws CairnError `invalid_argument` when this is no JSON Schema. */
  requireValid(schema: Value): void {
    try {
      this.#compile(schema);
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new CairnError('invalid_argument', `Invalid document: Invalid JSON Schema: ${reason}`, { cause });
    }
  }

  /** @throws CairnError `schema_violation` that names the places. */
  check(collection: CollectionView, record: NewRecord): void {
    const schema = schemaOf(collection.properties);
    if (schema === undefined || schema.validationMode !== 'strict') return;
    const validate = this.#validator(collection.properties as object, schema.schema);
    if (validate(toJson(decodeValue(record.body)))) return;
    const errors = (validate.errors ?? []).slice(0, VIOLATIONS_SHOWN);
    const places = errors.map((error) => `${error.instancePath || '/'} ${error.message ?? error.keyword}`);
    throw new CairnError('schema_violation', `Invalid document: Schema validation failed: ${places.join('; ')}`, {
      details: { collection: collection.name, key: record.key, violations: places },
    });
  }

  #validator(properties: object, schema: Value): ValidateFunction {
    const known = this.#compiled.get(properties);
    if (known !== undefined) return known;
    const compiled = this.#compile(schema);
    this.#compiled.set(properties, compiled);
    return compiled;
  }

  #compile(schema: Value): ValidateFunction {
    const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
    return ajv.compile(toJson(schema) as object);
  }
}
