import { type CommandName, commandByName } from '@cairn/protocol/internal';
import { z } from 'zod';
import { dataOf } from './reply-value.ts';
import { type CommandFields, type Given, type HttpMethod, type Route, route } from './route.ts';
import { fieldsOf, replyOf, wholeNumber } from './route-fields.ts';

/** A route that is its command and nothing else. */
interface PlainRoute {
  readonly method: HttpMethod;
  readonly path: string;
  readonly command: CommandName;
  /** Fields of the command under the names that the path has for them; `db` is the database. */
  readonly names?: Readonly<Record<string, string>>;
  /** Statuses that its command's kind does not tell. */
  readonly statuses?: readonly number[];
}

/**
 * Makes a route of a command: names in the path, members of the query string (GET, DELETE) or of the body (POST, PUT) are
 * its fields, and what stands under its `data` is the answer, 204 when there is nothing.
 */
export function plainRoute({ method, path, command, names = {}, statuses }: PlainRoute): Route {
  const fieldNames: Readonly<Record<string, string>> = { db: 'database', ...names };
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => [name!, fieldNames[name!] ?? name!] as const);
  const hasBody = method === 'POST' || method === 'PUT';
  const fields = ownFields(
    command,
    inPath.map(([, field]) => field),
  );
  const isEmpty = Object.keys(fields.shape).length === 0;
  const reply = replyOf(command);
  const answers = !(reply instanceof z.ZodUndefined);
  const numbers = isEmpty || hasBody ? new Set<string>() : numericFields(fields);
  return route(
    method,
    path,
    command,
    async ({ params, query, body, run }) => {
      const place = Object.fromEntries(inPath.map(([name, field]) => [field, typed(command, field, params[name]!)]));
      const given: CommandFields = hasBody ? body : withNumbers(query, numbers);
      const answer = await run(command, { ...given, tx_id: undefined, ...place });
      return answers ? { json: dataOf(answer) } : { status: 204 };
    },
    {
      ...(!isEmpty && (hasBody ? { body: fields } : { query: asQuery(fields, numbers) })),
      ...(answers && { reply }),
      ...(statuses && { statuses }),
    },
  );
}

/** Fields that do not come by the path; a `database` may be one of them. */
function ownFields(command: CommandName, inPath: readonly string[]): z.ZodObject {
  const { request, fieldAliases } = commandByName(command)!;
  const fields = withAliases(fieldsOf(command, inPath), fieldAliases);
  const database = request instanceof z.ZodObject ? request.shape.database : undefined;
  return database === undefined || inPath.includes('database') ? fields : fields.extend({ database });
}

/** Fields that clients know by other names as well may come under any of them: the command says which one is missing. */
function withAliases(fields: z.ZodObject, aliases: Readonly<Record<string, string>>): z.ZodObject {
  const shape: Record<string, z.ZodType> = { ...fields.shape };
  for (const [alias, name] of Object.entries(aliases)) {
    if (!Object.hasOwn(fields.shape, name)) continue;
    shape[name] = shape[alias] = (fields.shape[name] as z.ZodType).optional();
  }
  return z.object(shape);
}

function numericFields(fields: z.ZodObject): ReadonlySet<string> {
  const isNumber = ([, schema]: [string, unknown]) => !(schema as z.ZodType).safeParse('a').success;
  return new Set(
    Object.entries(fields.shape)
      .filter(isNumber)
      .map(([name]) => name),
  );
}

function asQuery(fields: z.ZodObject, numbers: ReadonlySet<string>): z.ZodObject {
  const members = Object.keys(fields.shape).map((name) => [
    name,
    (numbers.has(name) ? wholeNumber : z.string()).optional(),
  ]);
  return z.object(Object.fromEntries(members) as z.ZodRawShape);
}

function withNumbers(query: Given, numbers: ReadonlySet<string>): CommandFields {
  return Object.fromEntries(
    Object.entries(query).map(([name, text]) => [name, numbers.has(name) ? Number(text) : text]),
  );
}

/** Paths are texts; an id that is a number is one in them too. */
function typed(command: CommandName, field: string, text: string): string | number {
  const { request } = commandByName(command)!;
  const schema = request instanceof z.ZodObject ? (request.shape[field] as z.ZodType | undefined) : undefined;
  const isNumber = schema !== undefined && !schema.safeParse('a').success && schema.safeParse(1).success;
  return isNumber && /^[0-9]{1,15}$/.test(text) ? Number(text) : text;
}
