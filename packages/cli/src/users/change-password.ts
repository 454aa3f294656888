import { type ConnectionOptions, connectionSettings } from '../connection/connection-settings.ts';
import { openClientOf } from '../connection/open-client.ts';
import { askNewSecret, askSecret } from '../terminal/prompt.ts';

/** Changes the password of the one who connects, or, for admins, of another user. */
export async function changePassword(options: ConnectionOptions & { readonly name?: string }): Promise<void> {
  const settings = connectionSettings(options, process.env);
  const current = settings.password ?? (await askSecret(`current password of ${settings.user}: `));
  const client = await openClientOf({ ...settings, password: current });
  try {
    const name = options.name ?? settings.user;
    const fresh = await askNewSecret(`new password of ${name}`);
    const isOwn = name === settings.user;
    await client.users.changePassword(
      isOwn ? { newPassword: fresh, oldPassword: current } : { newPassword: fresh, username: name },
    );
    process.stderr.write(`password of ${name} changed\n`);
  } finally {
    await client.close();
  }
}
