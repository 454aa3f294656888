import type { CallExpression, Expression } from '../../ast/expression.ts';
import { functionByName } from '../../functions/registry.ts';

/**
 * Collections that a call reads, as far as its text says so: `DOCUMENT('people/ada')`, `COLLECTION_COUNT('people')`. What
 * only the run can know is asked for there (`RunContext.mayRead`).
 */
export function collectionsOfCall(call: CallExpression, database: string): readonly string[] {
  const [first] = call.arguments;
  if (first === undefined) return [];
  if (call.name === 'DOCUMENT' && call.arguments.length === 1) return collectionsOfIds(first, database);
  const takesCollection = call.name === 'DOCUMENT' || functionByName(call.name)?.parameters[0]?.name === 'collection';
  return takesCollection ? present(ownName(textOf(first), database)) : [];
}

/** Collections of ids written out in a text: `'people/ada'`, or an array of such. */
export function collectionsOfIds(expression: Expression, database: string): readonly string[] {
  if (expression.kind === 'array') {
    return expression.elements.flatMap((element) => collectionsOfIds(element, database));
  }
  const id = textOf(expression);
  const slash = id?.indexOf('/') ?? -1;
  return slash < 0 ? [] : present(ownName(id!.slice(0, slash), database));
}

function textOf(expression: Expression): string | undefined {
  return expression.kind === 'literal' && typeof expression.value === 'string' ? expression.value : undefined;
}

/** The name without the database before it; nothing for another database, whose documents are out of reach. */
function ownName(name: string | undefined, database: string): string | undefined {
  const colon = name?.indexOf(':') ?? -1;
  if (colon < 0) return name;
  return name!.slice(0, colon) === database ? name!.slice(colon + 1) : undefined;
}

function present(name: string | undefined): readonly string[] {
  return name === undefined || name === '' ? [] : [name];
}
