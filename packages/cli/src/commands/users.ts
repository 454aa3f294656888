import { Command } from 'commander';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withConnection } from './connection-options.ts';
import { repeated } from './option-values.ts';

export function usersCommand(): Command {
  const users = new Command('users').description('list, add and remove users and their roles');
  const run = async () => import('../users/run-users.ts');

  users.addCommand(
    withConnection(new Command('list').description('show all users')).action(async (options: ConnectionOptions) => {
      await (await run()).listUsers(options);
    }),
  );
  users.addCommand(
    withConnection(
      new Command('add')
        .description('add a user; the password is asked for, or read from standard input')
        .argument('<name>', 'name of the new user')
        .option('-r, --role <role>', 'role to give; may stand several times', repeated)
        .option('--database <name>', 'give the roles in this database only'),
    ).action(async (name: string, options: ConnectionOptions & { role?: string[]; database?: string }) => {
      await (await run()).addUser({ name, roles: options.role ?? [], ...options });
    }),
  );
  users.addCommand(
    withConnection(new Command('remove').description('remove a user').argument('<name>', 'name of the user')).action(
      async (name: string, options: ConnectionOptions) => {
        await (await run()).removeUser({ name, ...options });
      },
    ),
  );
  users.addCommand(
    withConnection(
      new Command('roles')
        .description('show, give and take the roles of a user')
        .argument('<name>', 'name of the user')
        .option('--grant <role>', 'give a role; may stand several times', repeated)
        .option('--revoke <role>', 'take a role; may stand several times', repeated)
        .option('--database <name>', 'give the role in this database only'),
    ).action(
      async (name: string, options: ConnectionOptions & { grant?: string[]; revoke?: string[]; database?: string }) => {
        const { grant = [], revoke = [] } = options;
        await (await run()).changeRoles({ name, ...options, grant, revoke });
      },
    ),
  );
  return users;
}
