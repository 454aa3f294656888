import type { Value } from '@cairn/protocol';
import { CommandError } from '../command-error.ts';
import { writeTaggedJson } from './tagged-json.ts';

/** The lines of a dump, one JSON object each, after docs/formats/dump.md. */
export type DumpLine =
  | { readonly kind: 'header'; readonly version: number; readonly database: string }
  | { readonly kind: 'collection'; readonly name: string; readonly type: string; readonly schema?: Value }
  | { readonly kind: 'rules'; readonly rules: { [key: string]: Value } }
  | { readonly kind: 'document'; readonly document: { [key: string]: Value } }
  | { readonly kind: 'collection_end'; readonly name: string; readonly documents: number }
  | { readonly kind: 'index'; readonly index: DumpedIndex }
  | { readonly kind: 'end'; readonly totals: DumpTotals; readonly sha256?: string };

export interface DumpedIndex {
  readonly collection: string;
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly type: string;
}

export interface DumpTotals {
  readonly collections: number;
  readonly documents: number;
  readonly indexes: number;
}

export const DUMP_FORMAT = 'cairn dump';
/** Raised when an older reader would misunderstand a newer dump. */
export const DUMP_VERSION = 2;
/** Has no checksum. */
const DUMP_VERSION_WITHOUT_HASH = 1;

export function headerLine(database: string, created: Date): string {
  return line({ format: DUMP_FORMAT, version: DUMP_VERSION, database, created: created.toISOString() });
}

export function collectionLine(name: string, type: string, schema: Value | undefined): string {
  return line({ collection: schema === undefined ? { name, type } : { name, type, schema } });
}

/** The rules of the collection that was begun. A line of its own: a reader that does not know it must not restore without them. */
export function rulesLine(rules: Value): string {
  return line({ rules });
}

export function documentLine(document: Value): string {
  return line({ document });
}

export function collectionEndLine(name: string, documents: number): string {
  return line({ collection_end: { name, documents } });
}

export function indexLine(index: DumpedIndex): string {
  return line({ index: { ...index, fields: [...index.fields] } });
}

/** @param sha256 of everything before this line, hexadecimal */
export function endLine(totals: DumpTotals, sha256: string): string {
  return line({ end: { ...totals, sha256 } });
}

function line(content: { [key: string]: Value }): string {
  return `${writeTaggedJson(content)}\n`;
}

type Members = { [key: string]: Value };

/** What a line says. Throws for a line that this version does not know: to skip it would lose data in silence. */
export function parseDumpLine(value: Value, lineNumber: number): DumpLine {
  const members = recordOf(value, 'a line', lineNumber);
  if (members.format !== undefined) return headerOf(members, lineNumber);
  const kind = Object.keys(members)[0];
  const content = recordOf(members[kind], kind, lineNumber);
  const where = `line ${lineNumber} of the dump`;
  switch (kind) {
    case 'document':
      return { kind, document: content };
    case 'rules':
      return { kind, rules: content };
    case 'collection':
      return { kind, name: text(content, 'name', where), type: text(content, 'type', where), schema: content.schema };
    case 'collection_end':
      return { kind, name: text(content, 'name', where), documents: count(content, 'documents', where) };
    case 'index':
      return { kind, index: indexOf(content, where) };
    case 'end':
      return {
        kind,
        totals: {
          collections: count(content, 'collections', where),
          documents: count(content, 'documents', where),
          indexes: count(content, 'indexes', where),
        },
        sha256: typeof content.sha256 === 'string' ? content.sha256 : undefined,
      };
    default:
      throw new CommandError(`${where} has no meaning in version ${DUMP_VERSION} of the format`);
  }
}

function headerOf(members: Members, lineNumber: number): DumpLine {
  const { format, version, database } = members;
  if (lineNumber !== 1 || format !== DUMP_FORMAT || typeof database !== 'string') throw noDump();
  if (version !== DUMP_VERSION && version !== DUMP_VERSION_WITHOUT_HASH) {
    throw new CommandError(
      `the dump has version ${String(version)} of the format; this restores version ${DUMP_VERSION}`,
    );
  }
  return { kind: 'header', version, database };
}

export function noDump(): CommandError {
  return new CommandError('this is no dump: its first line is not the header of one');
}

function indexOf(content: Members, where: string): DumpedIndex {
  const { fields, unique, sparse } = content;
  const isNames = Array.isArray(fields) && fields.every((field) => typeof field === 'string');
  if (!isNames || fields.length === 0) throw new CommandError(`${where} names no fields of its index`);
  return {
    collection: text(content, 'collection', where),
    name: text(content, 'name', where),
    fields: fields as string[],
    unique: unique === true,
    sparse: sparse === true,
    type: text(content, 'type', where),
  };
}

function recordOf(value: Value | undefined, what: string, lineNumber: number): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new CommandError(`line ${lineNumber} of the dump: ${what ?? 'it'} is no object`);
}

function text(content: Members, name: string, where: string): string {
  const value = content[name];
  if (typeof value !== 'string') throw new CommandError(`${where} lacks its ${name}`);
  return value;
}

function count(content: Members, name: string, where: string): number {
  const value = content[name];
  if (!Number.isSafeInteger(value)) throw new CommandError(`${where} lacks its number of ${name}`);
  return value as number;
}
