import { CairnError, COMMANDS, type CommandDefinition } from '@cairn/protocol/internal';

const ACTIONS: ReadonlySet<unknown> = new Set(['read', 'write', 'execute', 'admin']);
const SCOPES: ReadonlySet<unknown> = new Set(['collection', 'inside', 'database', 'global']);

/**
 * Whether each command says who may use it. Types say so too, but what a command forgets here everybody could do.
 * @throws CairnError `internal`, before the server takes its first request
 */
export function requireAccessRules(commands: readonly CommandDefinition[] = COMMANDS): void {
  const without = commands.filter((command) => !hasRule(command)).map(({ name }) => `'${name}'`);
  if (without.length === 0) return;
  throw new CairnError('internal', `Commands without a rule who may use them: ${without.join(', ')}`);
}

function hasRule({ access }: CommandDefinition): boolean {
  if (access === 'public' || access === 'authenticated') return true;
  return typeof access === 'object' && access !== null && ACTIONS.has(access.action) && SCOPES.has(access.scope);
}
