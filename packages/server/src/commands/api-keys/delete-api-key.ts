import { command } from '../../runner/command.ts';

export const deleteApiKey = command('delete_api_key', async ({ key_id }, { engine }) => {
  await engine.security.apiKeys.delete(key_id);
  return { status: 'ok' };
});
