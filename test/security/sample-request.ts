import { decodeRequest, encodeValue, ProtocolError, parseRequest, type Value } from '@cairn/protocol/internal';
import { PASSWORD } from './secured-server.ts';
import type { Place } from './statement.ts';

export type Fields = Record<string, Value>;

/** Values of fields by their name. Nothing of it is there, so that what is allowed changes nothing that a later request needs. */
const BY_NAME: { readonly [field: string]: Value } = {
  key: 'no-such-key',
  username: 'nobody-such',
  password: 'some long password 1',
  new_password: 'some long password 2',
  role: 'no-such-role',
  roles: [],
  permissions: [],
  key_id: 'none',
  tx_id: 'tx:none',
  cursor: 'cursor:none',
  token: 'none',
  document: { a: 1 },
  documents: [],
  schema: { type: 'object' },
  sdbql: 'RETURN 1',
  query: 'SELECT 1',
  code: 'return 1',
  language: 'lua',
  command: { cmd: 'ping' },
  commands: [],
  durability: 'full',
  backups: ['none'],
  fields: ['a'],
  schedule: '0 0 1 1 *',
  script: '/none',
  script_path: '/none',
  before_ms: 1,
  older_than: '1970-01-02T00:00:00Z',
};

/** Failed logins are made to take their time: these fail before a password is looked at. */
const BY_COMMAND: { readonly [command: string]: Fields } = {
  auth: { token: 'none' },
  change_password: { old_password: PASSWORD, new_password: '' },
};

/** What is tried for a field that is not known by name. */
const BY_TYPE: readonly Value[] = [
  'none',
  1,
  true,
  [],
  {},
  ['none'],
  [{}],
  { a: 1 },
  '1970-01-02T00:00:00Z',
  '/none',
  'a',
];

/** Rounds of mending a request before it is given up. */
const ROUNDS_MAX = 60;

/**
 * A request that the catalogue takes: the place first, and then whatever the parser still misses. So a command that somebody adds
 * is asked like all others.
 */
export function sampleRequest(command: string, place: Place): Fields {
  const fields: Fields = { ...BY_COMMAND[command] };
  const tried = new Map<string, number>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const problem = problemOf(command, fields);
    if (problem === undefined) return fields;
    const [field] = problem.path.split('.') as [string];
    // A field that takes one of a few words says so.
    fields[field] = problem.words[0] ?? candidate(command, field, place, tried);
  }
  throw new Error(`no request can be made for '${command}': add its fields to BY_NAME`);
}

function candidate(command: string, field: string, place: Place, tried: Map<string, number>): Value {
  const known: Value[] = [];
  if (field === 'database' && place.database !== undefined) known.push(place.database);
  if (field === 'collection' && place.collection !== undefined) known.push(place.collection);
  if (field === 'name' && place.collection !== undefined && namesCollection(command)) known.push(place.collection);
  if (Object.hasOwn(BY_NAME, field)) known.push(BY_NAME[field]!);
  const values = [...known, ...BY_TYPE];
  const turn = tried.get(field) ?? 0;
  tried.set(field, turn + 1);
  if (turn < values.length) return values[turn]!;
  throw new Error(`no value is known for the field '${field}' of '${command}': add one to BY_NAME`);
}

function namesCollection(command: string): boolean {
  return command === 'create_collection' || command === 'delete_collection';
}

interface Problem {
  /** Of the field that is missing or wrong. */
  readonly path: string;
  readonly words: readonly string[];
}

function problemOf(command: string, fields: Fields): Problem | undefined {
  try {
    parseRequest(decodeRequest(encodeValue({ cmd: command, ...fields })));
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError) || typeof error.details.field !== 'string') throw error;
    const words = /expected one of (.*)$/.exec(error.message)?.[1] ?? '';
    return { path: error.details.field, words: [...words.matchAll(/"([^"]+)"/g)].map(([, word]) => word!) };
  }
}
