import { type CommandName, commandByName, LIMITS } from '@cairn/protocol/internal';
import { z } from 'zod';

/** The pieces of which descriptions of routes are made. */

/** The fields of a command without those that come by the path, by headers or under other names. */
export function fieldsOf(command: CommandName, without: readonly string[] = []): z.ZodObject {
  const { request } = commandByName(command)!;
  if (!(request instanceof z.ZodObject)) return z.object({});
  const elsewhere = new Set(['tx_id', 'timeout_ms', 'database', ...without]);
  const kept = Object.entries(request.shape).filter(([name]) => !elsewhere.has(name));
  return z.object(Object.fromEntries(kept) as z.ZodRawShape);
}

/** What a command answers. */
export function replyOf(command: CommandName): z.ZodType {
  return commandByName(command)!.reply;
}

/** `true` or `false` in a query string. */
export const yesOrNo = z.enum(['true', 'false']);

/** A whole number in a query string. */
export const wholeNumber = z
  .custom<string>((value) => typeof value === 'string' && /^[0-9]{1,15}$/.test(value), 'expected a whole number')
  .meta({ type: 'integer', minimum: 0, maximum: 999_999_999_999_999 });

/** A document as it is answered. */
export const document = z
  .looseObject({
    _key: z.string(),
    _id: z.string(),
    _rev: z.string(),
    _created_at: z.string(),
    _updated_at: z.string(),
  })
  .meta({ description: 'A document: what was stored, and what the server knows of it.' });

/** A document as it is sent. */
export const newDocument = z.record(z.string(), z.unknown()).meta({ description: 'Any members.' });

export const anyObject = z.record(z.string(), z.unknown());
export const nothingButStatus = z.object({ status: z.string() });

export const keyText = z.string().max(LIMITS.documentKeyMaxBytes);
