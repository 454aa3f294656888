import type { CommandDefinition } from '@cairn/protocol/internal';
import type { Need } from './statement.ts';

const ON = { global: 'server', database: 'database', collection: 'collection', inside: 'some collection' } as const;

/**
 * The least that a command which is not in the statement must ask for, by what it does and names; what its catalogue entry asks
 * for beyond that is taken as it is.
 */
export function unstatedNeed({ access, mode }: CommandDefinition, namesDatabase: boolean): Need {
  if (access === 'public') return 'login'; // nothing new is for strangers unless the statement says so
  if (access === 'authenticated') {
    return namesDatabase ? { action: mode === 'write' ? 'write' : 'read', on: 'database' } : 'login';
  }
  const action = mode === 'write' && access.action === 'read' ? 'write' : access.action;
  return { action, on: ON[access.scope] };
}
