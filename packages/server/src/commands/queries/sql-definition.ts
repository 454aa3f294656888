import { CairnError, type Reply, type Value } from '@cairn/protocol/internal';
import { type ColumnDefinition, kindOfType, type SqlDefinition } from '@cairn/query/internal';
import type { CommandContext } from '../../runner/command.ts';

interface DefinitionFields {
  readonly database: string;
  readonly dry_run?: boolean;
  readonly tx_id?: string;
}

/**
 * Carries out CREATE TABLE and its like by the commands that clients have for them, so that their rights hold.
 *
 * @throws CairnError `invalid_argument` inside a transaction, and whatever the commands refuse
 */
export async function define(
  definition: SqlDefinition,
  fields: DefinitionFields,
  context: CommandContext,
): Promise<Reply> {
  if (fields.tx_id !== undefined) {
    throw new CairnError('invalid_argument', 'Tables and indexes cannot be changed inside a transaction');
  }
  const notes: string[] = [];
  if (fields.dry_run !== true) await new Definer(fields.database, context, notes).run(definition);
  return { status: 'ok', data: [], ...(notes.length > 0 && { warnings: notes }), extra: { sdbql: null } };
}

/** Runs commands one after the other for one database. */
class Definer {
  readonly #database: string;
  readonly #context: CommandContext;
  readonly #notes: string[];

  constructor(database: string, context: CommandContext, notes: string[]) {
    this.#database = database;
    this.#context = context;
    this.#notes = notes;
  }

  async run(definition: SqlDefinition): Promise<void> {
    switch (definition.kind) {
      case 'create-table':
        if (await this.#unless(definition.ifNotExists, 'already_exists', () => this.#create(definition.table))) {
          await this.#complete(definition);
        }
        break;
      case 'drop-table':
        await this.#unless(definition.ifExists, 'not_found', () => this.#drop(definition.table));
        break;
      case 'truncate':
        await this.#send('truncate_collection', { collection: definition.table });
        break;
      case 'create-index': {
        const { table: collection, columns, unique, type, name } = definition;
        const fields = {
          collection,
          fields: [...columns],
          unique,
          name: name ?? `idx_${columns.join('_')}`,
          ...(type && { type }),
        };
        await this.#unless(definition.ifNotExists, 'already_exists', () => this.#send('create_index', fields));
        break;
      }
      case 'drop-index':
        await this.#unless(definition.ifExists, 'not_found', () => this.#dropIndex(definition));
    }
  }

  #create(name: string): Promise<unknown> {
    return this.#send('create_collection', { name });
  }

  #drop(name: string): Promise<unknown> {
    return this.#send('delete_collection', { name });
  }

  /** Types and constraints of a new table: a schema and unique indexes. A table that cannot have them is taken back. */
  async #complete(definition: Extract<SqlDefinition, { kind: 'create-table' }>): Promise<void> {
    const { table: collection, columns, unique } = definition;
    try {
      const schema = schemaOf(columns);
      if (schema !== undefined) await this.#send('set_collection_schema', { collection, schema });
      const groups = [...columns.filter((column) => column.unique).map(({ name }) => [name]), ...unique];
      for (const fields of groups) {
        // The key of a document is unique as it is.
        if (fields.length === 1 && fields[0] === '_key') continue;
        await this.#send('create_index', {
          collection,
          fields: [...fields],
          unique: true,
          name: `${fields.join('_')}_unique`,
        });
      }
    } catch (error) {
      await this.#drop(collection);
      throw error;
    }
  }

  async #dropIndex({ name, table }: Extract<SqlDefinition, { kind: 'drop-index' }>): Promise<void> {
    const collections = table === undefined ? await this.#collectionsWithIndex(name) : [table];
    const [collection, other] = collections;
    if (collection === undefined)
      throw new CairnError('not_found', `Index '${name}' not found`, { details: { index: name } });
    if (other !== undefined) {
      throw new CairnError('invalid_argument', `The index '${name}' exists on ${collections.join(', ')}: say ON which`);
    }
    await this.#send('delete_index', { collection, name });
  }

  async #collectionsWithIndex(name: string): Promise<string[]> {
    const found: string[] = [];
    for (const collection of (await this.#send('list_collections', {})) as string[]) {
      const indexes = (await this.#send('list_indexes', { collection })) as { name: string }[];
      if (indexes.some((index) => index.name === name)) found.push(collection);
    }
    return found;
  }

  /** False when the work was needless and may be so: the error has the code that IF [NOT] EXISTS forgives. */
  async #unless(forgiven: boolean, code: CairnError['code'], work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!forgiven || !(error instanceof CairnError) || error.code !== code) throw error;
      this.#notes.push(error.message);
      return false;
    }
  }

  async #send(cmd: string, fields: Record<string, Value>): Promise<Value | undefined> {
    const request = { cmd, fields: { database: this.#database, ...fields }, rid: undefined };
    const reply = await this.#context.runInner(request);
    if (reply.status === 'error') throw reply.error;
    return reply.status === 'ok' ? (reply.data as Value | undefined) : undefined;
  }
}

/** JSON types of the kinds of SQL types; kinds that are absent hold anything. */
const JSON_TYPES = { integer: 'integer', number: 'number', text: 'string', boolean: 'boolean' } as const;

/** What the columns' types and NOT NULL say, as a JSON Schema; undefined when they say nothing. */
function schemaOf(columns: readonly ColumnDefinition[]): Value | undefined {
  const properties: Record<string, Value> = Object.create(null);
  const required = columns.filter(({ name, notNull }) => notNull && name !== '_key').map(({ name }) => name);
  for (const column of columns) properties[column.name] = columnSchema(column);
  const says = columns.some(({ type, notNull }) => type !== undefined || notNull);
  return says ? { type: 'object', properties: { ...properties }, required } : undefined;
}

function columnSchema({ type, notNull, name }: ColumnDefinition): Value {
  if (type === undefined) return notNull ? { not: { type: 'null' } } : {};
  const kind = kindOfType(type);
  const plain = type.isArray ? 'array' : JSON_TYPES[kind as keyof typeof JSON_TYPES];
  if (plain === undefined) return notNull ? { not: { type: 'null' } } : {};
  const schema: Record<string, Value> = { type: notNull || name === '_key' ? plain : [plain, 'null'] };
  if (kind === 'text' && !type.isArray && type.sizes[0] !== undefined) schema.maxLength = type.sizes[0];
  return schema;
}
