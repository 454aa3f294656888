import { Command } from 'commander';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withConnection } from './connection-options.ts';

export function passwordCommand(): Command {
  const command = new Command('password')
    .description('change a password; the new one is asked for, or read from standard input')
    .argument('[name]', 'user whose password changes (default: the one who connects)');
  return withConnection(command).action(async (name: string | undefined, options: ConnectionOptions) => {
    const { changePassword } = await import('../users/change-password.ts');
    await changePassword({ name, ...options });
  });
}
