import { CairnError } from '@cairn/protocol/internal';
import type { FunctionContext } from '../definition.ts';

/**
 * The name of a collection of the statement's own database, which may stand before it (`shop:orders`). Collections
 * of another database are out of reach of every function: `not_found`, whether they exist or not.
 */
export function localCollection(context: FunctionContext, name: string): string {
  const colon = name.indexOf(':');
  if (colon < 0) return name;
  if (name.slice(0, colon) === context.database) return name.slice(colon + 1);
  throw new CairnError('not_found', `Collection '${name}' not found in database '${context.database}'`, {
    details: { collection: name, database: context.database },
  });
}
