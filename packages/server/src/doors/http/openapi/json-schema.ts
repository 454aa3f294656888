import { z } from 'zod';

/** A JSON Schema (2020-12), as the OpenAPI document holds them. */
export type JsonSchema = { readonly [name: string]: unknown };

/** What a body must be. Null counts as not given, so that members that may be absent may be null. */
export function bodySchema(schema: z.ZodType): JsonSchema {
  return nullable(jsonSchema(schema, 'input'));
}

/** What an answer is. */
export function replySchema(schema: z.ZodType): JsonSchema {
  return jsonSchema(schema, 'output');
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema;
  return rest;
}

function nullable(schema: JsonSchema): JsonSchema {
  const alternatives = schema.anyOf as readonly JsonSchema[] | undefined;
  if (alternatives !== undefined) return { ...schema, anyOf: alternatives.map(nullable) };
  const properties = schema.properties as Record<string, JsonSchema> | undefined;
  if (properties === undefined) return schema;
  const required = new Set((schema.required ?? []) as string[]);
  const members = Object.entries(properties).map(([name, member]) => [
    name,
    required.has(name) ? member : orNull(member),
  ]);
  return { ...schema, properties: Object.fromEntries(members) };
}

function orNull(schema: JsonSchema): JsonSchema {
  const isAnything = Object.keys(schema).every((name) => name === 'default' || name === 'description');
  return isAnything ? schema : { anyOf: [schema, { type: 'null' }] };
}
