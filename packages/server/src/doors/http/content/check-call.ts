import { isObject, ProtocolError, type Value } from '@cairn/protocol/internal';
import type { z } from 'zod';
import type { HttpCall, RouteDescription } from '../route/route.ts';

/**
 * Refuses a query string or a body that is not what the route's description says. Nil counts as not given.
 *
 * @param sent the query string as it was sent, in which a parameter that came several times is a list
 * @throws ProtocolError
 */
export function checkCall({ query, body }: RouteDescription, call: HttpCall, sent: object = call.query): void {
  if (query !== undefined) check(query, sent, 'parameter');
  if (body !== undefined) check(body, call.hasBody ? withoutNil(call.content) : {}, 'field');
}

function check(schema: z.ZodType, given: unknown, what: string): void {
  const result = schema.safeParse(given);
  if (result.success) return;
  const issue = result.error.issues[0]!;
  const path = issue.path.map(String).join('.');
  if (path === '') throw new ProtocolError(`the body is not what this route takes: ${issue.message}`);
  const isMissing = issue.path.length === 1 && (given as Record<string, unknown>)[path] === undefined;
  const reason = isMissing
    ? `missing ${what} \`${path}\``
    : `invalid type or value of ${what} \`${path}\`: ${issue.message}`;
  throw new ProtocolError(reason, { details: { field: path } });
}

function withoutNil(content: Value): Value {
  if (!isObject(content)) return content;
  const members = Object.entries(content);
  // Not by assignment: a member may be called `__proto__`.
  return members.some(([, value]) => value === null)
    ? Object.fromEntries(members.filter(([, value]) => value !== null))
    : content;
}
