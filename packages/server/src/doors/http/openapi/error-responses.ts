import { CONTENT_TYPES } from '../content/answer-format.ts';
import type { JsonSchema } from './json-schema.ts';

/** What every status that is no success means. */
const MEANINGS: ReadonlyMap<number, string> = new Map([
  [400, 'The request says something that cannot be: `parse_error`, `invalid_argument`, `schema_violation`.'],
  [401, 'Nobody said who asks, or wrongly: `unauthenticated`.'],
  [403, 'The caller may not: `permission_denied`; or nobody may: `read_only`.'],
  [404, 'There is nothing of that name: `not_found`, `transaction_not_found`.'],
  [406, 'The route answers in none of the formats that `Accept` names.'],
  [408, 'It took too long, or was stopped: `timeout`, `cancelled`.'],
  [409, 'It is there already, or somebody else was first: `already_exists`, `conflict`, `unique_violation`.'],
  [412, '`If-Match` does not hold: `conflict`.'],
  [413, 'More than a limit allows: `limit_exceeded`.'],
  [415, 'The body is of a kind or in an encoding that the route does not take.'],
  [422, 'A field is missing or of a wrong type: `invalid_argument`.'],
  [500, 'The server is at fault: `internal`, `corruption`.'],
  [501, 'Collections of this type do not take that: `invalid_argument`.'],
  [503, 'Too much at once; trying again is safe after `Retry-After`: `overloaded`.'],
  [507, 'The disk is full: `storage_full`.'],
]);

/** The one form of all errors. */
export const ERROR_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['code', 'error', 'type', 'error_code', 'retryable'],
  properties: {
    code: { type: 'integer', description: 'The status.' },
    error: { type: 'string', description: 'A sentence for people.' },
    type: { type: 'string', description: 'The kind of the error, for clients that know no codes.' },
    error_code: { type: 'string', description: 'What programs switch on; it does not change.' },
    retryable: { type: 'boolean', description: 'Whether the same request may do well later.' },
    details: { type: 'object', description: 'Facts: the collection, the key, the limit …' },
  },
};

/** The responses that all operations share, by status. */
export function errorResponses(): Record<string, unknown> {
  const content = { [CONTENT_TYPES.json]: { schema: { $ref: '#/components/schemas/Error' } } };
  return Object.fromEntries([...MEANINGS].map(([status, description]) => [status, { description, content }]));
}

export function isErrorStatus(status: number): boolean {
  return MEANINGS.has(status);
}
