import { COMMANDS, type CommandDefinition } from '@cairn/protocol/internal';

/** What admission has to know of a command. */
export interface CommandTraits {
  readonly isPublic: boolean;
  /** It may run for long. */
  readonly isQuery: boolean;
  /** It ends something and so makes room, or mends an overloaded server: nobody is turned away from it for the load. */
  readonly isUrgent: boolean;
  /** A write that is no query: most of its work comes after its turn, with a commit of many. */
  readonly isWrite: boolean;
}

const QUERIES: ReadonlySet<string> = new Set(['query', 'sql', 'cursor_next', 'export_collection', 'run_repl', 'batch']);
const MAKING_ROOM: ReadonlySet<string> = new Set([
  'commit_transaction',
  'rollback_transaction',
  'rollback_to',
  'release',
  'kill_transaction',
  'cursor_close',
  'kill_running',
]);

const TRAITS: ReadonlyMap<string, CommandTraits> = new Map(COMMANDS.map((command) => [command.name, traits(command)]));

/** Undefined for a name that no command has. */
export function traitsOf(command: string): CommandTraits | undefined {
  return TRAITS.get(command);
}

function traits(command: CommandDefinition): CommandTraits {
  const isQuery = QUERIES.has(command.name);
  const isUrgent = MAKING_ROOM.has(command.name) || command.mode === 'session' || isAdministration(command);
  return { isPublic: command.access === 'public', isQuery, isUrgent, isWrite: command.mode === 'write' && !isQuery };
}

/** Whoever mends an overloaded server must get in. */
function isAdministration({ access }: CommandDefinition): boolean {
  return typeof access !== 'string' && access.action === 'admin' && access.scope === 'global';
}
